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
