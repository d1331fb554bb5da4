-- Which reaches were given for this reason and ended at this instant? They hold again.
-- Whoever undoes the closing of a case need not hold its reaches and so cannot see them. It gives
-- nothing that the person could not give anew: only reaches of students of their schools.
create function roster_resume_reaches(the_reason text, the_end timestamptz) returns integer
language plpgsql volatile security definer
set search_path = public, pg_temp
as $$
declare resumed integer;
begin
  update roster_reach reach set ends_at = null
  from roster_student student
  where because = the_reason and ends_at = the_end and student.id = reach.student_id
    and (bascule_is_district_wide() or student.school_id = any (bascule_school_ids()));
  get diagnostics resumed = row_count;
  return resumed;
end
$$;
