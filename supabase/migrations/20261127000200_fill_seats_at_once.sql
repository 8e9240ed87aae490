-- A line of people is seated in one statement: each used to be sought, counted and seated by itself, each time among all.

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
  -- A place in line is given up for a seat by `fill_seats` alone, which has the event and has counted: nobody else may
  -- write `waiting_since`, and whoever could does not do so from within a trigger.
  if tg_op = 'UPDATE' and pg_trigger_depth() > 1
    and old.status = 'waiting' and new.status = 'going' and new.waiting_since is null
  then
    return new;
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

-- Seats those who wait, in order, as far as there is room: whoever comes before the first who does not fit. Only
-- a party for which the whole event is too small holds nobody up.
create or replace function private.fill_seats(event uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  seats integer;
  free bigint;
  last timestamptz;
begin
  select e.capacity into seats from public.events e
  where e.id = event and not e.cancelled for no key update;
  if not found then
    return;
  end if;
  free := seats - private.seats_taken(event);
  select max(line.waiting_since) into last
  from (
    select w.waiting_since, sum(1 + w.guests) over (order by w.waiting_since) as needed
    from public.rsvps w
    where w.event_id = event and w.status = 'waiting' and (seats is null or 1 + w.guests <= seats)
  ) line
  where seats is null or line.needed <= free;
  update public.rsvps r set status = 'going', waiting_since = null
  where r.event_id = event and r.status = 'waiting' and r.waiting_since <= last
    and (seats is null or 1 + r.guests <= seats);
end $$;
