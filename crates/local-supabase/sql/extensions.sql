-- PostgreSQL lets only superusers create most extensions; a hosted project lets its owner create and drop those
-- that it offers, and tools count on that. This runs `create extension if not exists` and `drop extension if
-- exists` of the owner `postgres` as the superuser, a moment before the statement itself, which then finds
-- nothing left to do. Without `if [not] exists` the statement could only fail after it: it is refused with a hint.

drop event trigger if exists before_extension;
drop function if exists extensions.run_as_owner_may(text, text);

create or replace function extensions.run_as_owner_may(tag text, query text, wanted_schema text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  offered constant text[] := array[
    'dblink', 'hypopg', 'moddatetime', 'pg_stat_statements', 'pgtap', 'plpgsql_check', 'postgres_fdw', 'vector'
  ];
  -- All that was sent, maybe many statements, without comments and strings, and with quoted names as they are.
  said constant text := regexp_replace(
    query, '("[^"]*")|''(?:[^'']|'''')*''|--[^\n]*|/\*(?:[^*]|\*+[^*/])*\*+/', '\1 ', 'g');
  found text[];
  name text;
begin
  for found in
    select regexp_matches(said, '\mcreate\s+extension\s+(if\s+not\s+exists\s+)?"?([\w-]+)"?([^;]*)', 'gi')
    where tag = 'CREATE EXTENSION'
  loop
    name := lower(found[2]);
    continue when name <> all (offered) or exists (select from pg_catalog.pg_extension where extname = name);
    if found[1] is null then
      raise exception 'permission denied to create extension "%"', name
        using errcode = '42501', hint = format('Write: create extension if not exists %I.', name);
    end if;
    execute format('create extension %I with schema %I cascade', name,
      coalesce(lower((regexp_match(found[3], '\mschema\s+"?(\w+)"?', 'i'))[1]), wanted_schema));
  end loop;
  for found in
    select regexp_matches(said, '\mdrop\s+extension\s+if\s+exists\s+([^;]*)', 'gi')
    where tag = 'DROP EXTENSION'
  loop
    for name in
      select lower(part) from regexp_split_to_table(found[1], '[\s,"]+') part
      where lower(part) = any (offered)
    loop
      execute format('drop extension if exists %I %s', name,
        case when found[1] ~* '\mcascade\M' then 'cascade' else 'restrict' end);
    end loop;
  end loop;
end $$;
revoke execute on function extensions.run_as_owner_may(text, text, text) from public;
grant execute on function extensions.run_as_owner_may(text, text, text) to postgres;

create or replace function extensions.before_extension() returns event_trigger language plpgsql as $$
begin
  -- What runs as the superuser is not the owner's any more, so this does not call itself.
  if current_user = 'postgres' then
    perform extensions.run_as_owner_may(tg_tag, current_query(), current_schema());
  end if;
end $$;
create event trigger before_extension on ddl_command_start
  when tag in ('CREATE EXTENSION', 'DROP EXTENSION')
  execute function extensions.before_extension();
