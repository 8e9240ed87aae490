-- A reaction is one emoji as Unicode has them. Words in other scripts, and signs that nobody sees, were taken for one.

-- What had been given as something else is nobody's reaction.
create function pg_temp.emoji() returns text
  language plpgsql as $$
declare
  -- Those that are pictures by themselves, with room for pictures of later years among the last.
  picture text := '\u231A-\u231B\u23E9-\u23EC\u23F0\u23F3\u25FD-\u25FE\u2614-\u2615\u2648-\u2653\u267F\u2693\u26A1'
    '\u26AA-\u26AB\u26BD-\u26BE\u26C4-\u26C5\u26CE\u26D4\u26EA\u26F2-\u26F3\u26F5\u26FA\u26FD\u2705\u270A-\u270B\u2728\u274C'
    '\u274E\u2753-\u2755\u2757\u2795-\u2797\u27B0\u27BF\u2B1B-\u2B1C\u2B50\u2B55'
    '\U0001F004\U0001F0CF\U0001F18E\U0001F191-\U0001F19A\U0001F201\U0001F21A\U0001F22F\U0001F232-\U0001F236'
    '\U0001F238-\U0001F23A\U0001F250-\U0001F251\U0001F300-\U0001F64F\U0001F680-\U0001F6FF\U0001F7E0-\U0001F7EB\U0001F7F0'
    '\U0001F90C-\U0001F9FF\U0001FA70-\U0001FAFF';
  -- Those that are signs of writing until U+FE0F follows.
  sign text := '\u00A9\u00AE\u203C\u2049\u2122\u2139\u2194-\u2199\u21A9-\u21AA\u2328\u23CF\u23ED-\u23EF\u23F1-\u23F2'
    '\u23F8-\u23FA\u24C2\u25AA-\u25AB\u25B6\u25C0\u25FB-\u25FC\u2600-\u2604\u260E\u2611\u2618\u261D\u2620\u2622-\u2623\u2626'
    '\u262A\u262E-\u262F\u2638-\u263A\u2640\u2642\u265F-\u2660\u2663\u2665-\u2666\u2668\u267B\u267E\u2692\u2694-\u2697\u2699'
    '\u269B-\u269C\u26A0\u26A7\u26B0-\u26B1\u26C8\u26CF\u26D1\u26D3\u26E9\u26F0-\u26F1\u26F4\u26F7-\u26F9\u2702'
    '\u2708-\u2709\u270C-\u270D\u270F\u2712\u2714\u2716\u271D\u2721\u2733-\u2734\u2744\u2747\u2763-\u2764\u27A1'
    '\u2934-\u2935\u2B05-\u2B07\u3030\u303D\u3297\u3299'
    '\U0001F170-\U0001F171\U0001F17E-\U0001F17F\U0001F202\U0001F237';
  tone text := '[\U0001F3FB-\U0001F3FF]';
  one text := format('([%s](\uFE0F|%s)?|[%s](\uFE0F|%s))', picture, tone, sign, tone);
  -- In the middle of a family, a sign may do without.
  further text := format('\u200D[%s%s](\uFE0F|%s)?', picture, sign, tone);
  flag text := '[\U0001F1E6-\U0001F1FF]{2}|\U0001F3F4[\U000E0030-\U000E0039\U000E0061-\U000E007A]{2,6}\U000E007F';
  keycap text := '[0-9#*]\uFE0F\u20E3';
begin
  return format('^(%s(%s)*|%s|%s)$', one, further, flag, keycap);
end $$;

do $$
begin
  execute format('delete from public.reactions where emoji !~ %L', pg_temp.emoji());
  alter table public.reactions drop constraint reactions_emoji;
  execute format(
    'alter table public.reactions add constraint reactions_emoji check (char_length(emoji) <= 16 and emoji ~ %L)',
    pg_temp.emoji());
end $$;
drop function pg_temp.emoji();
