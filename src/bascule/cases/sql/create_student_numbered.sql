-- Which student has this number? Asked by who opens a record by necessity, and by nothing else.
-- Runs as the role of the search, which sees the names of all: the answer is a uuid alone.
create function cases_student_numbered(the_number text) returns uuid
language sql stable security definer
set search_path = public, pg_temp
as $$
  select uuid from roster_student where number = the_number order by id limit 1
$$;
