"""What the case tables let the serving role see: the student's scope, and the tier."""

from bascule.roster.row_security import OF_VISIBLE_STUDENT

CASE = f"""
  {OF_VISIBLE_STUDENT}
  and (
    tier = 'student'
    or (select bascule_sees_restricted())
    or exists (
      select from roster_reach r
      where r.student_id = cases_casefile.student_id
        and r.tier = 'restricted' and r.ground = cases_casefile.workflow
    )
  )
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
