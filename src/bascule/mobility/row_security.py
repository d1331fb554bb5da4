"""What the tables of family pages let the serving role see, and what the role of families does."""

from bascule.cases.row_security import OF_VISIBLE_CASE
from bascule.mobility.families import KEPT_AFTER_END, MOST_TRIES

OF_OPEN_TIER = "(tier = 'student' or (select bascule_sees_restricted()))"
OF_STAFF = f"{OF_VISIBLE_CASE} and {OF_OPEN_TIER}"
OWN_LINK = f"""
  id = (select mobility_family()) and revoked_at is null
  and expires_at > (select bascule_now()) and tries < {MOST_TRIES}
"""
FAMILY_LINK = f"({OF_STAFF}) or ({OWN_LINK})"
FAMILY_ANSWER = f"{OF_VISIBLE_CASE} or link_id = (select mobility_family())"
OWN_ANSWER = """
  link_id = (select mobility_family())
  and case_id = (select l.case_id from mobility_familylink l where l.id = link_id)
"""

# The role of families sees one case: that of the link which was entered, while it is shown.
ONE_CASE = f"""
  id = (select l.case_id from mobility_familylink l where l.id = (select mobility_family()))
  and tier = 'student' and absorbed_by_id is null
  and (
    closed_at is null
    or closed_at > (select bascule_now()) - interval '{KEPT_AFTER_END.days} days'
  )
"""
OF_ONE_CASE = "case_id in (select c.id from cases_casefile c)"
ITS_STUDENT = "id in (select c.student_id from cases_casefile c)"

# Whoever may open the rows sees each count; that somebody learns English is restricted.
OUTREACH_COUNT = """
  not is_hidden
  or (
    (select bascule_is_district_wide())
    and (cut <> 'el' or (select bascule_sees_restricted()))
  )
"""

# A pack that is not made yet is the draft of whoever comments on it; what is made stays as it is.
TREND_PACK = """
  (select bascule_may('see_measures'))
  and (made_at is not null or (select bascule_may('comment_trends')))
"""
DRAFT_OF_PACK = "made_at is null and (select bascule_may('comment_trends'))"
