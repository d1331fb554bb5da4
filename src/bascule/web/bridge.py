"""The handshake of a transfer as a bridge: two halves, open until both schools have signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bascule.cases.models import CaseFile, Transition
from bascule.mobility.models import Handover, RosterAnswer
from bascule.mobility.queries import latest_answers, receiving_school

HANDING_OVER = ("intake", "enrolled")
"""The states from which the two halves are drawn; the immediate lane has only the later one."""


@dataclass(frozen=True)
class Half:
    """One school's side: the day and code that it signs for, by whom and when."""

    school: str
    day: date | None = None
    code: str = ""
    signed_by: str = ""
    signed_at: datetime | None = None


@dataclass(frozen=True)
class Bridge:
    """Both halves; `handover` once they meet, and what the roster says of it."""

    sending: Half
    receiving: Half
    handover: Handover | None = None
    answer: RosterAnswer | None = None


def bridge_of(case: CaseFile, history: Sequence[Transition]) -> Bridge | None:
    """Return the handshake of a case in which the student goes to another school, or None."""
    states = {each.to_state for each in history}
    if not states.intersection(HANDING_OVER):
        return None
    made = Handover.objects.filter(case=case).select_related("from_school", "to_school")
    if handover := made.first():
        return _closed(handover)
    if "intake" not in states:  # enrolled at once at the own school: nothing is handed over
        return None
    school, sending = receiving_school(case), case.student and case.student.school
    if school is None:
        return None
    signed = [each for each in history if "first_day" in each.answers]
    receiving = _signed(school.name, signed[-1]) if signed else Half(school.name)
    return Bridge(Half(sending.name if sending else ""), receiving)


def _signed(school: str, intake: Transition) -> Half:
    return Half(
        school, date.fromisoformat(intake.answers["first_day"]), intake.answers["entry_code"],
        intake.actor_name, intake.at,
    )  # fmt: skip


def _closed(made: Handover) -> Bridge:
    return Bridge(
        Half(made.from_school.name, made.last_day_on, made.exit_code, made.released_name,
             made.released_at),
        Half(made.to_school.name, made.first_day_on, made.entry_code, made.received_name,
             made.received_at),
        made, latest_answers([made]).get(made.pk),
    )  # fmt: skip
