"""The same grounds once more, in the database: what each table lets the serving role see."""

# The holder alone: a policy that referred to students in turn would recurse without end.
# Functions stand in sub-selects, so that they are asked once a query and not once a row.
REACH_HELD = """
  (person_id = (select bascule_person())
   or position_id = any ((select bascule_position_ids())::bigint[])
   or organization_id = any ((select bascule_school_ids())::bigint[]))
  and starts_at <= (select bascule_now())
  and (ends_at is null or ends_at > (select bascule_now()))
"""

# Its rows and cost are told to the planner, which would otherwise plan every look at one student
# as if all reaches were read again for it. The search path keeps the body from being inlined.
REACHED = """
create or replace function roster_reached() returns setof bigint
language sql stable cost 1 rows 10 set search_path = public, pg_temp
as $$ select student_id from roster_reach $$
"""

# Schools as a sub-select, which is hashed: a specialist's hundred and fifty in an array would be
# gone through for each of 700,000 rows. The index of schools is found by the Policy's predicate.
STUDENT = """
  (select bascule_is_district_wide())
  or school_id in (select unnest(bascule_school_ids()))
  or id in (select roster_reached())
  or uuid = any ((select bascule_elevated())::uuid[])
"""

# Who sees all students need not look for one. A scalar query and not EXISTS: for a list the planner
# would read every visible student of the district into a hash first.
OF_VISIBLE_STUDENT = """
  (
    (select bascule_is_district_wide())
    or (select s.id from roster_student s where s.id = student_id) is not null
  )
"""

# A function of its own, so that the check of an insert into reach does not recurse either.
SEES_STUDENT = """
create function roster_sees_student(the_student bigint) returns boolean
language plpgsql stable set search_path = public, pg_temp
as $$ begin return exists (select from roster_student where id = the_student); end $$
"""

# A guardian is seen with a student of theirs; one without any, by whoever sees every student.
GUARDIAN = """
  (select bascule_is_district_wide())
  or exists (select from roster_guardianship g where g.guardian_id = roster_guardian.id)
"""

# Adults' rows are no student's; students' and guardians' rows are seen with them.
SECTION_ENROLLMENT = f"person_id is not null or {OF_VISIBLE_STUDENT}"
SCHOOL_ROLE = f"""
  person_id is not null
  or {OF_VISIBLE_STUDENT}
  or exists (select from roster_guardian g where g.id = guardian_id)
"""

SCHOOL_DAY = """
  (select bascule_is_district_wide())
  or school_id = any ((select bascule_school_ids())::bigint[])
"""

# That a student is homeless, in care or in court is restricted: for the tier, or for whoever has a
# reach that shows this program, within the scope.
PROGRAM = f"""
  {OF_VISIBLE_STUDENT}
  and (
    (select bascule_sees_restricted())
    or exists (
      select from roster_reach r
      where r.student_id = roster_programspell.student_id
        and roster_programspell.program = any (r.shows)
    )
  )
"""

# Of what speaks of help the answer itself is restricted: the tier, within the scope.
CONSENT = f"""
  {OF_VISIBLE_STUDENT}
  and (purpose in ('media', 'survey') or (select bascule_sees_restricted()))
"""

# Which records are one student is decided by who sees both, whoever they are.
DECIDES = "(select bascule_may('combine_students')) and (select bascule_is_district_wide())"
OWN_JUDGMENT = f"""
  {DECIDES} and done_at is null
  and user_id = (select current_setting('bascule.actor')::bigint)
"""

# That a record became another's is seen with the student who keeps the rows.
ALIAS = """
  (
    (select bascule_is_district_wide())
    or (select s.id from roster_student s where s.id = keeper_id) is not null
  )
"""
