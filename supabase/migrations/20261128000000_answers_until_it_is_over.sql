-- Nobody answers an event that is over, and nobody gets a seat in it; an answer can still be taken back. It is over at its
-- end, or six hours after its beginning where the end is open, by the clock of the database. A host who corrects the
-- times opens it again.

create function private.is_over(event uuid) returns boolean
  language sql stable security definer set search_path = '' as $$
  select coalesce(e.ends_at, e.starts_at + interval '6 hours') < now() from public.events e where e.id = event
$$;

-- People answer for themselves; what the project's own administration writes is a correction. After `a_take_seat`, which
-- has locked the event.
create function private.check_not_over() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if new.user_id = (select auth.uid()) and private.is_over(new.event_id) then
    raise exception 'The event is over: violates constraint "rsvps_over"'
      using errcode = '23514', constraint = 'rsvps_over';
  end if;
  return new;
end $$;

create trigger b_check_not_over before insert or update on public.rsvps
  for each row execute function private.check_not_over();

create or replace function private.fill_seats(event uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  seats integer;
  free bigint;
  last timestamptz;
begin
  select e.capacity into seats from public.events e
  where e.id = event and not e.cancelled for no key update;
  if not found or private.is_over(event) then
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

-- Seats that were left while it was over are given when it is opened again.
drop trigger seats_changed on public.events;
create trigger seats_changed after update on public.events
  for each row
  when (old.capacity is distinct from new.capacity or old.cancelled <> new.cancelled
    or old.starts_at <> new.starts_at or old.ends_at is distinct from new.ends_at)
  execute function private.seats_changed();

revoke execute on all functions in schema private from public;
