-- A tavern on an ordinary evening. Passwords of the demo accounts: tavern-demo

insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
  raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
  confirmation_token, recovery_token, email_change, email_change_token_new
)
select
  '00000000-0000-0000-0000-000000000000', p.id::uuid, 'authenticated', 'authenticated', p.email,
  extensions.crypt('tavern-demo', extensions.gen_salt('bf')), now(),
  '{"provider":"email","providers":["email"]}',
  jsonb_build_object('username', p.username, 'display_name', p.display_name), now(), now(),
  '', '', '', ''
from (values
  ('00000000-0000-4000-8000-000000000001', 'mara@tavern.test', 'mara', 'Mara Lindqvist'),
  ('00000000-0000-4000-8000-000000000002', 'tom@tavern.test', 'tom', 'Tom Okafor'),
  ('00000000-0000-4000-8000-000000000003', 'ines@tavern.test', 'ines', 'Inês Duarte'),
  ('00000000-0000-4000-8000-000000000004', 'yusuf@tavern.test', 'yusuf', 'Yusuf Demir')
) as p (id, email, username, display_name);

insert into auth.identities (provider_id, user_id, identity_data, provider, created_at, updated_at)
select
  u.id::text, u.id, jsonb_build_object('sub', u.id::text, 'email', u.email), 'email', now(), now()
from auth.users u where u.email like '%@tavern.test';

update public.users set bio = case username
  when 'mara' then 'Keeps the keys and the quiz questions.'
  when 'tom' then 'Bakes on Thursdays. Bring butter.'
  when 'ines' then 'Maps, bicycles, long walks.'
  else 'New in town.'
end
where id::text like '00000000-0000-4000-8000-%';

insert into public.events (id, host_id, title, description, location, starts_at, ends_at, time_zone, capacity) values
  ('00000000-0000-4000-9000-000000000001', '00000000-0000-4000-8000-000000000001', 'Quiz night',
   'Six rounds, teams of four. The winners choose the last round of next week.', 'The long table',
   date_trunc('day', now()) + interval '3 days 19 hours', date_trunc('day', now()) + interval '3 days 22 hours',
   'Europe/Berlin', 12),
  ('00000000-0000-4000-9000-000000000002', '00000000-0000-4000-8000-000000000002', 'Bread and butter',
   'We shape loaves at six and eat them at eight.', 'Kitchen',
   date_trunc('day', now()) + interval '8 days 18 hours', date_trunc('day', now()) + interval '8 days 21 hours',
   'Europe/Berlin', 5),
  ('00000000-0000-4000-9000-000000000003', '00000000-0000-4000-8000-000000000003', 'Walk along the river',
   'About twelve kilometres, slowly. We end at the tavern.', 'North gate',
   date_trunc('day', now()) + interval '12 days 9 hours', null, 'Europe/Lisbon', null);

insert into public.rsvps (event_id, user_id, status) values
  ('00000000-0000-4000-9000-000000000001', '00000000-0000-4000-8000-000000000001', 'going'),
  ('00000000-0000-4000-9000-000000000001', '00000000-0000-4000-8000-000000000003', 'going'),
  ('00000000-0000-4000-9000-000000000001', '00000000-0000-4000-8000-000000000004', 'maybe'),
  ('00000000-0000-4000-9000-000000000002', '00000000-0000-4000-8000-000000000002', 'going'),
  ('00000000-0000-4000-9000-000000000003', '00000000-0000-4000-8000-000000000003', 'going');

insert into public.tavern_messages (author_id, body) values
  ('00000000-0000-4000-8000-000000000001', 'Evening, all. The fire is lit.');
insert into public.tavern_messages (author_id, body) values
  ('00000000-0000-4000-8000-000000000002', 'On my way, with a loaf that did not rise.');
insert into public.tavern_messages (author_id, body) values
  ('00000000-0000-4000-8000-000000000003', 'Flat bread is still bread. Who is in for Saturday''s walk?');

insert into public.private_messages (sender_id, recipient_id, body) values
  ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001',
   'Could I have the kitchen an hour earlier next week?');
