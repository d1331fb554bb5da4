"""The declared rules of `roster.rules` applied to one student's chain of stints.

Every function is pure, takes the chain in order of time as `derive_stints` returns it, ignores
what begins after `as_of`, and returns its findings in order of time. `metrics.findings` computes
the same over a whole snapshot; tests hold the two equal.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from bascule.kernel.school_calendar import SchoolCalendar
from bascule.roster.rules import (
    DID_NOT_ARRIVE,
    ENROLLMENT_GAP,
    HIGHLY_MOBILE,
    OVERLAP,
    SAME_SCHOOL_RE_ENTRY,
    UNPROVEN_TRANSFER,
    DayOneAbsence,
    Figures,
    Finding,
    Proof,
    Rule,
    finding,
)
from bascule.roster.stints import Claim, Stint, entry_kind, exit_kind, overlaps

_DAY = timedelta(days=1)


def highly_mobile(
    stints: Sequence[Stint], as_of: date, calendar: SchoolCalendar, rule: Rule = HIGHLY_MOBILE
) -> list[Finding]:
    """Return each spell of being highly mobile: 2 moves in 12 months or 3 in 36 (defaults).

    A spell begins with the move that fulfils either count, at the school it leads to, and ends
    on the day before both have expired; two moves exactly 12 months apart do not lie within 12
    months. Figures, as of the spell's latest move: `moves_short` and `moves_long` in the two
    windows, and the school days between stints (`days_out`) before returns in the short window.
    """
    moves = _moves(stints, as_of, rule)
    spells: list[tuple[Stint, date, date]] = []  # first stint of the spell, latest move, expiry
    for place, arrival in enumerate(moves):
        moved_on = arrival.starts_on
        expires_on = _expiry(moves[: place + 1], rule)
        if spells and spells[-1][2] > moved_on:
            spells[-1] = (spells[-1][0], moved_on, expires_on)
        elif expires_on > moved_on:
            spells.append((arrival, moved_on, expires_on))
    found = []
    for arrival, latest, expires_on in spells:
        figures = _mobility_figures(stints, moves, latest, calendar, rule)
        ended_on = expires_on - _DAY if expires_on <= as_of else None
        found.append(finding(rule, arrival.school, arrival.starts_on, figures, ended_on))
    return found


def enrollment_gaps(
    stints: Sequence[Stint],
    born_on: date | None,
    as_of: date,
    calendar: SchoolCalendar,
    rule: Rule = ENROLLMENT_GAP,
) -> list[Finding]:
    """Return each span enrolled nowhere for more than 10 school days while aged 6 to 21.

    Spans between two stints and after the last one, up to `as_of`, reported at the school left.
    The days before the 6th and from the 22nd birthday on do not count; an unknown birth date
    counts as school age, since missing data must not lose a student. Figures: `school_days`.
    """
    found = []
    for stint, left_on, following in _departures(stints, as_of):
        if exit_kind(stint) in rule.names("no_gap_after"):
            continue
        last = following.starts_on - _DAY if following else as_of
        first, last = _at_school_age(left_on + _DAY, last, born_on, rule)
        missed = calendar.school_days_between(first, last)
        if missed > rule.number("more_than_school_days"):
            ended_on = last if last < as_of else None
            found.append(finding(rule, stint.school, first, {"school_days": missed}, ended_on))
    return found


def same_school_re_entries(
    stints: Sequence[Stint],
    as_of: date,
    calendar: SchoolCalendar,
    rule: Rule = SAME_SCHOOL_RE_ENTRY,
) -> list[Finding]:
    """Return each drop and return to the same school within 30 days that skipped a school day.

    `days` counts from the last day to the first day back. A return on the same or the next
    school day, an administrative change, the year's end and detention are ordinary. It begins
    on the last day before the drop. Figures: `days`, `school_days` missed, `exit_code`.
    """
    found = []
    for stint, left_on, back in _departures(stints, as_of):
        if back is None or stint.school != back.school:
            continue
        days = (back.starts_on - left_on).days
        missed = calendar.school_days_between(left_on + _DAY, back.starts_on - _DAY)
        is_soon = days <= rule.number("within_days")
        is_ordinary = exit_kind(stint) in rule.names("ordinary_exits")
        if is_soon and not is_ordinary and missed >= rule.number("school_days_missed"):
            code = stint.exit_code or ""
            figures: Figures = {"days": days, "school_days": missed, "exit_code": code}
            found.append(finding(rule, stint.school, left_on, figures))
    return found


def unproven_transfers(
    stints: Sequence[Stint], proofs: Iterable[Proof], as_of: date, rule: Rule = UNPROVEN_TRANSFER
) -> list[Finding]:
    """Return the last exit if its code needs proof and neither proof nor later stint exists.

    From 1 August after its school year such a leaver counts as a dropout (23 IAC 375.75(e)).
    Figures: `days` since the exit, `deadline`, `past_deadline` (0 or 1), `exit_code`.
    """
    proven = {(proof.school, proof.exited_on) for proof in proofs}
    found = []
    for stint, left_on, following in _departures(stints, as_of):
        is_unproven = stint.exit_code in rule.names("codes") and (
            (stint.school, left_on) not in proven
        )
        if following is None and is_unproven:
            figures = _unproven_figures(stint, left_on, as_of, rule)
            found.append(finding(rule, stint.school, left_on, figures))
    return found


def did_not_arrive(
    stints: Sequence[Stint],
    absences: Iterable[DayOneAbsence],
    as_of: date,
    rule: Rule = DID_NOT_ARRIVE,
) -> list[Finding]:
    """Return each start at which an expected student did not come (1.4, code 99).

    Either the exit says so, or the student was enrolled on the first day of school and absent
    without excuse. It ends on the day before the student is present or enrolled anew. Figures:
    `exit_code` ("" where only the attendance says so).
    """
    absent = sorted(absences, key=lambda absence: absence.day_one)
    found = []
    for stint, following in _with_following(stints, as_of):
        came_on = following.starts_on if following else None
        began_on = stint.starts_on
        if exit_kind(stint) not in rule.names("exits"):
            absence = _absence_during(stint, absent)
            if absence is None or absence.day_one > as_of:
                continue
            began_on, came_on = absence.day_one, absence.arrived_on or came_on
        ended_on = came_on - _DAY if came_on and came_on <= as_of else None
        figures = {"exit_code": stint.exit_code or ""}
        found.append(finding(rule, stint.school, began_on, figures, ended_on))
    return found


def claims_overlap(claims: Iterable[Claim], as_of: date, rule: Rule = OVERLAP) -> list[Finding]:
    """Return each pair of claims of two schools with a day in common, at the newer school.

    Figures: `days` in common up to `as_of`, `other_school` and both claims' keys.
    """
    found = []
    for overlap in overlaps(claims):
        days = overlap.days_in_common(as_of)
        if days > rule.number("more_than_days"):
            figures: Figures = {
                "days": days,
                "other_school": overlap.first.school,
                "first_claim": overlap.first.key,
                "second_claim": overlap.second.key,
            }
            found.append(finding(rule, overlap.second.school, overlap.starts_on, figures))
    return found


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or that month's last day where it has no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def _with_following(stints: Sequence[Stint], as_of: date) -> Iterator[tuple[Stint, Stint | None]]:
    """Yield each stint begun by `as_of` with the one that follows it, if any."""
    known = [stint for stint in stints if stint.starts_on <= as_of]
    return zip(known, [*known[1:], None], strict=False)


def _departures(stints: Sequence[Stint], as_of: date) -> Iterator[tuple[Stint, date, Stint | None]]:
    """Yield each stint ended by `as_of` with its last day and the stint that follows."""
    for stint, following in _with_following(stints, as_of):
        if stint.ends_on is not None and stint.ends_on <= as_of:
            yield stint, stint.ends_on, following


def _moves(stints: Sequence[Stint], as_of: date, rule: Rule) -> list[Stint]:
    """Return the stints that a non-promotional change of school led to."""
    known = [stint for stint in stints if stint.starts_on <= as_of]
    return [
        arrival
        for stint, arrival in pairwise(known)
        if stint.school != arrival.school
        and exit_kind(stint) not in rule.names("promotional_exits")
        and entry_kind(arrival) not in rule.names("promotional_entries")
    ]


def _expiry(moves: Sequence[Stint], rule: Rule) -> date:
    """Return the first day on which neither count holds any more, if no move is added."""
    ends = [date.min]
    for window in ("short", "long"):
        needed = rule.number(f"moves_{window}")
        if len(moves) >= needed:
            oldest = moves[-needed].starts_on
            ends.append(add_months(oldest, rule.number(f"months_{window}")))
    return max(ends)


def _mobility_figures(
    stints: Sequence[Stint],
    moves: Sequence[Stint],
    latest: date,
    calendar: SchoolCalendar,
    rule: Rule,
) -> Figures:
    def is_recent(day: date, window: str) -> bool:
        return day <= latest < add_months(day, rule.number(f"months_{window}"))

    days_out = sum(
        calendar.school_days_between(left_on + _DAY, following.starts_on - _DAY)
        for _, left_on, following in _departures(stints, latest)
        if following is not None and is_recent(following.starts_on, "short")
    )
    return {
        "moves_short": sum(is_recent(move.starts_on, "short") for move in moves),
        "moves_long": sum(is_recent(move.starts_on, "long") for move in moves),
        "days_out": days_out,
    }


def _at_school_age(first: date, last: date, born_on: date | None, rule: Rule) -> tuple[date, date]:
    """Clip a span to the days between the first and the last birthday that count."""
    if born_on is None:
        return first, last
    from_day = add_months(born_on, 12 * rule.number("youngest"))
    to_day = add_months(born_on, 12 * (rule.number("oldest") + 1)) - _DAY
    return max(first, from_day), min(last, to_day)


def _unproven_figures(stint: Stint, left_on: date, as_of: date, rule: Rule) -> Figures:
    month, day = rule.number("deadline_month"), rule.number("deadline_day")
    deadline = date(stint.school_year, month, day)
    return {
        "days": (as_of - left_on).days,
        "deadline": deadline.isoformat(),
        "past_deadline": int(as_of > deadline),
        "exit_code": stint.exit_code or "",
    }


def _absence_during(stint: Stint, absences: Sequence[DayOneAbsence]) -> DayOneAbsence | None:
    for absence in absences:
        lasts = stint.ends_on is None or absence.day_one <= stint.ends_on
        if absence.school == stint.school and stint.starts_on <= absence.day_one and lasts:
            return absence
    return None
