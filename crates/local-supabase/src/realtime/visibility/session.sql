-- Made in each session of the change stream, so that nothing of it stays in the database.

set timezone = 'UTC';
-- Longer, and the stream begins anew, so that everybody knows of the gap.
set statement_timeout = '20s';

-- Answers each question `queries[asked[i]]`, a SELECT of one boolean, as `viewers[i]`: 0 is this session,
-- other numbers index `roles` and `claims`. A question that fails is answered by its error.
create or replace function pg_temp.realtime_judge(
  xids bigint[], roles text[], claims text[], queries text[], viewers int[], asked int[]
) returns text[] language plpgsql as $$
declare
  xid bigint;
  top bigint;
  answers text[] := '{}';
  yes boolean;
  present int := 0;
begin
  -- The log may tell of a commit a moment before new snapshots show it. The log's xids lack their epoch.
  foreach xid in array xids loop
    for attempt in 1 .. 5000 loop
      top := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
      top := top + ((xid - top) & 4294967295)
        - case when (xid - top) & 2147483648 <> 0 then 4294967296 else 0 end;
      exit when pg_visible_in_snapshot(top::text::xid8, pg_current_snapshot());
      perform pg_sleep(0.0005);
    end loop;
  end loop;

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
