-- Which students in the actor's scope have a name like this text, the nearest first?
-- Trigram search under row-level security cannot use its index, so this function runs as a role
-- with its own policy, applies the scope itself and returns ids that are filtered once more.
-- First each word of the text gives way to the words like it that stand in names, and the names
-- with one of each are taken: swapped letters are two edits and share few trigrams. Only where
-- that finds nobody, whole names are compared by their trigrams. A few schools are compared name
-- by name; the index of the whole district would find more of the others' names than there are
-- students in scope. Two words may be asked to agree more: of 40 misspelled full names as many
-- are found at 0.55 as at 0.45, in half of the time.
create or replace function roster_search_students(the_text text, the_limit int default 50)
returns table (student_id bigint, nearness real)
language plpgsql stable security definer
set search_path = public, pg_temp
set pg_trgm.word_similarity_threshold = 0.45
as $$
#variable_conflict use_column
declare
  everywhere constant boolean := bascule_is_district_wide();
  schools constant bigint[] := bascule_school_ids();
  elevated constant uuid[] := bascule_elevated();
  reached constant bigint[] := array(
    select reach.student_id from roster_reach reach
    where (reach.person_id = bascule_person()
           or reach.position_id = any (bascule_position_ids())
           or reach.organization_id = any (schools))
      and reach.starts_at <= bascule_now()
      and (reach.ends_at is null or reach.ends_at > bascule_now())
  );
  few constant boolean := not everywhere and cardinality(schools) <= 5;
  asked constant text[] := (string_to_array(the_text, ' '))[1:4];
  near constant jsonb := roster_names_alike(asked);
  enough constant real := case when the_text like '% %' then 0.55 else 0.45 end;
begin
  if jsonb_array_length(near) = cardinality(asked) then
    if few then
      return query
        select id, word_similarity(the_text, sort_name) as nearness
        from roster_student
        where (school_id = any (schools) or id = any (reached) or uuid = any (elevated))
          and roster_holds_each(sort_name, near)
        order by nearness desc, sort_name, id
        limit the_limit;
    else
      return query
        select distinct on (nearness, sort_name, id) id, nearness from (
          select found.id, found.sort_name, word_similarity(the_text, found.sort_name) as nearness
          from (select distinct word #>> '{}' as word
                from jsonb_array_elements(near) of_one, jsonb_array_elements(of_one) word) first
          cross join lateral (
            select id, sort_name from roster_student
            where sort_name >= first.word and sort_name < first.word || '!'
              and (everywhere or school_id = any (schools) or id = any (reached)
                   or uuid = any (elevated))
              and roster_holds_each(sort_name, near)
            order by sort_name, id
            limit the_limit
          ) found
        ) all_found
        order by nearness desc, sort_name, id
        limit the_limit;
    end if;
    if found then
      return;
    end if;
  end if;
  perform set_config('pg_trgm.word_similarity_threshold', enough::text, true);
  if few then
    return query
      select id, word_similarity(the_text, sort_name) as nearness
      from roster_student
      where (school_id = any (schools) or id = any (reached)
             or uuid = any (elevated))
        and word_similarity(the_text, sort_name) >= enough
      order by nearness desc, sort_name, id
      limit the_limit;
  else
    return query
      select id, word_similarity(the_text, sort_name) as nearness
      from roster_student
      where the_text <% sort_name
        and (everywhere or school_id = any (schools) or id = any (reached)
             or uuid = any (elevated))
      order by nearness desc, sort_name, id
      limit the_limit;
  end if;
end
$$;
