-- A search finds what one sees: emoji, what stands in angle brackets, and the words of an address.
-- PostgreSQL's own reading takes `<String>` for a tag, which it leaves out, and an address for one long word.

drop index public.tavern_messages_words;
create index tavern_messages_words on public.tavern_messages
  using gin (to_tsvector('simple', translate(body, '<>/.:=&?#%@', '           ')));

-- Messages that have all of the words, or words that begin so, and all of the signs that are no words; the latest
-- first, fifty at a time.
create or replace function public.search_tavern(words text, said_before timestamptz default 'infinity')
  returns setof public.tavern_messages
  language sql stable security invoker set search_path = '' as $$
  with typed as (
    select word from regexp_split_to_table(left(words, 200), '\s+') word where word <> ''
  ), asked as (
    select
      (
        select string_agg(
          '''' || replace(replace(part, '\', '\\'), '''', '''''') || ''':*', ' & '
        )
        from typed, regexp_split_to_table(translate(word, '<>/.:=&?#%@', '           '), '\s+') part
        where part ~ '\w'
      ) as query,
      (select coalesce(array_agg(word), '{}') from typed where word !~ '\w') as signs
  ), found as (
    select t.* from public.tavern_messages t
    where to_tsvector('simple', translate(t.body, '<>/.:=&?#%@', '           '))
        @@ to_tsquery('simple', (select query from asked))
    union all
    -- Of signs there is no index: all messages are looked through.
    select t.* from public.tavern_messages t
    where (select query is null and signs <> '{}' from asked)
  )
  select t.* from found t
  where t.created_at < said_before
    and not exists (
      select from asked, unnest(signs) sign where position(sign in t.body) = 0
    )
  order by t.created_at desc, t.id desc
  limit 50
$$;
