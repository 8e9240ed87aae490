-- What people decide about each other: blocks, read marks of their own, and who may learn of them.

alter table public.users
  add column pronouns text not null default '',
  add column links text not null default '',
  add constraint users_pronouns_length check (char_length(pronouns) <= 40),
  -- At most five addresses, one a line.
  add constraint users_links_format
    check (char_length(links) <= 1000 and links ~ '^(https?://[^\s]{1,200}(\n(?!$)|$)){0,5}$');
grant update (pronouns, links) on public.users to authenticated;

-- A key at random: Realtime tells the key of a deleted row to every member, and who was blocked is theirs
-- alone to know who blocked.
create table public.blocks (
  id uuid primary key default gen_random_uuid(),
  blocker_id uuid not null default auth.uid() references public.users (id) on delete cascade,
  blocked_id uuid not null references public.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  rev bigint not null default 0,
  txid xid8 not null default pg_current_xact_id(),
  constraint blocks_once unique (blocker_id, blocked_id),
  constraint blocks_two_people check (blocker_id <> blocked_id)
);
create index blocks_blocked_id on public.blocks (blocked_id);
create index blocks_txid on public.blocks (txid);

-- What a person decides for themselves; nobody else sees it.
create table public.settings (
  user_id uuid primary key references auth.users (id) on delete cascade,
  read_receipts boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  rev bigint not null default 0,
  txid xid8 not null default pg_current_xact_id()
);
create index settings_txid on public.settings (txid);

-- A person's side of a conversation: how far they have read what the other wrote. Its key is random too.
create table public.conversations (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null default auth.uid() references public.users (id) on delete cascade,
  other_id uuid not null references public.users (id) on delete cascade,
  read_until timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  rev bigint not null default 0,
  txid xid8 not null default pg_current_xact_id(),
  constraint conversations_once unique (owner_id, other_id),
  constraint conversations_two_people check (owner_id <> other_id)
);
create index conversations_other_id on public.conversations (other_id);
create index conversations_txid on public.conversations (txid);

-- Whether one of the two blocks the other. Only policies and triggers ask this: who may call it cannot name it.
create function private.is_blocked(one uuid, other uuid) returns boolean
  language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.blocks b
    where (b.blocker_id = one and b.blocked_id = other) or (b.blocker_id = other and b.blocked_id = one)
  )
$$;

-- Whether two people let each other see what they have read: both want it, and neither blocks the other.
create function private.share_reads(one uuid, other uuid) returns boolean
  language sql stable security definer set search_path = '' as $$
  select count(*) = 2 and not private.is_blocked(one, other)
  from public.settings s where s.user_id in (one, other) and s.read_receipts
$$;

-- Times of messages rise in the order in which they are committed, within each conversation: a mark up to
-- one of them never covers another that its reader has not seen.
create function private.take_turns() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(
    least(new.sender_id, new.recipient_id)::text || greatest(new.sender_id, new.recipient_id)::text, 0));
  return new;
end $$;

-- Both sides of a conversation are there from its first message on.
create function private.begin_conversation() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  insert into public.conversations (owner_id, other_id)
  values (new.sender_id, new.recipient_id), (new.recipient_id, new.sender_id)
  on conflict (owner_id, other_id) do nothing;
  return null;
end $$;

-- Read marks were columns of the messages, where their senders always saw them.
drop policy "recipients mark as read" on public.private_messages;
drop trigger a_mark_read on public.private_messages;

-- What was read stays read, and nothing is read before it was written. Whose mark it is stays as well.
create or replace function private.mark_read() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  -- Not before there was a tavern: times that only PostgreSQL can write would be read by nobody.
  if new.read_until is not null then
    new.read_until := case when new.read_until >= timestamptz '2000-01-01 00:00+00'
      then least(new.read_until, clock_timestamp()) end;
  end if;
  if tg_op = 'UPDATE' then
    new.id := old.id;
    new.owner_id := old.owner_id;
    new.other_id := old.other_id;
    new.read_until := greatest(old.read_until, new.read_until);
  end if;
  return new;
end $$;

create function private.settle_in() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  insert into public.settings (user_id) values (new.id);
  return null;
end $$;

-- Marks are written anew, so that whoever may see them from now on hears of them.
create function private.tell_reads() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  update public.conversations c set read_until = c.read_until
  where new.user_id in (c.owner_id, c.other_id);
  return null;
end $$;

create trigger a_take_turns before insert on public.private_messages
  for each row execute function private.take_turns();
create trigger begin_conversation after insert on public.private_messages
  for each row execute function private.begin_conversation();
create trigger settle_in after insert on public.users
  for each row execute function private.settle_in();

create trigger z_stamp before insert or update on public.blocks
  for each row execute function private.stamp();
create trigger stay_dead after insert on public.blocks
  for each row execute function private.stay_dead();
create trigger bury after delete on public.blocks
  for each row execute function private.bury('id', '/', 'blocker_id');
create trigger z_stamp before insert or update on public.settings
  for each row execute function private.stamp();
create trigger tell_reads after update of read_receipts on public.settings
  for each row when (old.read_receipts is distinct from new.read_receipts)
  execute function private.tell_reads();
create trigger bury after delete on public.settings
  for each row execute function private.bury('user_id', '/', 'user_id');
create trigger a_mark_read before insert or update on public.conversations
  for each row execute function private.mark_read();
create trigger z_stamp before insert or update on public.conversations
  for each row execute function private.stamp();
create trigger bury after delete on public.conversations
  for each row execute function private.bury('id', '/', 'owner_id', 'other_id');

insert into public.conversations (owner_id, other_id, read_until)
select pair.owner_id, pair.other_id, max(pair.created_at) filter (where pair.was_read)
from (
  select p.recipient_id as owner_id, p.sender_id as other_id, p.created_at, p.read_at is not null as was_read
  from public.private_messages p
  union all
  select p.sender_id, p.recipient_id, p.created_at, false from public.private_messages p
) pair
group by 1, 2;
insert into public.settings (user_id) select id from public.users;
alter table public.private_messages drop column read_at;

revoke execute on all functions in schema private from public;
-- Policies run it for whoever asks.
grant execute on function private.is_blocked(uuid, uuid), private.share_reads(uuid, uuid) to authenticated;

alter table public.blocks enable row level security;
revoke all on public.blocks from public, anon, authenticated;
grant select, delete on public.blocks to authenticated;
grant insert (id, blocker_id, blocked_id) on public.blocks to authenticated;
grant all on public.blocks to service_role;
create policy "people see whom they block" on public.blocks
  for select to authenticated using (blocker_id = (select auth.uid()));
create policy "people block for themselves" on public.blocks
  for insert to authenticated with check (blocker_id = (select auth.uid()));
create policy "people end their blocks" on public.blocks
  for delete to authenticated using (blocker_id = (select auth.uid()));

alter table public.settings enable row level security;
revoke all on public.settings from public, anon, authenticated;
grant select, update (read_receipts) on public.settings to authenticated;
grant all on public.settings to service_role;
create policy "people see their own settings" on public.settings
  for select to authenticated using (user_id = (select auth.uid()));
create policy "people change their own settings" on public.settings
  for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

alter table public.conversations enable row level security;
revoke all on public.conversations from public, anon, authenticated;
-- An upsert sets every column that it sends; the trigger keeps all but the mark from changing.
grant select, insert (id, owner_id, other_id, read_until), update (id, owner_id, other_id, read_until)
  on public.conversations to authenticated;
grant all on public.conversations to service_role;
create policy "people see their marks, and others' where both want it" on public.conversations
  for select to authenticated
  using (
    owner_id = (select auth.uid())
    or (other_id = (select auth.uid()) and private.share_reads(owner_id, other_id))
  );
create policy "people mark for themselves" on public.conversations
  for insert to authenticated with check (owner_id = (select auth.uid()));
create policy "people move their own marks" on public.conversations
  for update to authenticated
  using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));

-- The name of a restrictive policy is in the refusal: the page tells by it that a message is not delivered.
create policy "private_messages_delivery" on public.private_messages
  as restrictive for insert to authenticated
  with check (not private.is_blocked(sender_id, recipient_id));

-- Presence is one list for all who are on the topic, and cannot leave anybody out. So whoever blocks somebody
-- is not on it, nor heard to write: no one sees whether they are here, hence neither does who is blocked.
-- Nor is whoever has erased their account, as long as their token lives.
create policy "people who block somebody or have gone are not shown" on realtime.messages
  as restrictive for insert to authenticated
  with check (
    exists (select from public.users u where u.id = (select auth.uid()))
    and not exists (select from public.blocks b where b.blocker_id = (select auth.uid()))
  );

alter publication supabase_realtime add table public.blocks, public.settings, public.conversations;
