-- Does a name hold one word of each of these sets? And which letters has a word, in order?
create or replace function roster_holds_each(sort_name text, near jsonb) returns boolean
language sql immutable
set search_path = public, pg_temp
as $$
  select not exists (
    select from jsonb_array_elements(near) words
    where not words ?| string_to_array(sort_name, ' ')
  )
$$;
create or replace function roster_letters(word text) returns text
language sql immutable
as $$ select string_agg(letter, '' order by letter) from string_to_table(word, null) letter $$;
