"""The matching problem of mobility: which Options programs fit one student best.

The weights are a proposal (domain/mobility.md 4.4) until the district confirms them; another
weight, filter or figure is another version. Source of the facts: roster, seat ledger, the case.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bascule.cases.models import CaseFile, Transition
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import Refusal
from bascule.matching.fit import Criteria, Filter, Fit, Scored, rank
from bascule.mobility.actions.offers import hold_seat
from bascule.mobility.models import OptionsProgram, SeatLine
from bascule.mobility.placement import (
    commute,
    enters_here,
    has_free_seat,
    has_service,
    is_elsewhere,
    kept_promises,
    own_turn,
    pace,
    schedule,
    start,
    takes_age,
    takes_credits,
    takes_grade,
)
from bascule.mobility.placement_facts import ProgramFacts, StudentFacts
from bascule.mobility.queries import place_of_school, programs_at
from bascule.roster.models import Student
from bascule.roster.one_student import credits_earned, marks_of, programs_of

OPTIONS_PLACEMENT: Criteria[StudentFacts, ProgramFacts] = Criteria(
    key="options_placement",
    version=2,
    filters=(
        Filter("elsewhere", "School", is_elsewhere),
        Filter("age", "Age", takes_age),
        Filter("process", "Process", enters_here),
        Filter("credits", "Credits", takes_credits),
        Filter("grade", "Grade", takes_grade),
        Filter("service", "Service", has_service),
        Filter("seat", "Seat", has_free_seat),
    ),
    scored=(
        Scored("pace", "Diploma before 21", 40, pace),
        Scored("commute", "Way to school", 30, commute),
        Scored("start", "Start", 20, start),
        Scored("schedule", "Hours", 10, schedule),
        Scored("promises", "Kept promises", 10, kept_promises),
    ),
    turn=own_turn,
)
Answers = dict[str, Any]
SERVICES = frozenset(SeatLine.Service.values) - {SeatLine.Service.GENERAL}


def best_fit(actor: Actor, case: CaseFile, at: datetime) -> Fit[ProgramFacts] | None:
    """Return how every Options program fits the student of a case; None where it has none.

    The student must be in view; what the actor may not know of them counts as not known.
    """
    if case.student is None:
        return None
    return rank(student_facts(actor, case, case.student, at), programs_at(at), OPTIONS_PLACEMENT)


def student_facts(actor: Actor, case: CaseFile, student: Student, at: datetime) -> StudentFacts:
    """Return what the actor may know of a student, as the roster and the case have it at `at`."""
    school = student.school
    return StudentFacts(
        day=local_day(at),
        birth_on=student.birth_on,
        grade=student.grade,
        credits=credits_earned(marks_of(student)),
        needs=_needs(actor, student, at),
        school=str(school.uuid) if school else "",
        school_name=school.name if school else "",
        place=place_of_school(school),
        is_enrolled=student.is_enrolled,
        ranked=tuple(case.particulars.get("ranked", ())),
        asks_schedule=_reason_code(case) == "schedule",
    )


def _needs(actor: Actor, student: Student, at: datetime) -> frozenset[str] | None:
    """Return the services that a seat must come with; None where the actor may not know of any."""
    spells = programs_of(actor, student, local_day(at))
    if not (spells or actor.sees_restricted):
        return None
    return frozenset(spell.program for spell in spells) & SERVICES


def _reason_code(case: CaseFile) -> str:
    """Return the reason for which the move was asked, or nothing."""
    asked = Transition.objects.filter(case=case, answers__has_key="reason_code")
    answers = asked.order_by("-at", "-id").values_list("answers", flat=True).first() or {}
    return str(answers.get("reason_code", ""))


def unexplained_choice(
    actor: Actor, *, case: CaseFile, answers: Answers, at: datetime
) -> Refusal | None:
    """Say that a seat beyond the three best programs is offered without a reason, or None."""
    fit, program = best_fit(actor, case, at), _program_of(answers)
    proposed = [each.program.key for each in fit.proposed] if fit else []
    if str(program.uuid) in proposed or str(answers.get("override", "")).strip():
        return None
    words = _("“%(program)s” is not one of the three that fit best: say why it is offered.")
    return Refusal("override-needed", words % {"program": program})


def offer_seat(actor: Actor, *, case: CaseFile, answers: Answers, at: datetime) -> None:
    """Hold the chosen seat, and keep what was proposed beside what was taken."""
    fit, program = best_fit(actor, case, at), _program_of(answers)
    hold_seat(actor, case=case, answers=answers, at=at)
    record_decision(
        actor, f"{OPTIONS_PLACEMENT.key}.choose", kind="case", uuid=case.uuid,
        particulars={
            "version": OPTIONS_PLACEMENT.version,
            "proposed": [
                {"program": each.program.key, "points": each.points, "of": each.possible}
                for each in (fit.proposed if fit else ())
            ],
            "taken": str(program.uuid),
            "override": str(answers.get("override", "")).strip(),
        },
    )  # fmt: skip


def _program_of(answers: Answers) -> OptionsProgram:
    """Return the program of the chosen seat, with its school."""
    return OptionsProgram.objects.select_related("school").get(lines__uuid=answers["seat"])
