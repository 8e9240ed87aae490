-- What is said in the tavern, and a word in private.

create table public.tavern_messages (
  id uuid primary key default gen_random_uuid(),
  author_id uuid not null default auth.uid() references public.users (id) on delete cascade,
  body text not null,
  edited_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  rev bigint not null,
  txid xid8 not null,
  constraint tavern_messages_body_length check (char_length(body) between 1 and 4000 and body ~ '\S')
);
create index tavern_messages_author_id on public.tavern_messages (author_id);
create index tavern_messages_created_at on public.tavern_messages (created_at desc, id);
create index tavern_messages_txid on public.tavern_messages (txid);
alter table public.tavern_messages replica identity full;

create table public.private_messages (
  id uuid primary key default gen_random_uuid(),
  sender_id uuid not null default auth.uid() references public.users (id) on delete cascade,
  recipient_id uuid not null references public.users (id) on delete cascade,
  body text not null,
  read_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  rev bigint not null,
  txid xid8 not null,
  constraint private_messages_body_length check (char_length(body) between 1 and 4000 and body ~ '\S'),
  constraint private_messages_two_people check (sender_id <> recipient_id)
);
create index private_messages_sender_id on public.private_messages (sender_id, created_at desc);
create index private_messages_recipient_id on public.private_messages (recipient_id, created_at desc);
create index private_messages_txid on public.private_messages (txid);
alter table public.private_messages replica identity full;

create function private.mark_edited() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    new.edited_at := null;
  elsif new.body is distinct from old.body then
    new.edited_at := now();
  else
    new.edited_at := old.edited_at;
  end if;
  return new;
end $$;

-- A message is read once, at the time of the server's clock, and stays read.
create function private.mark_read() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    new.read_at := null;
  elsif old.read_at is not null then
    new.read_at := old.read_at;
  elsif new.read_at is not null then
    new.read_at := now();
  end if;
  return new;
end $$;
revoke execute on all functions in schema private from public;

create trigger a_mark_edited before insert or update on public.tavern_messages
  for each row execute function private.mark_edited();
create trigger z_stamp before insert or update on public.tavern_messages
  for each row execute function private.stamp();
create trigger stay_dead after insert on public.tavern_messages
  for each row execute function private.stay_dead();
create trigger bury after delete on public.tavern_messages
  for each row execute function private.bury('id');

create trigger a_mark_read before insert or update on public.private_messages
  for each row execute function private.mark_read();
create trigger z_stamp before insert or update on public.private_messages
  for each row execute function private.stamp();
create trigger stay_dead after insert on public.private_messages
  for each row execute function private.stay_dead();
create trigger bury after delete on public.private_messages
  for each row execute function private.bury('id', '/', 'sender_id', 'recipient_id');

alter table public.tavern_messages enable row level security;
revoke all on public.tavern_messages from public, anon, authenticated;
grant select, delete on public.tavern_messages to authenticated;
grant insert (id, author_id, body), update (body) on public.tavern_messages to authenticated;
grant all on public.tavern_messages to service_role;

create policy "signed-in people read the tavern" on public.tavern_messages
  for select to authenticated using (true);
create policy "people speak for themselves" on public.tavern_messages
  for insert to authenticated with check (author_id = (select auth.uid()));
create policy "authors edit their words" on public.tavern_messages
  for update to authenticated
  using (author_id = (select auth.uid())) with check (author_id = (select auth.uid()));
create policy "authors take their words back" on public.tavern_messages
  for delete to authenticated using (author_id = (select auth.uid()));

alter table public.private_messages enable row level security;
revoke all on public.private_messages from public, anon, authenticated;
grant select, delete on public.private_messages to authenticated;
grant insert (id, sender_id, recipient_id, body), update (read_at)
  on public.private_messages to authenticated;
grant all on public.private_messages to service_role;

create policy "the two people read their messages" on public.private_messages
  for select to authenticated
  using ((select auth.uid()) in (sender_id, recipient_id));
create policy "people write in their own name" on public.private_messages
  for insert to authenticated with check (sender_id = (select auth.uid()));
create policy "recipients mark as read" on public.private_messages
  for update to authenticated
  using (recipient_id = (select auth.uid())) with check (recipient_id = (select auth.uid()));
create policy "senders take a message back" on public.private_messages
  for delete to authenticated using (sender_id = (select auth.uid()));

alter publication supabase_realtime add table public.tavern_messages, public.private_messages;
