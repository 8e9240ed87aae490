-- All that is known of a person, to take along; and the end of an account, complete.

-- What Auth keeps of whoever asks. Only the function below can name this one: its body was read when it was made.
create function private.my_account() returns json
  language sql stable security definer set search_path = '' as $$
  select json_build_object(
    'id', u.id,
    'email', u.email,
    'phone', u.phone,
    'created_at', u.created_at,
    'last_sign_in_at', u.last_sign_in_at,
    'metadata', u.raw_user_meta_data,
    'identities', (
      select coalesce(json_agg(json_build_object(
        'provider', i.provider, 'data', i.identity_data, 'created_at', i.created_at,
        'last_sign_in_at', i.last_sign_in_at)), '[]')
      from auth.identities i where i.user_id = u.id
    ),
    'sessions', (
      select coalesce(json_agg(json_build_object(
        'created_at', s.created_at, 'updated_at', s.updated_at, 'user_agent', s.user_agent, 'ip', s.ip)), '[]')
      from auth.sessions s where s.user_id = u.id
    )
  )
  from auth.users u where u.id = (select auth.uid())
$$;

create function public.export_my_data() returns json
  language sql stable security invoker set search_path = ''
  return json_build_object(
    'exported_at', now(),
    'account', private.my_account(),
    'users', (select coalesce(json_agg(u), '[]') from public.users u where u.id = (select auth.uid())),
    'settings', (select coalesce(json_agg(s), '[]') from public.settings s where s.user_id = (select auth.uid())),
    'events', (select coalesce(json_agg(e), '[]') from public.events e where e.host_id = (select auth.uid())),
    'rsvps', (select coalesce(json_agg(r), '[]') from public.rsvps r where r.user_id = (select auth.uid())),
    'tavern_messages', (
      select coalesce(json_agg(t order by t.created_at), '[]') from public.tavern_messages t
      where t.author_id = (select auth.uid())
    ),
    'reactions', (select coalesce(json_agg(r), '[]') from public.reactions r where r.user_id = (select auth.uid())),
    'private_messages', (
      select coalesce(json_agg(p order by p.created_at), '[]') from public.private_messages p
      where (select auth.uid()) in (p.sender_id, p.recipient_id)
    ),
    'conversations', (
      select coalesce(json_agg(c), '[]') from public.conversations c where c.owner_id = (select auth.uid())
    ),
    'blocks', (select coalesce(json_agg(b), '[]') from public.blocks b where b.blocker_id = (select auth.uid()))
  );

-- Erases whoever asks, who types their username to be sure. The account's row takes the profile with it, and
-- that all that is the person's. What has no foreign key is looked for by name. Then the memory of the dead,
-- which names people, goes as well: clients that were away start over instead of being told.
create function private.erase_account(name text) returns boolean
  language plpgsql security definer set search_path = '' as $$
declare
  person uuid := auth.uid();
  place regclass;
  -- Hosted projects may keep a log of who signed in.
  log regclass := to_regclass('auth.audit_log_entries');
begin
  if not exists (
    select from public.users u where u.id = person and u.username = lower(btrim(erase_account.name))
  ) then
    raise exception 'That is not your username: violates constraint "erase_my_account_name"'
      using errcode = '23514', constraint = 'erase_my_account_name';
  end if;
  -- One erasure at a time: two people who have written to each other would wait for each other.
  perform from public.sync_state for update;
  for place in
    select c.oid from pg_catalog.pg_class c
    join pg_catalog.pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'auth'::regnamespace and c.relkind in ('r', 'p')
      and a.attname = 'user_id' and not a.attisdropped
      and has_table_privilege(c.oid, 'delete')
  loop
    execute format('delete from %s where user_id::text = $1', place) using person::text;
  end loop;
  if has_table_privilege(log, 'delete') then
    execute format('delete from %s where strpos(payload::text, $1) > 0', log) using person::text;
  end if;
  delete from auth.users u where u.id = person;
  delete from public.tombstones t
  where person = any (t.visible_to) or strpos(t.key::text, person::text) > 0;
  -- The next one: a cursor that reaches up to this transaction has not seen what it deletes.
  update public.sync_state
  set complete_since = greatest(complete_since, (pg_current_xact_id()::text::numeric + 1)::text::xid8);
  delete from private.applied_writes w where w.user_id = person;
  return true;
end $$;

create function public.erase_my_account(name text) returns boolean
  language sql volatile security invoker set search_path = ''
  return private.erase_account(name);

revoke execute on all functions in schema private from public;
grant execute on function private.my_account(), private.erase_account(text) to authenticated;
revoke execute on function public.export_my_data(), public.erase_my_account(text) from public, anon;
grant execute on function public.export_my_data(), public.erase_my_account(text) to authenticated;
