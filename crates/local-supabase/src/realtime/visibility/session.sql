-- Made in each session of the change stream, so that nothing of it stays in the database.

set application_name = 'local-supabase policies';
set timezone = 'UTC';
-- The same plans serve everybody; none of them runs long enough to be compiled.
set plan_cache_mode = force_generic_plan;
set jit = off;
-- The functions say where they look for names, or the project's advisors would tell of them.

-- Waits until each transaction shows, and says whether they all do; after a tenth of a second it is to be asked again.
-- The log may tell of a commit before new snapshots do, for long if a standby has to confirm it, and its xids
-- lack their epoch.
create or replace function pg_temp.realtime_wait(xids bigint[]) returns boolean
  language plpgsql set search_path from current as $$
declare
  xid bigint;
  top bigint;
  attempt int := 0;
begin
  foreach xid in array xids loop
    loop
      top := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
      top := top + ((xid - top) & 4294967295)
        - case when (xid - top) & 2147483648 <> 0 then 4294967296 else 0 end;
      exit when pg_visible_in_snapshot(top::text::xid8, pg_current_snapshot());
      if attempt = 200 then
        return false;
      end if;
      attempt := attempt + 1;
      perform pg_sleep(case when attempt < 10 then 0.00005 else 0.0005 end);
    end loop;
  end loop;
  return true;
end $$;

-- Whether all of a role see the same rows of a table. True only if it is certain: the role passes by all
-- policies, or no policy for reading looks at who asks, or one that does not is open to this very role and
-- lets everything pass. An expression does not look at who asks if it is made of columns, constants, and
-- operators and functions that PostgreSQL itself brings along and declares immutable.
create or replace function pg_temp.realtime_alike(relation oid, viewer text) returns boolean
  language plpgsql set search_path from current as $$
begin
  return (
    with policies as (
      select polpermissive as permissive, polqual is null or (
          not exists (
            select from pg_catalog.regexp_matches(polqual::text, '\{([A-Z_]+)', 'g') node
            where node[1] not in ('VAR', 'CONST', 'OPEXPR', 'SCALARARRAYOPEXPR', 'FUNCEXPR', 'BOOLEXPR',
              'NULLTEST', 'BOOLEANTEST', 'RELABELTYPE', 'ARRAY', 'COALESCE')
          ) and not exists (
            select from pg_catalog.regexp_matches(polqual::text, ':(?:opfuncid|funcid) (\d+)', 'g') called
            where (
              select p.oid < 16384 and p.provolatile = 'i' from pg_catalog.pg_proc p where p.oid = called[1]::oid
            ) is not true
          )
        ) as blind, pg_catalog.pg_get_expr(polqual, polrelid) = 'true'
          and polroles && array[0, (select oid from pg_catalog.pg_authid where rolname = viewer)]::oid[] as open
      from pg_catalog.pg_policy where polrelid = relation and polcmd in ('r', '*')
    )
    select exists (select from pg_catalog.pg_authid where rolname = viewer and (rolsuper or rolbypassrls))
      or not exists (select from policies where not permissive and not blind)
        and (
          not exists (select from policies where permissive and not blind)
          or exists (select from policies where permissive and open)
        )
  );
end $$;

-- Whether a policy calls a function of somebody's own that is declared immutable: its plan is then good for one
-- person only. A policy may ask other tables, so all of them count.
create or replace function pg_temp.realtime_folds() returns boolean
  language sql set search_path from current as $$
  select exists (
    select from pg_catalog.pg_policy
    cross join pg_catalog.regexp_matches(polqual::text, ':(?:opfuncid|funcid) (\d+)', 'g') called
    join pg_catalog.pg_proc p on p.oid = called[1]::oid
    join pg_catalog.pg_language l on l.oid = p.prolang
    where p.provolatile = 'i' and l.lanname not in ('internal', 'c')
  )
$$;

-- Answers each question `queries[asked[i]]`, a SELECT of one boolean, as `viewers[i]`: 0 is this session,
-- other numbers index `roles` and `claims`. A question that fails is answered by its error.
create or replace function pg_temp.realtime_ask(
  roles text[], claims text[], queries text[], viewers int[], asked int[]
) returns text[] language plpgsql set search_path from current as $$
declare
  answers text[] := '{}';
  yes boolean;
  present int := 0;
begin
  for i in 1 .. cardinality(asked) loop
    begin
      if viewers[i] <> present then
        -- Index 0 has neither role nor claims.
        perform
          set_config('request.jwt.claims', coalesce(claims[viewers[i]], ''), true),
          set_config('request.jwt.claim.sub', coalesce(claims[viewers[i]]::jsonb ->> 'sub', ''), true),
          set_config('request.jwt.claim.role', coalesce(roles[viewers[i]], ''), true),
          set_config('role', coalesce(roles[viewers[i]], 'none'), true);
        present := viewers[i];
      end if;
      execute queries[asked[i]] into yes;
      answers := answers || coalesce(yes, false)::text;
    exception when others then
      answers := answers || sqlerrm;
      -- The failure has undone the change of role.
      present := 0;
      perform set_config('role', 'none', true);
    end;
  end loop;
  perform set_config('role', 'none', true);
  return answers;
end $$;
