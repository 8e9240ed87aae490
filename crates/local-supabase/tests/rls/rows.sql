-- One row of the owner's in every table, and what it refers to.

insert into auth.users (id, email, raw_user_meta_data)
select p.id::uuid, p.name || '@rls.test', jsonb_build_object('username', p.name)
from (values
  ('$owner', 'owner'), ('$recipient', 'recipient'), ('$host', 'host'), ('$member', 'member'),
  ('$friend', 'friend'), ('$other', 'somebody')
) as p (id, name);

-- An account that has no profile yet.
set session_replication_role = replica;
insert into auth.users (id, email) values ('$newcomer', 'newcomer@rls.test');
set session_replication_role = origin;

insert into public.events (id, host_id, title, starts_at, guest_limit) values
  ('$event', '$owner', 'The owner''s', '2030-01-01 18:00+00', 0),
  ('$invitation', '$host', 'The host''s', '2030-01-02 18:00+00', 2),
  ('$spare', '$host', 'Without answers', '2030-01-03 18:00+00', 2);
insert into public.rsvps (event_id, user_id, status) values
  ('$invitation', '$owner', 'going'),
  ('$event', '$member', 'maybe');
insert into public.tavern_messages (id, author_id, body) values ('$row', '$owner', 'said aloud'),
  ('$spoken', '$host', 'said by the host');
insert into public.reactions (message_id, user_id, emoji) values
  ('$spoken', '$owner', '👍'),
  ('$row', '$host', '👍');
insert into public.conversations (id, owner_id, other_id) values ('$row', '$owner', '$recipient');
insert into public.private_messages (id, sender_id, recipient_id, body) values
  ('$row', '$owner', '$recipient', 'said softly'),
  ('$gone', '$owner', '$recipient', 'taken back');
delete from public.private_messages where id = '$gone';
insert into public.blocks (id, blocker_id, blocked_id) values ('$row', '$owner', '$other');

-- Heard by everybody, it marks the end of a series of changes.
create schema mark;
create table mark.line (id integer primary key);
grant usage on schema mark to anon, authenticated, service_role;
grant select on mark.line to anon, authenticated, service_role;
alter publication supabase_realtime add table mark.line;
