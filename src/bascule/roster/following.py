"""The roster's own rows that no feed reports, and how they follow a student."""

from bascule.roster.registry import Follower, declare_follower

SAME_REACH = """
  exists (
    select from roster_reach known
    where known.student_id = %(keeper)s
      and (known.person_id, known.organization_id, known.position_id, known.ground, known.tier,
           known.because)
          is not distinct from
          (held.person_id, held.organization_id, held.position_id, held.ground, held.tier,
           held.because)
  )
"""

SAME_CONSENT = """
  exists (
    select from roster_consent known
    where known.student_id = %(keeper)s and known.purpose = held.purpose
      and daterange(known.starts_on, known.ends_on, '[]')
          && daterange(held.starts_on, held.ends_on, '[]')
  )
"""


def declare_followers() -> None:
    """Declare that reaches and consents go with a student. The like of what is there stays."""
    declare_follower(Follower("roster_reach", stays=SAME_REACH))
    declare_follower(Follower("roster_consent", stays=SAME_CONSENT))
