-- PostgreSQL expects the one request to be expensive and compiles it anew for every call, which takes
-- seconds of a processor; run as it is, it takes milliseconds.
alter function public.sync(text, jsonb, text[]) set jit = off;
