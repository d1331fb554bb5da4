-- Which words of names are like each of these: one edit away, or two letters swapped, or two edits
-- in a long word?
-- All of them: the nearest few would be others where names exist that the asker may not see. Whoever
-- misspells a name nearly always hits its first letter, or swaps the first two.
create or replace function roster_names_alike(asked text[]) returns jsonb
language sql stable
set search_path = public, pg_temp
as $$
  select coalesce(jsonb_agg(words), '[]') from (
    select jsonb_agg(near.word) as words
    from unnest(asked) with ordinality as one(word, place)
    cross join lateral (
      select known.word, levenshtein_less_equal(known.word, one.word, 2) as edits
      from roster_nameword known
      where length(one.word) between 2 and 40
        and length(known.word) between length(one.word) - 2 and length(one.word) + 2
        and left(known.word, 1) in (left(one.word, 1), substr(one.word, 2, 1))
    ) near
    where near.edits <= 1
       or near.edits = 2
          and (length(one.word) >= 7 or roster_letters(near.word) = roster_letters(one.word))
    group by one.place order by one.place
  ) alike
$$;
