"""How often one student moved in one school year: the rule of eeptools' `moves_calc`.

Source of the rule: domain/mobility.md 2.1 (last row) and 2.3 (table B). Written from the
description and from the four expected answers, not from the package's code (GPL-3).
"""

from collections.abc import Iterable
from datetime import date

from bascule.roster.stints import School

YearStint = tuple[School, date | None, date | None]

LATE_ENTRY = EARLY_EXIT = NEW_SCHOOL = 1
UNSEEN_SCHOOL = 2  # out of the first school into one we do not see, and back out of it


def count_moves(
    stints: Iterable[YearStint], enroll_by: date, exit_by: date, gap_days: int = 14
) -> int | None:
    """Count the moves in one student's stints `(school, enter, exit)` of one school year.

    +1 if the first entry is after `enroll_by` (the student came from elsewhere), +1 if the last
    exit is before `exit_by` (went elsewhere). Between neighbors, counted in days from an exit to
    the next entry: a gap of `gap_days` or more +2, whatever the schools; a shorter gap, none or
    an overlap +1 for a new school and 0 for the same one. An entry while an earlier stint still
    runs has no gap, whichever stint ended last.

    Returns None where a date is missing or there is no stint at all: unknown is not zero.
    Authority defaults: 15 September, 1 June, 14 days. Raises ValueError if `gap_days` < 1.
    """
    if gap_days < 1:
        raise ValueError("gap_days must be at least 1")
    known = _in_order_of_entry(stints)
    if not known:
        return None
    moves, school, left_on = 0, known[0][0], known[0][2]
    for next_school, entered_on, next_left_on in known[1:]:
        moves += _moves_between(school, left_on, next_school, entered_on, gap_days)
        school, left_on = next_school, max(left_on, next_left_on)
    moves += LATE_ENTRY * (known[0][1] > enroll_by)
    return moves + EARLY_EXIT * (left_on < exit_by)


def _in_order_of_entry(stints: Iterable[YearStint]) -> list[tuple[School, date, date]]:
    """Return the stints by entry, then exit, then school; nothing if any date is missing."""
    known = []
    for school, entered_on, left_on in stints:
        if entered_on is None or left_on is None:
            return []
        known.append((school, entered_on, left_on))
    return sorted(known, key=lambda stint: (stint[1], stint[2], str(stint[0])))


def _moves_between(
    school: School, left_on: date, next_school: School, entered_on: date, gap_days: int
) -> int:
    if (entered_on - left_on).days >= gap_days:
        return UNSEEN_SCHOOL
    return NEW_SCHOOL * (next_school != school)
