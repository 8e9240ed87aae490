-- PostgreSQL lets only superusers create most extensions; a hosted project lets its owner create and drop those
-- that it offers, and tools count on that. This runs `create extension if not exists` and `drop extension if
-- exists` of the owner `postgres` as the superuser, a moment before the statement itself, which then finds
-- nothing left to do.

create or replace function extensions.run_as_owner_may(statement text, wanted_schema text) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  offered constant text[] := array[
    'dblink', 'hypopg', 'moddatetime', 'pg_stat_statements', 'pgtap', 'plpgsql_check', 'postgres_fdw', 'vector'
  ];
  found text[];
begin
  for found in
    select regexp_matches(
      statement,
      '\mcreate\s+extension\s+if\s+not\s+exists\s+"?([\w-]+)"?(?:\s+(?:with\s+)?schema\s+"?(\w+)"?)?', 'gi'
    )
  loop
    if lower(found[1]) = any (offered) then
      execute format('create extension if not exists %I with schema %I cascade',
        lower(found[1]), coalesce(lower(found[2]), wanted_schema));
    end if;
  end loop;
  for found in
    select regexp_matches(statement, '\mdrop\s+extension\s+if\s+exists\s+"?([\w-]+)"?', 'gi')
  loop
    if lower(found[1]) = any (offered) then
      execute format('drop extension if exists %I', lower(found[1]));
    end if;
  end loop;
end $$;
revoke execute on function extensions.run_as_owner_may(text, text) from public;
grant execute on function extensions.run_as_owner_may(text, text) to postgres;

create or replace function extensions.before_extension() returns event_trigger language plpgsql as $$
begin
  -- What runs as the superuser is not the owner's any more, so this does not call itself.
  if current_user = 'postgres' then
    perform extensions.run_as_owner_may(current_query(), current_schema());
  end if;
end $$;
drop event trigger if exists before_extension;
create event trigger before_extension on ddl_command_start
  when tag in ('CREATE EXTENSION', 'DROP EXTENSION')
  execute function extensions.before_extension();
