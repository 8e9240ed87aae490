-- Hosted projects refuse every UPDATE and DELETE without WHERE that begins with a request, those within functions
-- included, whoever owns these. The two functions that changed the one row of sync_state so say which row it is.

create or replace function private.erase_account(name text) returns boolean
  language plpgsql security definer set search_path = '' as $$
declare
  person uuid := auth.uid();
  place regclass;
  -- Hosted projects may keep a log of who signed in.
  log regclass := to_regclass('auth.audit_log_entries');
begin
  if not exists (
    select from public.users u where u.id = person and u.username = lower(btrim(erase_account.name))
  ) then
    raise exception 'That is not your username: violates constraint "erase_my_account_name"'
      using errcode = '23514', constraint = 'erase_my_account_name';
  end if;
  -- One erasure at a time: two people who have written to each other would wait for each other.
  perform from public.sync_state for update;
  for place in
    select c.oid from pg_catalog.pg_class c
    join pg_catalog.pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'auth'::regnamespace and c.relkind in ('r', 'p')
      and a.attname = 'user_id' and not a.attisdropped
      and has_table_privilege(c.oid, 'delete')
  loop
    execute format('delete from %s where user_id::text = $1', place) using person::text;
  end loop;
  if has_table_privilege(log, 'delete') then
    execute format('delete from %s where strpos(payload::text, $1) > 0', log) using person::text;
  end if;
  delete from auth.users u where u.id = person;
  delete from public.tombstones t
  where person = any (t.visible_to) or strpos(t.key::text, person::text) > 0;
  -- The next one: a cursor that reaches up to this transaction has not seen what it deletes.
  update public.sync_state
  set complete_since = greatest(complete_since, (pg_current_xact_id()::text::numeric + 1)::text::xid8)
  where only_row;
  delete from private.applied_writes w where w.user_id = person;
  return true;
end $$;

create or replace function private.forget_the_dead(older_than interval default '90 days') returns bigint
  language plpgsql security definer set search_path = '' as $$
declare
  forgotten bigint;
begin
  with gone as (delete from public.tombstones where died_at < now() - older_than returning txid)
  select count(*) into forgotten from gone;
  if forgotten > 0 then
    update public.sync_state set complete_since = pg_current_xact_id() where only_row;
  end if;
  delete from private.applied_writes where applied_at < now() - older_than;
  return forgotten;
end $$;
