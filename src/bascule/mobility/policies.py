"""Who may open the cases of mobility's workflows, and who may take their steps."""

from bascule.cases.models import CaseFile
from bascule.kernel.actor import NIGHTLY, Actor


def works_case(actor: Actor, case: CaseFile) -> bool:
    """The position that owns the case is held or covered today, or the Lead steps in."""
    return actor.may("work_cases") and (
        case.owner_id in actor.position_ids or actor.may("force_release")
    )


def leads(actor: Actor, case: CaseFile) -> bool:
    """The Student Mobility Lead."""
    return actor.may("force_release")


def releases(actor: Actor, case: CaseFile) -> bool:
    """A clerk or principal of the school that the student is leaving."""
    student = case.student
    return (
        actor.may("release_student")
        and student is not None
        and student.school_id in actor.school_ids
    )


def requests(actor: Actor, case: CaseFile) -> bool:
    """Whoever may request transfers for a student in sight."""
    return actor.may("request_transfer")


def is_night(actor: Actor, case: CaseFile) -> bool:
    """The nightly job, which takes back what it found when it is no longer true."""
    return actor == NIGHTLY


def may_request(actor: Actor) -> bool:
    """Whoever may request transfers, for a student in sight."""
    return actor.may("request_transfer")


def may_work(actor: Actor) -> bool:
    """Whoever works on cases."""
    return actor.may("work_cases")


def may_call(actor: Actor) -> bool:
    """Whoever works on cases, or speaks for the school that the student left."""
    return may_work(actor) or may_request(actor)
