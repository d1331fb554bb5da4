"""Flags, seats, handovers, results of rounds and notes follow who becomes another's alias.

Which flags are still true, the next night finds out.
"""

from bascule.roster.registry import Follower, declare_follower

SAME_FLAG = """
  held.cleared_at is null and exists (
    select from mobility_flag known
    where known.student_id = %(keeper)s and known.school_id = held.school_id
      and known.rule = held.rule and known.began_on = held.began_on
      and known.cleared_at is null
  )
"""


def declare_followers() -> None:
    """Declare what goes along: flags that the other does not bear, seats, moves, rounds, notes."""
    declare_follower(Follower("mobility_flag", stays=SAME_FLAG))
    declare_follower(Follower("mobility_seathold"))
    declare_follower(Follower("mobility_handover"))
    declare_follower(Follower("mobility_roundresult"))
    declare_follower(Follower("mobility_transitionnote"))
