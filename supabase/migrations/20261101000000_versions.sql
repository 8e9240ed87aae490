-- What every synced table shares: versions, transaction ids, and memory of the dead.

create schema private;
comment on schema private is 'Trigger functions and their sequence; nobody reaches them through the API.';
revoke all on schema private from public;

-- One sequence for all tables: a later write of a row always has the higher rev, because it is drawn
-- while the row is locked.
create sequence private.rev as bigint;

-- What a deleted row leaves behind, for whoever was away when it went.
create table public.tombstones (
  table_name text not null,
  key jsonb not null,
  rev bigint not null,
  txid xid8 not null,
  died_at timestamptz not null default now(),
  -- The people who could see the row; null when all members could.
  visible_to uuid[],
  primary key (table_name, key)
);
create index tombstones_txid on public.tombstones (txid);
alter table public.tombstones enable row level security;
-- Older projects grant everything on new tables by default.
revoke all on public.tombstones from public, anon, authenticated;
grant select on public.tombstones to authenticated;
grant all on public.tombstones to service_role;

create policy "signed-in people read what may be known of the dead" on public.tombstones
  for select to authenticated
  using (visible_to is null or (select auth.uid()) = any (visible_to));

-- One row: which database this is, and since when no tombstone has been dropped.
create table public.sync_state (
  only_row boolean primary key default true,
  database_id uuid not null default gen_random_uuid(),
  complete_since xid8 not null default pg_current_xact_id(),
  constraint sync_state_only_row check (only_row)
);
insert into public.sync_state default values;
alter table public.sync_state enable row level security;
revoke all on public.sync_state from public, anon, authenticated;
grant select on public.sync_state to authenticated;
grant all on public.sync_state to service_role;

create policy "signed-in people read the state of sync" on public.sync_state
  for select to authenticated using (true);

-- Before insert or update of a synced table. The name of its trigger begins with z, so that it fires
-- after those that take locks.
create function private.stamp() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  new.rev := nextval('private.rev');
  new.txid := pg_current_xact_id();
  new.updated_at := clock_timestamp();
  if tg_op = 'INSERT' then
    new.created_at := clock_timestamp();
  else
    new.created_at := old.created_at;
  end if;
  return new;
end $$;

-- After delete. Arguments: the key's columns, then after '/' the columns that name who could see the row.
create function private.bury() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  dead jsonb := to_jsonb(old);
  dead_key jsonb := '{}';
  people uuid[];
  in_key boolean := true;
  argument text;
begin
  foreach argument in array tg_argv loop
    if argument = '/' then
      in_key := false;
    elsif in_key then
      dead_key := dead_key || jsonb_build_object(argument, dead -> argument);
    else
      people := people || (dead ->> argument)::uuid;
    end if;
  end loop;
  insert into public.tombstones as t (table_name, key, rev, txid, visible_to)
  values (tg_table_name, dead_key, nextval('private.rev'), pg_current_xact_id(), people)
  on conflict (table_name, key) do update
    set rev = excluded.rev, txid = excluded.txid, died_at = now(), visible_to = excluded.visible_to;
  return null;
end $$;

-- After insert, for tables whose keys are made at random: a write that was delivered twice must not
-- bring back a row that was deleted in between. It looks after the insert, when a concurrent delete of
-- the same key has ended.
create function private.stay_dead() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if exists (
    select from public.tombstones
    where table_name = tg_table_name and key = jsonb_build_object('id', new.id)
  ) then
    raise exception 'This entry was deleted; write a new one.' using errcode = 'PT410';
  end if;
  return null;
end $$;

-- Forgets what died long ago; clients with an older cursor are told to start over.
create function private.forget_the_dead(older_than interval default '90 days') returns bigint
  language plpgsql security definer set search_path = '' as $$
declare
  forgotten bigint;
begin
  with gone as (delete from public.tombstones where died_at < now() - older_than returning txid)
  select count(*) into forgotten from gone;
  if forgotten > 0 then
    update public.sync_state set complete_since = pg_current_xact_id();
  end if;
  return forgotten;
end $$;

revoke execute on all functions in schema private from public;
