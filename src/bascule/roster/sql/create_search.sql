-- Which students in the actor's scope have a name like this text, the nearest first?
-- Trigram search under row-level security cannot use its index, so this function runs as a role
-- with its own policy, applies the scope itself and returns ids that are filtered once more.
create function roster_search_students(the_text text, the_limit int default 50)
returns table (student_id bigint, nearness real)
language sql stable security definer
set search_path = public, pg_temp
set pg_trgm.word_similarity_threshold = 0.45
as $$
  select id, word_similarity(the_text, sort_name) as nearness
  from roster_student
  where the_text <% sort_name
    and (
      (select bascule_is_district_wide())
      or school_id = any ((select bascule_school_ids())::bigint[])
      or uuid = any ((select bascule_elevated())::uuid[])
      or id in (
        select reach.student_id from roster_reach reach
        where (reach.person_id = (select bascule_person())
               or reach.position_id = any ((select bascule_position_ids())::bigint[])
               or reach.organization_id = any ((select bascule_school_ids())::bigint[]))
          and reach.starts_at <= bascule_now()
          and (reach.ends_at is null or reach.ends_at > bascule_now())
      )
    )
  order by nearness desc, sort_name, id
  limit the_limit
$$;
