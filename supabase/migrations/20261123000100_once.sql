-- A write that names itself takes effect once, however often it is sent.

-- A client that got no answer cannot know whether its write was carried out. It sends the write again under
-- the same name, in the header `Idempotency-Key`; PostgREST hands headers to the database. A name that was
-- carried out before is refused with PT409, which PostgREST answers as 409, and nothing changes.
create table private.applied_writes (
  user_id uuid not null,
  key text not null,
  txid xid8 not null,
  applied_at timestamptz not null default now(),
  primary key (user_id, key),
  constraint applied_writes_key_length check (char_length(key) <= 200)
);

-- Called for each row that is written. One request may write several rows: they share its transaction.
create function private.apply_once() returns void
  language plpgsql security definer set search_path = '' as $$
declare
  name text := nullif(current_setting('request.headers', true), '')::json ->> 'idempotency-key';
  person uuid := auth.uid();
begin
  if name is null or person is null then
    return;
  end if;
  -- Waits for a request of the same name that has not ended yet.
  insert into private.applied_writes (user_id, key, txid)
  values (person, name, pg_current_xact_id())
  on conflict (user_id, key) do nothing;
  if not exists (
    select from private.applied_writes
    where user_id = person and key = name and txid = pg_current_xact_id()
  ) then
    raise exception 'This write was carried out before.' using errcode = 'PT409';
  end if;
end $$;

create or replace function private.stamp() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform private.apply_once();
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

create or replace function private.bury() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  dead jsonb := to_jsonb(old);
  dead_key jsonb := '{}';
  people uuid[];
  in_key boolean := true;
  argument text;
begin
  perform private.apply_once();
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

create or replace function private.forget_the_dead(older_than interval default '90 days') returns bigint
  language plpgsql security definer set search_path = '' as $$
declare
  forgotten bigint;
begin
  with gone as (delete from public.tombstones where died_at < now() - older_than returning txid)
  select count(*) into forgotten from gone;
  if forgotten > 0 then
    update public.sync_state set complete_since = pg_current_xact_id();
  end if;
  delete from private.applied_writes where applied_at < now() - older_than;
  return forgotten;
end $$;

revoke execute on all functions in schema private from public;
