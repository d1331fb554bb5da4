-- Whose calendar has this digest, and in which language are its words?
-- Nobody is known yet: the function answers for one digest and lists none.
create function cases_owner_of_calendar(the_digest text)
returns table (user_id bigint, language text)
language sql stable security definer rows 1
set search_path = public, pg_temp
as $$
  select feed.user_id, feed.language from cases_calendarfeed feed where feed.digest = the_digest
$$;
