-- The one request, with four tables more, and with all that is unread in scope. Reactions are in scope with their message.

create or replace function public.sync(
  cursor text default null,
  scope jsonb default null,
  whole text[] default null
) returns json
  language sql stable security invoker set search_path = '' set jit = off as $$
  with state as materialized (
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
  -- The oldest private message that the caller has not read: all that is unread is in scope, so that who
  -- counts it there counts right.
  unread as (
    select min(p.created_at) as since
    from public.private_messages p
    left join public.conversations c on c.owner_id = p.recipient_id and c.other_id = p.sender_id
    where p.recipient_id = (select auth.uid())
      and (c.read_until is null or p.created_at > c.read_until)
  ),
  floors as materialized (
    select
      case when scope ? 'events' then coalesce((scope ->> 'events')::timestamptz, '-infinity')
        else now() - interval '30 days' end as events,
      case when scope ? 'private_messages'
        then coalesce((scope ->> 'private_messages')::timestamptz, '-infinity')
        -- The newest 500, and what is unread before them; but no more than 3,000, whatever one person sends.
        else coalesce(greatest(
          (
            select least(p.created_at, (select unread.since from unread)) from public.private_messages p
            order by p.created_at desc, p.id desc offset 499 limit 1
          ),
          (
            select p.created_at from public.private_messages p
            order by p.created_at desc, p.id desc offset 2999 limit 1
          )
        ), '-infinity') end as private_messages,
      case when scope ? 'tavern_messages'
        then coalesce((scope ->> 'tavern_messages')::timestamptz, '-infinity')
        else coalesce((
          select t.created_at from public.tavern_messages t
          order by t.created_at desc, t.id desc offset 199 limit 1
        ), '-infinity') end as tavern_messages
  ),
  -- Tables that are answered whole; those that are not answer what was written since.
  wholes as materialized (
    select array(
      select name
      from unnest(array[
        'users', 'events', 'rsvps', 'private_messages', 'tavern_messages', 'reactions',
        'conversations', 'blocks', 'settings'
      ]) name
      where state.since is null or name = any (whole)
    ) as names
    from state
  ),
  events_in_scope as materialized (
    select e.id, e.rev from public.events e
    where coalesce(e.ends_at, e.starts_at) >= (select events from floors)
  ),
  rsvps_in_scope as materialized (
    select r.event_id, r.user_id, r.rev from public.rsvps r
    where r.event_id in (select e.id from events_in_scope e)
  ),
  said_in_scope as materialized (
    select t.id, t.rev from public.tavern_messages t
    where t.created_at between (select tavern_messages from floors) and timestamptz 'infinity'
  ),
  reactions_in_scope as materialized (
    select r.message_id, r.user_id, r.emoji, r.rev from public.reactions r
    where r.message_id in (select s.id from said_in_scope s)
  ),
  digests as (
    select json_object_agg(d.name, json_build_object(
      'count', d.count,
      'hash', mod(mod(coalesce(d.sum, 0), 18446744073709551616) + 18446744073709551616,
        18446744073709551616)::text
    )) as value
    from (
      select 'users' as name, count(*), sum(hashint8extended(u.rev, 0)) from public.users u
      union all
      select 'events', count(*), sum(hashint8extended(e.rev, 0)) from events_in_scope e
      union all
      select 'rsvps', count(*), sum(hashint8extended(r.rev, 0)) from rsvps_in_scope r
      union all
      select 'private_messages', count(*), sum(hashint8extended(p.rev, 0))
      from public.private_messages p
      where p.created_at between (select private_messages from floors) and timestamptz 'infinity'
      union all
      select 'tavern_messages', count(*), sum(hashint8extended(t.rev, 0)) from said_in_scope t
      union all
      select 'reactions', count(*), sum(hashint8extended(r.rev, 0)) from reactions_in_scope r
      union all
      select 'conversations', count(*), sum(hashint8extended(c.rev, 0)) from public.conversations c
      union all
      select 'blocks', count(*), sum(hashint8extended(b.rev, 0)) from public.blocks b
      union all
      select 'settings', count(*), sum(hashint8extended(s.rev, 0)) from public.settings s
    ) d
  )
  select json_build_object(
    'cursor', state.database_id || ':' || state.xmin,
    'restart', cursor is not null and state.since is null,
    'complete', state.since is null,
    'whole', wholes.names,
    'scope', json_build_object(
      'events', nullif(floors.events, '-infinity'),
      'private_messages', nullif(floors.private_messages, '-infinity'),
      'tavern_messages', nullif(floors.tavern_messages, '-infinity')
    ),
    'digests', digests.value,
    'rows', json_build_object(
      'users', (
        select coalesce(json_agg(r), '[]') from (
          select * from public.users u where 'users' = any (wholes.names)
          union all
          select * from public.users u
          where 'users' <> all (wholes.names)
            and u.txid between state.since and '18446744073709551615'
        ) r
      ),
      'events', (
        select coalesce(json_agg(r), '[]') from (
          select * from public.events e
          where 'events' = any (wholes.names) and e.id in (select s.id from events_in_scope s)
          union
          select * from public.events e
          where e.txid between state.since and '18446744073709551615'
        ) r
      ),
      'rsvps', (
        select coalesce(json_agg(r), '[]') from (
          select * from public.rsvps r
          where 'rsvps' = any (wholes.names) and r.event_id in (select s.id from events_in_scope s)
          union
          select * from public.rsvps r
          where r.txid between state.since and '18446744073709551615'
        ) r
      ),
      'private_messages', (
        select coalesce(json_agg(r), '[]') from (
          select * from public.private_messages p
          where 'private_messages' = any (wholes.names)
            and p.created_at between floors.private_messages and timestamptz 'infinity'
          union
          select * from public.private_messages p
          where p.txid between state.since and '18446744073709551615'
        ) r
      ),
      'tavern_messages', (
        select coalesce(json_agg(r), '[]') from (
          select * from public.tavern_messages t
          where 'tavern_messages' = any (wholes.names)
            and t.created_at between floors.tavern_messages and timestamptz 'infinity'
          union
          select * from public.tavern_messages t
          where t.txid between state.since and '18446744073709551615'
        ) r
      ),
      'reactions', (
        select coalesce(json_agg(r), '[]') from (
          select * from public.reactions r
          where 'reactions' = any (wholes.names) and r.message_id in (select s.id from said_in_scope s)
          union
          select * from public.reactions r
          where r.txid between state.since and '18446744073709551615'
        ) r
      ),
      'conversations', (
        select coalesce(json_agg(r), '[]') from (
          select * from public.conversations c where 'conversations' = any (wholes.names)
          union all
          select * from public.conversations c
          where 'conversations' <> all (wholes.names)
            and c.txid between state.since and '18446744073709551615'
        ) r
      ),
      'blocks', (
        select coalesce(json_agg(r), '[]') from (
          select * from public.blocks b where 'blocks' = any (wholes.names)
          union all
          select * from public.blocks b
          where 'blocks' <> all (wholes.names)
            and b.txid between state.since and '18446744073709551615'
        ) r
      ),
      'settings', (
        select coalesce(json_agg(r), '[]') from (
          select * from public.settings s where 'settings' = any (wholes.names)
          union all
          select * from public.settings s
          where 'settings' <> all (wholes.names)
            and s.txid between state.since and '18446744073709551615'
        ) r
      )
    ),
    'tombstones', (
      select coalesce(json_agg(json_build_object('table', t.table_name, 'key', t.key, 'rev', t.rev)), '[]')
      from public.tombstones t
      where t.txid between state.since and '18446744073709551615'
    )
  )
  from state, floors, wholes, digests
$$;
revoke execute on function public.sync(text, jsonb, text[]) from public, anon;
grant execute on function public.sync(text, jsonb, text[]) to authenticated, service_role;
