-- Who may do what, by grants and policies. Every column and every way in is tried by the server's own tests;
-- here the same rules are asked of whichever database this runs against.
begin;
create extension if not exists pgtap with schema extensions;
select plan(84);

-- Policies by name: one that is added or dropped is to be thought about.
select policies_are('public', 'users', array['signed-in people read users', 'people edit their own profile']);
select policies_are('public', 'events', array[
  'signed-in people read events', 'people host their own events', 'hosts edit their events',
  'hosts delete their events']);
select policies_are('public', 'rsvps', array[
  'signed-in people read rsvps', 'people answer for themselves', 'people change their own answer',
  'people withdraw their own answer']);
select policies_are('public', 'tavern_messages', array[
  'signed-in people read the tavern', 'people speak for themselves', 'authors edit their words',
  'authors take their words back']);
select policies_are('public', 'reactions', array[
  'signed-in people see reactions', 'people react for themselves', 'people take their reactions back']);
select policies_are('public', 'private_messages', array[
  'the two people read their messages', 'people write in their own name',
  'senders take a message back']);
select policies_are('public', 'conversations', array[
  'people see their marks, and others'' where both want it', 'people mark for themselves',
  'people move their own marks']);
select policies_are('public', 'blocks', array[
  'people see whom they block', 'people block for themselves', 'people end their blocks']);
select policies_are('public', 'settings', array['people see their own settings', 'people change their own settings']);
select policies_are('public', 'tombstones', array['signed-in people read what may be known of the dead']);
select policies_are('public', 'sync_state', array['signed-in people read the state of sync']);
select policies_are('realtime', 'messages', array[
  'members see who is here and writing', 'members show that they are here and writing',
  'people who block somebody or have gone are not shown']);
select is_empty(
  $$ select schemaname, tablename, policyname, roles from pg_policies
     where schemaname in ('public', 'realtime') and roles <> '{authenticated}' $$,
  'policies are for people who are signed in');

-- Grants: nothing for visitors, and for members only the columns that are theirs to write.
select table_privs_are('public', t, 'anon', '{}'::text[])
from unnest(array['users', 'events', 'rsvps', 'tavern_messages', 'private_messages', 'conversations', 'blocks',
  'settings', 'reactions', 'tombstones', 'sync_state']) t;
select table_privs_are('public', t, 'authenticated', array['SELECT', 'DELETE'])
from unnest(array['events', 'rsvps', 'tavern_messages', 'private_messages', 'blocks', 'reactions']) t;
select table_privs_are('public', t, 'authenticated', array['SELECT'])
from unnest(array['users', 'conversations', 'settings', 'tombstones', 'sync_state']) t;
select set_eq(
  $$ select (table_name || '.' || column_name)::text from information_schema.column_privileges
     where table_schema = 'public' and grantee = 'authenticated' and privilege_type = 'UPDATE' $$,
  array[
    'conversations.id', 'conversations.other_id', 'conversations.owner_id', 'conversations.read_until',
    'events.cancelled', 'events.capacity', 'events.description', 'events.ends_at', 'events.guest_limit',
    'events.location', 'events.starts_at', 'events.time_zone', 'events.title', 'rsvps.event_id', 'rsvps.guests',
    'rsvps.status', 'rsvps.user_id', 'settings.read_receipts',
    'tavern_messages.body', 'users.bio', 'users.display_name', 'users.links', 'users.pronouns'],
  'columns that members may change');
select set_eq(
  $$ select (table_name || '.' || column_name)::text from information_schema.column_privileges
     where table_schema = 'public' and grantee = 'authenticated' and privilege_type = 'INSERT' $$,
  array[
    'blocks.blocked_id', 'blocks.blocker_id', 'blocks.id', 'conversations.id', 'conversations.other_id',
    'conversations.owner_id', 'conversations.read_until',
    'events.capacity', 'events.description', 'events.ends_at', 'events.guest_limit', 'events.host_id', 'events.id',
    'events.location',
    'events.starts_at', 'events.time_zone', 'events.title', 'private_messages.body', 'private_messages.id',
    'private_messages.recipient_id', 'private_messages.sender_id', 'reactions.emoji', 'reactions.message_id',
    'reactions.user_id', 'rsvps.event_id', 'rsvps.guests', 'rsvps.status', 'rsvps.user_id', 'tavern_messages.author_id',
    'tavern_messages.body', 'tavern_messages.id', 'tavern_messages.reply_to'],
  'columns that members may give');
select schema_privs_are('private', role, '{}'::text[]) from unnest(array['anon', 'authenticated', 'service_role']) role;
select function_privs_are('public', 'sync', array['text', 'jsonb', 'text[]'], role,
  case role when 'anon' then '{}'::text[] else array['EXECUTE'] end)
from unnest(array['anon', 'authenticated', 'service_role']) role;

-- Three people.
insert into auth.users (id, email, raw_user_meta_data)
select ('00000000-0000-4000-8000-0000000000a' || n)::uuid, name || '@rights.test', jsonb_build_object('username', name)
from (values (1, 'rights_owner'), (2, 'rights_recipient'), (3, 'rights_other')) people (n, name);
insert into public.events (id, host_id, title, starts_at)
values ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000a1', 'Event', now());
insert into public.rsvps (event_id, user_id, status)
values ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000a1', 'going');
insert into public.tavern_messages (id, author_id, body)
values ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000a1', 'aloud');
insert into public.private_messages (id, sender_id, recipient_id, body) values
  ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000a1',
   '00000000-0000-4000-8000-0000000000a2', 'softly'),
  ('00000000-0000-4000-8000-0000000000f2', '00000000-0000-4000-8000-0000000000a1',
   '00000000-0000-4000-8000-0000000000a2', 'taken back');
delete from public.private_messages where id = '00000000-0000-4000-8000-0000000000f2';

-- A visitor.
set local "request.jwt.claims" to '{"role": "anon"}';
set local role anon;
select throws_ok('select from public.' || t, '42501', null, 'a visitor reads nothing of ' || t)
from unnest(array['users', 'events', 'rsvps', 'tavern_messages', 'private_messages', 'conversations', 'blocks', 'settings',
  'tombstones', 'sync_state']) t;
select throws_ok('select public.sync()', '42501', null, 'a visitor does not catch up');
set local role postgres;

-- Somebody else.
set local "request.jwt.claims" to '{"role": "authenticated", "sub": "00000000-0000-4000-8000-0000000000a3"}';
set local role authenticated;
prepare one as select count(*)::int from public.users where id = '00000000-0000-4000-8000-0000000000a1';
select results_eq('one', array[1], 'members read profiles');
select is_empty($$ select from public.private_messages where id = '00000000-0000-4000-8000-0000000000f1' $$,
  'others do not see a private message');
select is_empty(
  $$ select from public.tombstones where key = '{"id": "00000000-0000-4000-8000-0000000000f2"}' $$,
  'nor that one was taken back');
select ok(public.sync()::text not like '%softly%', 'nor does catching up tell them');
select is_empty($$ update public.users set bio = 'x' where id = '00000000-0000-4000-8000-0000000000a1' returning 1 $$,
  'others do not edit a profile');
select is_empty($$ update public.events set title = 'x' where id = '00000000-0000-4000-8000-0000000000e1' returning 1 $$,
  'others do not edit an event');
select is_empty($$ update public.rsvps set status = 'maybe' where event_id = '00000000-0000-4000-8000-0000000000e1'
  returning 1 $$, 'others do not change an answer');
select is_empty(
  $$ update public.tavern_messages set body = 'x' where id = '00000000-0000-4000-8000-0000000000f1' returning 1 $$,
  'others do not edit words');
select is_empty(
  $$ update public.conversations set read_until = now() where owner_id = '00000000-0000-4000-8000-0000000000a2' returning 1 $$,
  'others do not read for the recipient');
select is_empty('delete from public.' || t || ' where true returning 1', 'others delete nothing of ' || t)
from unnest(array['events', 'rsvps', 'tavern_messages', 'private_messages']) t;
select throws_ok(forged, '42501', null, 'nobody writes in the name of others: ' || split_part(btrim(forged), ' (', 1))
from unnest(array[
  $$ insert into public.tavern_messages (author_id, body) values ('00000000-0000-4000-8000-0000000000a1', 'x') $$,
  $$ insert into public.events (host_id, title, starts_at) values ('00000000-0000-4000-8000-0000000000a1', 'x', now()) $$,
  $$ insert into public.private_messages (sender_id, recipient_id, body)
     values ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000a3', 'x') $$,
  $$ insert into public.rsvps (event_id, user_id, status)
     values ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000a2', 'going') $$,
  $$ insert into public.tombstones (table_name, key, rev, txid) values ('users', '{}', 1, '1') $$
]) forged;
set local role postgres;

-- The recipient.
set local "request.jwt.claims" to '{"role": "authenticated", "sub": "00000000-0000-4000-8000-0000000000a2"}';
set local role authenticated;
select isnt_empty(
  $$ update public.conversations set read_until = 'infinity' where owner_id = '00000000-0000-4000-8000-0000000000a2'
     returning 1 $$, 'the recipient marks messages as read');
select ok(read_until <= clock_timestamp(), 'none that is yet to be written')
from public.conversations where owner_id = '00000000-0000-4000-8000-0000000000a2';
select isnt_empty(
  $$ select from public.tombstones where key = '{"id": "00000000-0000-4000-8000-0000000000f2"}' $$,
  'the recipient learns that a message was taken back');
select is_empty($$ delete from public.private_messages where id = '00000000-0000-4000-8000-0000000000f1' returning 1 $$,
  'only the sender takes a message back');
set local role postgres;

-- The owner.
set local "request.jwt.claims" to '{"role": "authenticated", "sub": "00000000-0000-4000-8000-0000000000a1"}';
set local role authenticated;
select isnt_empty($$ update public.users set bio = 'x' where id = '00000000-0000-4000-8000-0000000000a1' returning 1 $$,
  'people edit their own profile');
select isnt_empty('delete from public.' || t || ' where true returning 1', 'people delete their own of ' || t)
from unnest(array['tavern_messages', 'private_messages', 'rsvps', 'events']) t;
insert into public.blocks (blocked_id) values ('00000000-0000-4000-8000-0000000000a2');
set local role postgres;

-- Whom the owner blocks.
set local "request.jwt.claims" to '{"role": "authenticated", "sub": "00000000-0000-4000-8000-0000000000a2"}';
set local role authenticated;
-- Otherwise it is found at the end of the transaction, after all else that can be wrong with what was sent.
select throws_like(
  $$ insert into public.private_messages (recipient_id, body) values ('00000000-0000-4000-8000-0000000000a1', ' ') $$,
  '%private_messages_body_length%', 'a wrong message tells nothing of a block');
set constraints public.private_messages_delivery immediate;
select throws_like(
  $$ insert into public.private_messages (recipient_id, body) values ('00000000-0000-4000-8000-0000000000a1', 'x') $$,
  '%private_messages_delivery%', 'who is blocked cannot write to who blocks them');
select is_empty('select from public.blocks', 'and is not told by whom');
set local role postgres;

select * from finish();
rollback;
