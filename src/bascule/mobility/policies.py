"""Who may open the cases of mobility's workflows, and who may take their steps."""

from dataclasses import replace

from django.db.models import Q

from bascule.cases.models import CaseFile
from bascule.cases.policies import SEE as SEE_CASE
from bascule.kernel.actor import NIGHTLY, Actor
from bascule.kernel.clock import now
from bascule.kernel.policy import EVERYTHING, Ground, Policy
from bascule.mobility.families import MOST_TRIES, has_page
from bascule.mobility.models import SeatHold
from bascule.mobility.outreach_funnel import ENGLISH_LEARNER
from bascule.roster.policies import grounds_for_students


def _with_case(actor: Actor) -> Q | None:
    return Q(case__in=SEE_CASE.filter(CaseFile.objects.all(), actor))


def _works(actor: Actor) -> Q | None:
    return EVERYTHING if actor.may("work_cases") else None


def _sees_rounds(actor: Actor) -> Q | None:
    return EVERYTHING if actor.may("see_rounds") else None


SEE_LINE = Policy(Ground("works", "You work on cases", _works))
"""Who sees programs and their seats."""
SEE_HOLD = Policy(Ground("case", "You may see the case for which the seat is held", _with_case))
"""Who sees for whom a seat is held; how many are held is no secret."""
SEE_ROUND = Policy(Ground("rounds", "You may see rounds of placement", _sees_rounds))
"""Who sees that a round was prepared and run, with its seats and counts."""
SEE_RESULT = Policy(Ground("case", "You may see the case that took part", _with_case))
"""Who sees what a round gave a student; which roles open the page is its permission."""
SEE_HANDOVER = Policy(Ground("case", "You may see the case in which it was agreed", _with_case))


def _reads_packs(actor: Actor) -> Q | None:
    return Q(made_at__isnull=False) if actor.may("see_measures") else None


def _writes_comments(actor: Actor) -> Q | None:
    may = actor.may("see_measures") and actor.may("comment_trends")
    return EVERYTHING if may else None


SEE_PACK = Policy(
    Ground("made", "You may see measures, and the pack is made", _reads_packs),
    Ground("draft", "You write the comment that it carries", _writes_comments),
)
"""Who sees the pack of a month; which units it shows is `metrics.policies.SEE_OPEN`."""


def _restricted(ground: Ground) -> Ground:
    """Within the ground, only who sees the restricted tier."""

    def q(actor: Actor) -> Q | None:
        return ground.q(actor) if actor.sees_restricted else None

    return replace(ground, q=q)


SEE_TRANSITION_NOTE = Policy(*grounds_for_students("student__"))
"""Whoever sees the student reads what goes with the student, wherever that is."""
SEE_RESTRICTED_PART = Policy(*map(_restricted, grounds_for_students("note__student__")))


def _link_of_case(actor: Actor) -> Q:
    open_tier = Q() if actor.sees_restricted else Q(tier=CaseFile.Tier.STUDENT)
    return Q(case__in=SEE_CASE.filter(CaseFile.objects.all(), actor)) & open_tier


def _own_link(actor: Actor) -> Q | None:
    if actor.family is None:
        return None
    return Q(pk=actor.family, revoked_at=None, expires_at__gt=now(), tries__lt=MOST_TRIES)


def _own_answer(actor: Actor) -> Q | None:
    return None if actor.family is None else Q(link=actor.family)


SEE_FAMILY_LINK = Policy(
    Ground("case", "You may see the case whose family has the page", _link_of_case),
    Ground("family", "It is the page of your family", _own_link),
)
SEE_FAMILY_ANSWER = Policy(
    Ground("case", "You may see the case whose family answered", _with_case),
    Ground("family", "Your family answered", _own_answer),
)


def _published(actor: Actor) -> Q | None:
    return Q(is_hidden=False)


def _opens_rows(actor: Actor) -> Q | None:
    if not actor.is_district_wide:
        return None
    return EVERYTHING if actor.sees_restricted else ~Q(cut=ENGLISH_LEARNER)


SEE_OUTREACH_COUNT = Policy(
    Ground("published", "The count tells nothing of a few students", _published),
    Ground("district", "You work for the whole district", _opens_rows),
)
"""Who sees how many came how far; that somebody learns English is restricted to everybody else."""


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


def receives(actor: Actor, case: CaseFile) -> bool:
    """The intake or principal of the school whose seat is held for the case."""
    if not actor.may("accept_student"):
        return False
    held = SeatHold.objects.filter(case=case, ended_at__isnull=True)
    return held.filter(line__program__school__in=actor.school_ids).exists()


def answers_offer(actor: Actor, case: CaseFile) -> bool:
    """Who works the case, for the family; or the school that offers the seat."""
    return works_case(actor, case) or receives(actor, case)


def requests(actor: Actor, case: CaseFile) -> bool:
    """Whoever may request transfers for a student in sight."""
    return actor.may("request_transfer")


def is_night(actor: Actor, case: CaseFile) -> bool:
    """The nightly job, which takes back what it found when it is no longer true."""
    return actor == NIGHTLY


def may_request(actor: Actor) -> bool:
    """Whoever may request transfers, for a student in sight."""
    return actor.may("request_transfer")


def may_ask_to_move(actor: Actor) -> bool:
    """Whoever may request transfers, or takes students in at an Options school."""
    return may_request(actor) or actor.may("accept_student")


def may_work(actor: Actor) -> bool:
    """Whoever works on cases."""
    return actor.may("work_cases")


def may_call(actor: Actor) -> bool:
    """Whoever works on cases, or speaks for the school that the student left."""
    return may_work(actor) or may_request(actor)


def answers_case(actor: Actor, case: CaseFile) -> bool:
    """The position that owns the case is held or covered today, whatever its role; or the Lead."""
    return case.owner_id in actor.position_ids or actor.may("force_release")


def may_report(actor: Actor) -> bool:
    """Whoever works on cases or speaks for a school, its clerk too."""
    return may_call(actor) or actor.may("release_student")


def gives_page(actor: Actor, case: CaseFile) -> bool:
    """Who works the case, or speaks for a school of the student: of a case that has a page."""
    is_shown = has_page(case.workflow) and case.tier == CaseFile.Tier.STUDENT
    return is_shown and (works_case(actor, case) or actor.may("request_transfer"))
