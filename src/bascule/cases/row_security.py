"""What the case tables let the serving role see: the student's scope, and the tier."""

from bascule.roster.row_security import OF_VISIBLE_STUDENT

OF_OPEN_TIER = """
  (
    tier = 'student'
    or (select bascule_sees_restricted())
    or exists (
      select from roster_reach r
      where r.student_id = cases_casefile.student_id
        and r.tier = 'restricted' and r.ground = cases_casefile.workflow
    )
  )
"""
# What is written is checked by this one: a single row, whose student is looked for.
CASE = f"{OF_VISIBLE_STUDENT} and {OF_OPEN_TIER}"

# An open case keeps the school of its student, told by whoever moves the student (0004): to look
# for 5,000 students one by one took a list five times as long. A closed one is looked for.
CASE_BY_ITS_SCHOOL = f"""
  (
    (select bascule_is_district_wide())
    or case
      when closed_at is null then student_id is not null and (
        school_id in (select unnest(bascule_school_ids()))
        or student_id in (select roster_reached())
        or student_id in (
          select s.id from roster_student s where s.uuid = any ((select bascule_elevated())::uuid[])
        )
      )
      else (select s.id from roster_student s where s.id = student_id) is not null
    end
  )
  and {OF_OPEN_TIER}
"""

OF_VISIBLE_CASE = "exists (select from cases_casefile c where c.id = case_id)"

# To the position held, or, addressed to nobody, to everybody who works on cases.
NOTICE = """
  (
    position_id = any ((select bascule_position_ids())::bigint[])
    or (position_id is null and (select bascule_may('work_cases')))
  )
  and (case_id is null or exists (select from cases_casefile c where c.id = case_id))
"""
