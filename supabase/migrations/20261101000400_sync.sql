-- One request answers the first load and every catch-up.

-- Without a cursor: the rows in scope. With one: the rows and tombstones of transactions that were not
-- yet visible at that cursor. A cursor is `<database>:<xmin>`, where xmin is the oldest transaction still
-- running when the snapshot was taken: whoever commits later, however long it took, has a txid that is
-- not below it. Rows may therefore come twice; their rev tells. `restart` says that the cursor was of
-- no use (another database, or tombstones already dropped) and that the rows are the whole scope.
--
-- Row level security of the caller decides what is in it. Sending the rows as one JSON document keeps
-- them clear of the API's limit on rows.
create function public.sync(cursor text default null) returns json
  language sql stable security invoker set search_path = '' as $$
  with state as (
    select
      s.database_id,
      pg_snapshot_xmin(pg_current_snapshot()) as xmin,
      case
        when cursor ~ '^[0-9a-f-]{36}:[0-9]{1,19}$'
          and split_part(cursor, ':', 1) = s.database_id::text
          and split_part(cursor, ':', 2)::numeric >= s.complete_since::text::numeric
          and split_part(cursor, ':', 2)::numeric
            <= pg_snapshot_xmax(pg_current_snapshot())::text::numeric
        then split_part(cursor, ':', 2)::xid8
      end as since
    from public.sync_state s
  ),
  current_events as (
    select e.* from public.events e, state
    where case when state.since is null
      then coalesce(e.ends_at, e.starts_at) > now() - interval '30 days'
      else e.txid >= state.since end
  )
  select json_build_object(
    'cursor', state.database_id || ':' || state.xmin,
    'restart', cursor is not null and state.since is null,
    'complete', state.since is null,
    'rows', json_build_object(
      'users', (
        select coalesce(json_agg(u), '[]') from public.users u
        where state.since is null or u.txid >= state.since
      ),
      'events', (select coalesce(json_agg(e), '[]') from current_events e),
      'rsvps', (
        select coalesce(json_agg(r), '[]') from public.rsvps r
        where case when state.since is null
          then r.event_id in (select e.id from current_events e)
          else r.txid >= state.since end
      ),
      'private_messages', (
        select coalesce(json_agg(m), '[]') from (
          select * from public.private_messages p
          where state.since is null or p.txid >= state.since
          order by p.created_at desc, p.id desc
          limit case when state.since is null then 500 end
        ) m
      ),
      'tavern_messages', (
        select coalesce(json_agg(m), '[]') from (
          select * from public.tavern_messages t
          where state.since is null or t.txid >= state.since
          order by t.created_at desc, t.id desc
          limit case when state.since is null then 200 end
        ) m
      )
    ),
    'tombstones', (
      select coalesce(json_agg(json_build_object('table', t.table_name, 'key', t.key, 'rev', t.rev)), '[]')
      from public.tombstones t where t.txid >= state.since
    )
  )
  from state
$$;
revoke execute on function public.sync(text) from public, anon;
grant execute on function public.sync(text) to authenticated, service_role;
