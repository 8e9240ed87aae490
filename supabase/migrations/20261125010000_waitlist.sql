-- A full event has a waitlist, whoever comes may bring guests, and an event can be cancelled.

alter table public.events
  add column guest_limit integer not null default 0,
  add column cancelled boolean not null default false,
  add constraint events_guest_limit_range check (guest_limit between 0 and 20);
grant insert (guest_limit), update (guest_limit, cancelled) on public.events to authenticated;

alter table public.rsvps
  add column guests integer not null default 0,
  add column waiting_since timestamptz,
  drop constraint rsvps_status,
  add constraint rsvps_status check (status in ('going', 'waiting', 'maybe', 'declined')),
  add constraint rsvps_guests_range check (guests between 0 and 20),
  add constraint rsvps_waiting_since check ((status = 'waiting') = (waiting_since is not null));
-- No two people have the same place.
create unique index rsvps_waitlist on public.rsvps (event_id, waiting_since) where status = 'waiting';
grant insert (guests), update (guests) on public.rsvps to authenticated;

-- Seats of those who go, and of their guests; without those of one person.
create function private.seats_taken(event uuid, without uuid default null) returns bigint
  language sql security definer set search_path = '' as $$
  select coalesce(sum(1 + r.guests), 0) from public.rsvps r
  where r.event_id = event and r.status = 'going' and r.user_id is distinct from without
$$;

create or replace function private.check_event() returns trigger
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
  if tg_op = 'UPDATE' and new.capacity is distinct from old.capacity
    and new.capacity < private.seats_taken(new.id)
  then
    raise exception 'More people are going already: violates constraint "events_capacity_taken"'
      using errcode = '23514', constraint = 'events_capacity_taken';
  end if;
  return new;
end $$;

-- Locks the event of an RSVP. PostgreSQL has locked the RSVP itself by then when it is changed or
-- deleted; whoever holds the event may be about to seat this very person, or to delete it with all its
-- answers, and wait for that. Who comes with an RSVP in hand therefore gives way before a deadlock is made of
-- it, and is asked to try again.
create function private.lock_event(event uuid, gives_way boolean) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  patience text := current_setting('lock_timeout');
begin
  if gives_way then
    perform set_config('lock_timeout', '300ms', true);
  end if;
  begin
    perform from public.events e where e.id = event for no key update;
  exception when lock_not_available then
    raise exception 'The event is being changed; try again.' using errcode = 'PT503';
  end;
  perform set_config('lock_timeout', patience, true);
end $$;

-- `going` and `waiting` both say that somebody wants to come; which of the two it is, is decided here.
-- Seats are given in the order in which people began to wait, and nobody is passed over: a newcomer joins
-- the line even if a seat is free that the first in it is too many for. Only a party for which the whole
-- event is too small holds nobody up.
create or replace function private.take_seat() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  event record;
  before record;
  party integer := 1 + new.guests;
  fits boolean;
begin
  if tg_op = 'UPDATE' and (new.event_id, new.user_id) is distinct from (old.event_id, old.user_id) then
    raise exception 'An RSVP stays with its event and its person: violates constraint "rsvps_key"'
      using errcode = '23514', constraint = 'rsvps_key';
  end if;
  perform private.lock_event(new.event_id, tg_op = 'UPDATE');
  select e.capacity, e.guest_limit, e.cancelled into event from public.events e where e.id = new.event_id;
  if event.cancelled then
    raise exception 'The event was cancelled: violates constraint "rsvps_cancelled"'
      using errcode = '23514', constraint = 'rsvps_cancelled';
  end if;
  if new.status not in ('going', 'waiting') then
    new.guests := 0;
    new.waiting_since := null;
    return new;
  end if;
  -- Also for an insert, which may be about to become an update.
  select r.status, r.waiting_since, 1 + r.guests as party into before
  from public.rsvps r where r.event_id = new.event_id and r.user_id = new.user_id
    and r.status in ('going', 'waiting');
  if new.guests > event.guest_limit and party > coalesce(before.party, 1) then
    raise exception 'So many guests are not invited: violates constraint "rsvps_guest_limit"'
      using errcode = '23514', constraint = 'rsvps_guest_limit';
  end if;
  if party > event.capacity and party > coalesce(before.party, 0) then
    raise exception 'There are not so many seats in all: violates constraint "rsvps_party"'
      using errcode = '23514', constraint = 'rsvps_party';
  end if;
  fits := event.capacity is null or (
    party + private.seats_taken(new.event_id, new.user_id) <= event.capacity
    and not exists (
      select from public.rsvps r
      where r.event_id = new.event_id and r.user_id <> new.user_id and r.status = 'waiting'
        and 1 + r.guests <= event.capacity
        and (before.waiting_since is null or r.waiting_since < before.waiting_since)
    )
  );
  if before.status = 'going' then
    if party > before.party and not fits then
      raise exception 'No seats are left for more guests: violates constraint "rsvps_seats"'
        using errcode = '23514', constraint = 'rsvps_seats';
    end if;
    fits := true;
  end if;
  if fits then
    new.status := 'going';
    new.waiting_since := null;
  else
    new.status := 'waiting';
    -- Later than everybody's, whatever the clock says.
    new.waiting_since := coalesce(before.waiting_since, greatest(clock_timestamp(), (
      select max(r.waiting_since) + interval '1 microsecond' from public.rsvps r
      where r.event_id = new.event_id and r.status = 'waiting'
    )));
  end if;
  return new;
end $$;

create or replace function private.leave_seat() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_event(old.event_id, true);
  return old;
end $$;

-- Seats those who wait, in order, as far as there is room.
create function private.fill_seats(event uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  seats integer;
  next record;
begin
  select e.capacity into seats from public.events e
  where e.id = event and not e.cancelled for no key update;
  if not found then
    return;
  end if;
  loop
    select r.user_id, 1 + r.guests as party into next from public.rsvps r
    where r.event_id = event and r.status = 'waiting' and (seats is null or 1 + r.guests <= seats)
    order by r.waiting_since limit 1;
    exit when not found or next.party + private.seats_taken(event) > seats;
    update public.rsvps r set status = 'going' where r.event_id = event and r.user_id = next.user_id;
  end loop;
end $$;

create function private.seat_freed() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform private.fill_seats(old.event_id);
  return null;
end $$;

create function private.seats_changed() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform private.fill_seats(new.id);
  return null;
end $$;

-- An account that goes leaves its seats: the events are locked first, always in the same order.
create function private.leave_all_seats() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform from public.events e
  where e.host_id = old.id
    or e.id in (select r.event_id from public.rsvps r where r.user_id = old.id)
  order by e.id for no key update;
  return old;
end $$;
revoke execute on all functions in schema private from public;

create trigger seat_freed_by_change after update on public.rsvps
  for each row
  when (old.status in ('going', 'waiting')
    and (new.status not in ('going', 'waiting') or new.guests < old.guests))
  execute function private.seat_freed();
create trigger seat_freed after delete on public.rsvps
  for each row when (old.status in ('going', 'waiting'))
  execute function private.seat_freed();
create trigger seats_changed after update on public.events
  for each row
  when (old.capacity is distinct from new.capacity or old.cancelled <> new.cancelled)
  execute function private.seats_changed();
create trigger a_leave_all_seats before delete on public.users
  for each row execute function private.leave_all_seats();
