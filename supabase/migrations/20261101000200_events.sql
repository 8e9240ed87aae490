-- Events and who comes to them.

create table public.events (
  id uuid primary key default gen_random_uuid(),
  host_id uuid not null default auth.uid() references public.users (id) on delete cascade,
  title text not null,
  description text not null default '',
  location text not null default '',
  starts_at timestamptz not null,
  ends_at timestamptz,
  time_zone text not null default 'UTC',
  capacity integer,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  rev bigint not null,
  txid xid8 not null,
  constraint events_title_length check (char_length(title) between 1 and 120 and title ~ '\S'),
  constraint events_description_length check (char_length(description) <= 4000),
  constraint events_location_length check (char_length(location) <= 200),
  constraint events_starts_at_range
    check (starts_at between timestamptz '2000-01-01 00:00+00' and timestamptz '2200-01-01 00:00+00'),
  constraint events_ends_after_start
    check (ends_at is null or (ends_at > starts_at and ends_at <= starts_at + interval '366 days')),
  constraint events_time_zone_length check (char_length(time_zone) between 1 and 64),
  constraint events_capacity_range check (capacity between 1 and 100000)
);
create index events_host_id on public.events (host_id);
create index events_starts_at on public.events (starts_at);
create index events_txid on public.events (txid);
-- Long texts are not repeated in the log when another column changes; the full old row supplies them.
alter table public.events replica identity full;

create table public.rsvps (
  event_id uuid not null references public.events (id) on delete cascade,
  user_id uuid not null default auth.uid() references public.users (id) on delete cascade,
  status text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  rev bigint not null,
  txid xid8 not null,
  primary key (event_id, user_id),
  constraint rsvps_status check (status in ('going', 'maybe', 'declined'))
);
create index rsvps_user_id on public.rsvps (user_id);
create index rsvps_txid on public.rsvps (txid);

-- Seats are counted under the lock of the event's row, so they cannot be oversold; the same lock makes
-- the revs of one RSVP rise in commit order even when it is withdrawn and given again.
create function private.take_seat() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  seats integer;
begin
  if tg_op = 'UPDATE' and (new.event_id, new.user_id) is distinct from (old.event_id, old.user_id) then
    raise exception 'An RSVP stays with its event and its person: violates constraint "rsvps_key"'
      using errcode = '23514', constraint = 'rsvps_key';
  end if;
  select e.capacity into seats from public.events e where e.id = new.event_id for no key update;
  if new.status = 'going' and seats is not null
    and (tg_op = 'INSERT' or old.status <> 'going')
    and seats <= (
      select count(*) from public.rsvps r
      where r.event_id = new.event_id and r.status = 'going' and r.user_id <> new.user_id
    )
  then
    raise exception 'The event is full: violates constraint "rsvps_seats"'
      using errcode = '23514', constraint = 'rsvps_seats';
  end if;
  return new;
end $$;

create function private.leave_seat() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform from public.events e where e.id = old.event_id for no key update;
  return old;
end $$;

create function private.check_event() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' or new.time_zone <> old.time_zone then
    begin
      perform now() at time zone new.time_zone;
    exception when invalid_parameter_value then
      raise exception 'Unknown time zone %: violates constraint "events_time_zone"', new.time_zone
        using errcode = '23514', constraint = 'events_time_zone';
    end;
  end if;
  if tg_op = 'UPDATE' and new.capacity is distinct from old.capacity and new.capacity < (
    select count(*) from public.rsvps r where r.event_id = new.id and r.status = 'going'
  ) then
    raise exception 'More people are going already: violates constraint "events_capacity_taken"'
      using errcode = '23514', constraint = 'events_capacity_taken';
  end if;
  return new;
end $$;
revoke execute on all functions in schema private from public;

create trigger a_check before insert or update on public.events
  for each row execute function private.check_event();
create trigger z_stamp before insert or update on public.events
  for each row execute function private.stamp();
create trigger stay_dead after insert on public.events
  for each row execute function private.stay_dead();
create trigger bury after delete on public.events
  for each row execute function private.bury('id');

create trigger a_take_seat before insert or update on public.rsvps
  for each row execute function private.take_seat();
create trigger a_leave_seat before delete on public.rsvps
  for each row execute function private.leave_seat();
create trigger z_stamp before insert or update on public.rsvps
  for each row execute function private.stamp();
create trigger bury after delete on public.rsvps
  for each row execute function private.bury('event_id', 'user_id');

alter table public.events enable row level security;
revoke all on public.events from public, anon, authenticated;
grant select, delete on public.events to authenticated;
grant insert (id, host_id, title, description, location, starts_at, ends_at, time_zone, capacity)
  on public.events to authenticated;
grant update (title, description, location, starts_at, ends_at, time_zone, capacity)
  on public.events to authenticated;
grant all on public.events to service_role;

create policy "signed-in people read events" on public.events
  for select to authenticated using (true);
create policy "people host their own events" on public.events
  for insert to authenticated with check (host_id = (select auth.uid()));
create policy "hosts edit their events" on public.events
  for update to authenticated
  using (host_id = (select auth.uid())) with check (host_id = (select auth.uid()));
create policy "hosts delete their events" on public.events
  for delete to authenticated using (host_id = (select auth.uid()));

alter table public.rsvps enable row level security;
revoke all on public.rsvps from public, anon, authenticated;
grant select, delete on public.rsvps to authenticated;
-- An upsert sets every column that it sends; the trigger keeps the key from changing.
grant insert (event_id, user_id, status), update (event_id, user_id, status)
  on public.rsvps to authenticated;
grant all on public.rsvps to service_role;

create policy "signed-in people read rsvps" on public.rsvps
  for select to authenticated using (true);
create policy "people answer for themselves" on public.rsvps
  for insert to authenticated with check (user_id = (select auth.uid()));
create policy "people change their own answer" on public.rsvps
  for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "people withdraw their own answer" on public.rsvps
  for delete to authenticated using (user_id = (select auth.uid()));

alter publication supabase_realtime add table public.events, public.rsvps;
