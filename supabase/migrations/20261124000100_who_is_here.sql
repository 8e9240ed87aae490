-- Who is here is for members to know and to say, on the private topic that the page joins. On a public one,
-- everybody with the key that the page carries could watch, or pretend to be there.
create policy "members see who is here" on realtime.messages
  for select to authenticated
  using (extension = 'presence' and (select realtime.topic()) = 'tavern');
create policy "members show that they are here" on realtime.messages
  for insert to authenticated
  with check (extension = 'presence' and (select realtime.topic()) = 'tavern');
