-- What Supabase's advisors look for, asked of the catalogue, so that a migration cannot bring it back.
begin;
create extension if not exists pgtap with schema extensions;
select plan(11);

-- Objects of extensions are their authors' business.
create function pg_temp.ours(class regclass, object oid) returns boolean language sql stable as $$
  select not exists (select from pg_depend where classid = class and objid = object and deptype = 'e')
$$;
create view pg_temp.our_tables as
  select c.oid, c.oid::regclass::text as name, c.relnamespace::regnamespace::text as schema, c.relkind, c.reloptions,
    c.relrowsecurity
  from pg_class c
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
    and pg_temp.ours('pg_class', c.oid);
create view pg_temp.our_functions as
  select p.oid, p.oid::regprocedure::text as name, p.prosecdef, p.proconfig, p.prorettype,
    p.pronamespace::regnamespace::text as schema
  from pg_proc p
  where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
    and pg_temp.ours('pg_proc', p.oid);

select is_empty(
  $$ select name from pg_temp.our_tables where schema = 'public' and relkind in ('r', 'p') and not relrowsecurity $$,
  'row level security is on for every table that the API serves');
select is_empty(
  $$ select name from pg_temp.our_tables t where schema = 'public' and relrowsecurity
     and not exists (select from pg_policy where polrelid = t.oid) $$,
  'every table with row level security has a policy');
select is_empty(
  $$ select polname from pg_policy p join pg_temp.our_tables t on t.oid = p.polrelid where not t.relrowsecurity $$,
  'no policy waits for row level security to be switched on');
select is_empty(
  $$ select name from pg_temp.our_functions
     where not exists (select from unnest(proconfig) setting where setting like 'search\_path=%') $$,
  'every function says where it looks for names');
select is_empty(
  $$ select f.name, role from pg_temp.our_functions f, unnest(array['anon', 'authenticated']) role
     where f.prosecdef and has_schema_privilege(role, f.schema, 'usage')
       and has_function_privilege(role, f.oid, 'execute') $$,
  'no function runs with more rights than those of who may call it');
select is_empty(
  $$ select name from pg_temp.our_tables where schema = 'public' and relkind = 'v'
     and not coalesce(reloptions && array['security_invoker=true', 'security_invoker=on'], false) $$,
  'views show what their reader may see');
select is_empty(
  $$ select name from pg_temp.our_tables where schema = 'public' and relkind in ('m', 'f')
     and (has_table_privilege('anon', oid, 'select') or has_table_privilege('authenticated', oid, 'select')) $$,
  'nothing that cannot have policies is served');
select is_empty(
  $$ select polname from pg_policy p join pg_temp.our_tables t on t.oid = p.polrelid,
       unnest(array[pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)]) expression
     where regexp_replace(expression, 'SELECT (auth\.\w+\(\)|current_setting\()', '', 'gi')
       ~ '(auth\.\w+\(\)|current_setting\()' $$,
  'policies ask who is there once, and not for each row');
select is_empty(
  $$ select t.name, role, command, array_agg(p.polname)
     from pg_policy p join pg_temp.our_tables t on t.oid = p.polrelid,
       unnest(array['anon', 'authenticated']) role, unnest(array['r', 'a', 'w', 'd']) command
     where p.polpermissive and p.polcmd::text in (command, '*')
       and (p.polroles = '{0}' or role::regrole::oid = any (p.polroles))
     group by 1, 2, 3 having count(*) > 1 $$,
  'no role has two permissive policies for one operation');
select is_empty(
  $$ select conname from pg_constraint k join pg_temp.our_tables t on t.oid = k.conrelid
     where k.contype = 'f' and not exists (
       select from pg_index i where i.indrelid = k.conrelid and i.indpred is null
         and (i.indkey::smallint[])[0 : cardinality(k.conkey) - 1] @> k.conkey) $$,
  'every foreign key has an index that begins with it');
select is_empty(
  $$ select name from pg_temp.our_tables t where schema in ('public', 'private') and relkind in ('r', 'p')
     and not exists (select from pg_index where indrelid = t.oid and indisprimary) $$,
  'every table has a primary key');

select * from finish();
rollback;
