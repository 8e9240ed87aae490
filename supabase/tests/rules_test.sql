-- Constraints, triggers and functions: what the database refuses, and what it puts by itself.
begin;
create extension if not exists pgtap with schema extensions;
select plan(83);

insert into auth.users (id, email, raw_user_meta_data)
select ('00000000-0000-4000-8000-0000000000a' || n)::uuid, name || '@rules.test', jsonb_build_object('username', name)
from (values (1, 'rules_one'), (2, 'rules_two'), (3, 'rules_three')) people (n, name);
insert into public.events (id, host_id, title, starts_at, capacity)
values ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000a1', 'Event', now(), 1);
insert into public.rsvps (event_id, user_id, status)
values ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000a1', 'going');
insert into public.tavern_messages (id, author_id, body)
values ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000a1', 'first');

-- Accounts.
select isnt_empty($$ select from public.users where username = 'rules_one' and display_name = 'rules_one' $$,
  'an account has a profile from the first moment');
select throws_like(
  format($$ insert into auth.users (id, email, raw_user_meta_data) values (gen_random_uuid(), 'x@rules.test', '%s') $$, data),
  '%"' || name || '"%', name || ': the account is refused as a whole')
from (values
  ('{"username": "RULES_ONE"}', 'users_username_key'), ('{"username": "a b"}', 'users_username_format'),
  (jsonb_build_object('username', 'rules_four', 'display_name', repeat('x', 61))::text, 'users_display_name_length')
) refused (data, name);

-- Constraints, by name: the page tells people what is wrong by it.
-- Only rows of this test are written: the database may be one that people use.
create function pg_temp.mine(change text) returns text language sql as $$
  select format('update public.%s where %s', change, case split_part(change, ' ', 1)
    when 'users' then 'username = ''rules_one'''
    when 'events' then 'id = ''00000000-0000-4000-8000-0000000000e1'''
    when 'rsvps' then 'event_id = ''00000000-0000-4000-8000-0000000000e1'''
    else 'id = ''00000000-0000-4000-8000-0000000000f1''' end)
$$;
select throws_like(pg_temp.mine(change), '%"' || name || '"%', name)
from (values
  ($$users set bio = repeat('x', 501)$$, 'users_bio_length'),
  ($$users set display_name = ' '$$, 'users_display_name_length'),
  ($$events set title = ''$$, 'events_title_length'),
  ($$events set description = repeat('x', 4001)$$, 'events_description_length'),
  ($$events set location = repeat('x', 201)$$, 'events_location_length'),
  ($$events set starts_at = '1999-01-01', ends_at = null$$, 'events_starts_at_range'),
  ($$events set ends_at = starts_at$$, 'events_ends_after_start'),
  ($$events set ends_at = starts_at + interval '367 days'$$, 'events_ends_after_start'),
  ($$events set time_zone = 'Nowhere'$$, 'events_time_zone'),
  ($$events set capacity = 100001$$, 'events_capacity_range'),
  ($$events set guest_limit = 21$$, 'events_guest_limit_range'),
  ($$tavern_messages set body = repeat('x', 4001)$$, 'tavern_messages_body_length'),
  ($$tavern_messages set body = E' \n '$$, 'tavern_messages_body_length'),
  ($$rsvps set status = 'perhaps'$$, 'rsvps_status'),
  ($$rsvps set user_id = '00000000-0000-4000-8000-0000000000a2'$$, 'rsvps_key')
) refused (change, name);
select throws_like(format(
  $$ insert into public.private_messages (sender_id, recipient_id, body)
     values ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000a%s', '%s') $$, recipient, body),
  '%"' || name || '"%', name)
from (values (1, 'x', 'private_messages_two_people'), (2, '', 'private_messages_body_length')) refused (recipient, body, name);
create function pg_temp.react(emoji text) returns text language sql as $$
  select format('insert into public.reactions (message_id, user_id, emoji) values (%L, %L, %L)',
    '00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000a1', emoji)
$$;
select lives_ok(pg_temp.react(emoji), 'a reaction: ' || emoji)
from unnest(array['👍', '❤️', '👩🏽‍🚒', '👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🇪🇺', '#️⃣', '☝🏿', '🧑‍⚕️']) emoji;
select throws_like(pg_temp.react(emoji), '%"reactions_emoji"%', 'no reaction: ' || name)
from (values ('', 'nothing'), ('yes', 'a word'), ('да', 'a word in another script'), ('好', 'a sign of writing'), ('👍👍', 'two'),
  ('👍x', 'more than one'), (E'\u200b', 'a space of no width'), (E'\u200d', 'a joiner of nothing'), (E'👍\u202e', 'a turned direction'),
  (E'\ufe0f', 'a selector of nothing')) refused (emoji, name);
select lives_ok(pg_temp.mine('rsvps set status = ' || quote_literal(answer)), 'an answer: ' || answer)
from unnest(array['maybe', 'declined', 'going']) answer;

-- Seats, and the line before them.
insert into public.rsvps (event_id, user_id, status) values
  ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000a2', 'going'),
  ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000a3', 'going');
create function pg_temp.answers() returns text language sql as $$
  select string_agg(u.username || ' ' || r.status, ', ' order by u.username)
  from public.rsvps r join public.users u on u.id = r.user_id
  where r.event_id = '00000000-0000-4000-8000-0000000000e1'
$$;
select is(pg_temp.answers(), 'rules_one going, rules_three waiting, rules_two waiting', 'a full event has a line');
select lives_ok(pg_temp.mine('events set capacity = 2'), 'seats can be added');
select is(pg_temp.answers(), 'rules_one going, rules_three waiting, rules_two going', 'and are taken by the first in it');
select throws_like(pg_temp.mine('events set capacity = 1'), '%"events_capacity_taken"%', 'and not taken away again');
select throws_like(pg_temp.mine('rsvps set guests = 1'), '%"rsvps_guest_limit"%', 'guests have to be invited');
select lives_ok(pg_temp.mine('events set guest_limit = 2'), 'as they can be');
select throws_like(pg_temp.mine('rsvps set guests = 2'), '%"rsvps_party"%', 'but not more than there are seats');
select throws_like(pg_temp.mine('rsvps set guests = 1') || ' and status = ''going''', '%"rsvps_seats"%', 'or than are left');
select lives_ok(pg_temp.mine('events set cancelled = true'), 'an event can be cancelled');
select throws_like(pg_temp.mine('rsvps set status = ''maybe'''), '%"rsvps_cancelled"%', 'and takes no answers then');
select lives_ok(pg_temp.mine('events set cancelled = false'), 'or held after all');
delete from public.users where username = 'rules_two';
select is(pg_temp.answers(), 'rules_one going, rules_three going', 'a member who leaves frees a seat');

-- An event that is over.
update public.events set starts_at = now() - interval '7 hours' where id = '00000000-0000-4000-8000-0000000000e1';
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000a1"}', true);
select throws_like(pg_temp.mine('rsvps set status = ''maybe'''), '%"rsvps_over"%', 'an event that is over takes no answers');
select lives_ok(pg_temp.mine('events set ends_at = now() + interval ''1 hour'''), 'unless its host corrects the end');
select lives_ok(pg_temp.mine('rsvps set status = ''maybe'''), 'and so opens it again');
select set_config('request.jwt.claims', '', true);
update public.rsvps set status = 'going' where event_id = '00000000-0000-4000-8000-0000000000e1';
update public.events set starts_at = now() - interval '2 days', ends_at = now() - interval '1 day'
where id = '00000000-0000-4000-8000-0000000000e1';
select lives_ok(pg_temp.mine('rsvps set status = ''declined'''), 'what the administration corrects is not held up');

-- Versions: whatever is sent, the database draws them.
create temp table before on commit drop as
  select * from public.tavern_messages where id = '00000000-0000-4000-8000-0000000000f1';
update public.tavern_messages set body = 'second', rev = 1, txid = '1', created_at = '2001-01-01', edited_at = null
where id = '00000000-0000-4000-8000-0000000000f1';
select ok(m.rev > b.rev, 'a change draws a higher version') from public.tavern_messages m join before b using (id);
select is(m.txid, pg_current_xact_id(), 'and names its transaction') from public.tavern_messages m join before b using (id);
select is(m.created_at, b.created_at, 'the time of creation stays') from public.tavern_messages m join before b using (id);
select isnt(m.edited_at, null, 'other words are marked as edited') from public.tavern_messages m join before b using (id);

-- The dead.
delete from public.tavern_messages where id = '00000000-0000-4000-8000-0000000000f1';
select isnt_empty(
  $$ select from public.tombstones where table_name = 'tavern_messages'
     and key = '{"id": "00000000-0000-4000-8000-0000000000f1"}' and visible_to is null $$, 'a deleted row leaves a tombstone');
select throws_ok(
  $$ insert into public.tavern_messages (id, author_id, body)
     values ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000a1', 'again') $$,
  'PT410', null, 'and does not come back');
select is(private.forget_the_dead(interval '1000 years'), 0::bigint, 'the young dead are remembered');

-- Writes that name themselves.
set local "request.jwt.claims" to '{"role": "authenticated", "sub": "00000000-0000-4000-8000-0000000000a1"}';
set local "request.headers" to '{"idempotency-key": "rules"}';
select lives_ok($$ update public.users set bio = 'once' where username = 'rules_one' $$, 'a named write is carried out');
select results_eq(
  $$ select key from private.applied_writes where user_id = '00000000-0000-4000-8000-0000000000a1' $$, array['rules'],
  'and remembered');
update private.applied_writes set txid = '1' where key = 'rules';
select throws_ok($$ update public.users set bio = 'twice' where username = 'rules_one' $$, 'PT409', null,
  'a second time, it is refused');

-- Catching up.
set local "request.headers" to '';
select has_function('public', 'sync', array['text', 'jsonb', 'text[]']);
select isnt_definer('public', 'sync', array['text', 'jsonb', 'text[]']);
select volatility_is('public', 'sync', array['text', 'jsonb', 'text[]'], 'stable');
set local role authenticated;
select is(public.sync() ->> 'complete', 'true', 'without a cursor it is everything');
select is(public.sync(public.sync() ->> 'cursor') ->> 'complete', 'false', 'with one it is what is new');
select is(public.sync('nonsense') ->> 'restart', 'true', 'a cursor of no use begins anew');
set local role postgres;
select is_definer('private', name, array[]::text[], name || ' runs as its owner')
from unnest(array['stamp', 'bury', 'stay_dead', 'take_seat', 'leave_seat', 'seat_freed', 'seats_changed', 'leave_all_seats']) name;

select * from finish();
rollback;
