-- A trigger draws `rev` and `txid`, whatever was sent. The defaults say so to whoever reads the schema, so
-- that types which are generated from it do not ask an insert for them.
alter table public.users
  alter rev set default 0, alter txid set default pg_current_xact_id();
alter table public.events
  alter rev set default 0, alter txid set default pg_current_xact_id();
alter table public.rsvps
  alter rev set default 0, alter txid set default pg_current_xact_id();
alter table public.tavern_messages
  alter rev set default 0, alter txid set default pg_current_xact_id();
alter table public.private_messages
  alter rev set default 0, alter txid set default pg_current_xact_id();
