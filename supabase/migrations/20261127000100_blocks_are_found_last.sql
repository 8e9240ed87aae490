-- Who is blocked could find it out without a word being delivered: a policy is asked before constraints, keys and later
-- rows are looked at, so a message that is wrong in itself was refused for the block or for what is wrong with it. The
-- block is now looked for at the very end, when everything else that was sent is right.

drop policy "private_messages_delivery" on public.private_messages;
-- Only triggers ask this now.
revoke execute on function private.is_blocked(uuid, uuid) from authenticated;

create function private.deliver() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if private.is_blocked(new.sender_id, new.recipient_id) then
    raise exception 'Nothing is delivered between the two: violates "private_messages_delivery"'
      using errcode = '42501', constraint = 'private_messages_delivery';
  end if;
  return null;
end $$;
revoke execute on function private.deliver() from public;

-- As policies do, it leaves those alone who write for the project itself.
create constraint trigger private_messages_delivery after insert on public.private_messages
  deferrable initially deferred
  for each row when (current_user = 'authenticated')
  execute function private.deliver();
