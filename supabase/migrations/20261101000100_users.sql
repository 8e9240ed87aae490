-- Members: the public profile of each account.

create table public.users (
  id uuid primary key references auth.users (id) on delete cascade,
  username text not null,
  display_name text not null,
  bio text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  rev bigint not null,
  txid xid8 not null,
  constraint users_username_format check (username ~ '^[a-z0-9_]{3,24}$'),
  constraint users_display_name_length
    check (char_length(display_name) between 1 and 60 and display_name ~ '\S'),
  constraint users_bio_length check (char_length(bio) <= 500)
);
create unique index users_username_key on public.users (lower(username));
create index users_txid on public.users (txid);

create trigger z_stamp before insert or update on public.users
  for each row execute function private.stamp();
create trigger bury after delete on public.users
  for each row execute function private.bury('id');

-- Every account has its profile from the first moment; a name that is taken or malformed refuses the
-- account as a whole, with the constraint's name in the answer.
create function private.welcome() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  wanted text := lower(btrim(new.raw_user_meta_data ->> 'username'));
begin
  insert into public.users (id, username, display_name)
  values (
    new.id,
    coalesce(wanted, 'member_' || substr(replace(new.id::text, '-', ''), 1, 12)),
    coalesce(nullif(btrim(new.raw_user_meta_data ->> 'display_name'), ''), wanted, 'Member')
  );
  return new;
end $$;
revoke execute on function private.welcome() from public;

create trigger welcome after insert on auth.users
  for each row execute function private.welcome();

alter table public.users enable row level security;
revoke all on public.users from public, anon, authenticated;
grant select on public.users to authenticated;
grant update (display_name, bio) on public.users to authenticated;
grant all on public.users to service_role;

create policy "signed-in people read users" on public.users
  for select to authenticated using (true);
create policy "people edit their own profile" on public.users
  for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));

alter publication supabase_realtime add table public.users;
