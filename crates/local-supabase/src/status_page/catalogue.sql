-- Everything the status page tells of the database, as one JSON object. $1: the schemas that REST serves.
select json_build_object(
  'tables', (
    select coalesce(json_agg(t order by t.schema, t.name), '[]') from (
      select n.nspname as schema, c.relname as name,
        format('%I.%I', n.nspname, c.relname) as quoted,
        p.tablename is not null as published,
        c.relrowsecurity as secured,
        case c.relreplident
          when 'f' then 'full' when 'n' then 'nothing' when 'i' then 'index' else 'default'
        end as identity,
        (
          select coalesce(json_agg(a.attname order by k.place), '[]')
          from pg_index i
          cross join unnest(i.indkey) with ordinality k (attnum, place)
          join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
          where i.indrelid = c.oid and i.indisprimary
        ) as key,
        (
          select coalesce(json_agg(json_build_object(
            'name', polname, 'permissive', polpermissive,
            'command', case polcmd
              when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
              else 'all'
            end,
            'roles', array(
              select case r when 0 then 'public' else pg_get_userbyid(r)::text end from unnest(polroles) r
            ),
            'using', pg_get_expr(polqual, polrelid), 'check', pg_get_expr(polwithcheck, polrelid)
          ) order by polcmd, polname), '[]')
          from pg_policy where polrelid = c.oid
        ) as policies,
        (
          select json_object_agg(r.name, array(
            select lower(verb) from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) verb
            where has_table_privilege(r.name, c.oid, verb)
              or (verb <> 'DELETE' and has_any_column_privilege(r.name, c.oid, verb))
          ))
          from unnest(array['anon', 'authenticated']) r (name)
        ) as grants
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      left join pg_publication_tables p
        on p.pubname = 'supabase_realtime' and p.schemaname = n.nspname and p.tablename = c.relname
      where c.relkind in ('r', 'p') and not c.relispartition
        and (n.nspname = any ($1) or p.tablename is not null)
    ) t
  ),
  'publication', (
    select json_build_object('insert', pubinsert, 'update', pubupdate, 'delete', pubdelete)
    from pg_publication where pubname = 'supabase_realtime'
  ),
  'slots', (
    select coalesce(json_agg(json_build_object(
      'name', slot_name, 'active', active,
      'lag', greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)::bigint
    )), '[]')
    from pg_replication_slots
    where database = current_database() and slot_name like 'local\_realtime\_%'
  ),
  'room_policies', (
    select count(*) from pg_policy where polrelid = to_regclass('realtime.messages')
  ),
  'version', current_setting('server_version')
)::text
