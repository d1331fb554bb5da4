-- By which key are names ordered, in English and Spanish, and found?
-- Lower case, ñ after every other n, accents dropped, all but letters, digits and spaces removed;
-- compared by code point. Immutable for us: the accent rules ship with the server.
create function roster_sort_key(the_name text) returns text
language sql immutable strict parallel safe
set search_path = public, pg_temp
as $$
  select btrim(regexp_replace(
    regexp_replace(unaccent(replace(lower(normalize(the_name, NFC)), 'ñ', 'n{')), '[^a-z0-9{ ]+', ' ', 'g'),
    '\s+', ' ', 'g'))
$$;
