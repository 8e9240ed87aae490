-- Answers to what was said: replies and reactions; and finding it again.

-- A reply names the message that it answers. No foreign key: that message may be taken back while the
-- reply is written, and the reply stands all the same.
alter table public.tavern_messages add column reply_to uuid;
alter table public.tavern_messages
  add constraint tavern_messages_reply_to_another check (reply_to <> id);
grant insert (reply_to) on public.tavern_messages to authenticated;

create table public.reactions (
  message_id uuid not null references public.tavern_messages (id) on delete cascade,
  user_id uuid not null default auth.uid() references public.users (id) on delete cascade,
  emoji text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  rev bigint not null default 0,
  txid xid8 not null default pg_current_xact_id(),
  primary key (message_id, user_id, emoji),
  -- No letters, digits or signs of ASCII: a picture, with what modifies it.
  constraint reactions_emoji check (char_length(emoji) between 1 and 16 and emoji !~ '[\x01-\x7f\s]')
);
create index reactions_user_id on public.reactions (user_id);
create index reactions_txid on public.reactions (txid);

-- The message's row is locked, so that the revs of one reaction rise in commit order even when it is taken
-- back and given again, and so that the limit holds.
--
-- By the time that a reaction is taken back, PostgreSQL has locked it; whoever takes the message back holds that
-- and waits for the reaction. Rather than make a deadlock of it, the one gives way and is asked to try again.
create function private.react() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  patience text := current_setting('lock_timeout');
begin
  if tg_op = 'DELETE' then
    perform set_config('lock_timeout', '300ms', true);
    begin
      perform from public.tavern_messages m where m.id = old.message_id for no key update;
    exception when lock_not_available then
      raise exception 'The message is being changed; try again.' using errcode = 'PT503';
    end;
    perform set_config('lock_timeout', patience, true);
    return old;
  end if;
  if tg_op = 'UPDATE' and (new.message_id, new.user_id, new.emoji)
    is distinct from (old.message_id, old.user_id, old.emoji)
  then
    raise exception 'A reaction is taken back, not changed: violates constraint "reactions_key"'
      using errcode = '23514', constraint = 'reactions_key';
  end if;
  perform from public.tavern_messages m where m.id = new.message_id for no key update;
  if (
    select count(*) from public.reactions r
    where r.message_id = new.message_id and r.user_id = new.user_id and r.emoji <> new.emoji
  ) >= 12 then
    raise exception 'Twelve reactions to one message are enough: violates constraint "reactions_limit"'
      using errcode = '23514', constraint = 'reactions_limit';
  end if;
  return new;
end $$;
revoke execute on function private.react() from public;

create trigger a_react before insert or update or delete on public.reactions
  for each row execute function private.react();
create trigger z_stamp before insert or update on public.reactions
  for each row execute function private.stamp();
create trigger bury after delete on public.reactions
  for each row execute function private.bury('message_id', 'user_id', 'emoji');

alter table public.reactions enable row level security;
revoke all on public.reactions from public, anon, authenticated;
grant select, delete on public.reactions to authenticated;
grant insert (message_id, user_id, emoji) on public.reactions to authenticated;
grant all on public.reactions to service_role;

create policy "signed-in people see reactions" on public.reactions
  for select to authenticated using (true);
create policy "people react for themselves" on public.reactions
  for insert to authenticated with check (user_id = (select auth.uid()));
create policy "people take their reactions back" on public.reactions
  for delete to authenticated using (user_id = (select auth.uid()));

alter publication supabase_realtime add table public.reactions;

-- Words as they are written, in whatever language; the last one may be only begun.
create index tavern_messages_words on public.tavern_messages
  using gin (to_tsvector('simple', body));

-- Messages that have all of the words, or words that begin so; the latest first, fifty at a time.
create function public.search_tavern(words text, said_before timestamptz default 'infinity')
  returns setof public.tavern_messages
  language sql stable security invoker set search_path = '' as $$
  with asked as (
    select string_agg(
      '''' || replace(replace(word, '\', '\\'), '''', '''''') || ''':*', ' & '
    )::text as query
    from regexp_split_to_table(left(words, 200), '\s+') word
    where word ~ '\w'
  )
  select t.* from public.tavern_messages t
  where to_tsvector('simple', t.body) @@ to_tsquery('simple', (select query from asked))
    and t.created_at < said_before
  order by t.created_at desc, t.id desc
  limit 50
$$;
revoke execute on function public.search_tavern(text, timestamptz) from public, anon;
grant execute on function public.search_tavern(text, timestamptz) to authenticated, service_role;

-- Who is writing just now is said on the same private topic as who is here.
alter policy "members see who is here" on realtime.messages
  using (extension in ('presence', 'broadcast') and (select realtime.topic()) = 'tavern');
alter policy "members see who is here" on realtime.messages rename to "members see who is here and writing";
alter policy "members show that they are here" on realtime.messages
  with check (extension in ('presence', 'broadcast') and (select realtime.topic()) = 'tavern');
alter policy "members show that they are here" on realtime.messages
  rename to "members show that they are here and writing";

-- The one request, with one table more. Reactions are in scope with their message.
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
  floors as materialized (
    select
      case when scope ? 'events' then coalesce((scope ->> 'events')::timestamptz, '-infinity')
        else now() - interval '30 days' end as events,
      case when scope ? 'private_messages'
        then coalesce((scope ->> 'private_messages')::timestamptz, '-infinity')
        else coalesce((
          select p.created_at from public.private_messages p
          order by p.created_at desc, p.id desc offset 499 limit 1
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
        'users', 'events', 'rsvps', 'private_messages', 'tavern_messages', 'reactions'
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
