"""Who may see a student: the grounds, once, for lists, for one student and for the record."""

from dataclasses import replace

from django.db.models import Exists, OuterRef, Q

from bascule.kernel.actor import Actor
from bascule.kernel.policy import EVERYTHING, Ground, Policy
from bascule.roster.grounds import IsAnyOf, IsReached, IsShown
from bascule.roster.models import Consent, Guardianship


def grounds_for_students(path: str = "", *, school_in: str = "") -> tuple[Ground, ...]:
    """Return the grounds over students, or over rows that reach one by `path` ("student__").

    `school_in` names the column that keeps the student's school beside the row, where there is one.
    """

    def district(actor: Actor) -> Q | None:
        return EVERYTHING if actor.is_district_wide else None

    def school(actor: Actor) -> Q | None:
        column = school_in or f"{path}school_id"
        return Q(IsAnyOf(column, actor.school_ids)) if actor.school_ids else None

    def reach(actor: Actor) -> Q | None:
        return Q(IsReached(f"{path}pk", actor)) if actor.person_id is not None else None

    def elevation(actor: Actor) -> Q | None:
        return Q(**{f"{path}uuid__in": actor.elevated}) if actor.elevated else None

    return (
        Ground("district", "You work for the whole district", district),
        Ground("school", "The student's school is in your remit", school),
        Ground("reach", "A case gives you access to this student", reach),
        Ground("elevation", "You opened the record by necessity, for 60 minutes", elevation),
    )


SEE = Policy(*grounds_for_students())
SEE_THROUGH_STUDENT = Policy(*grounds_for_students("student__"))


def _guardian_ground(ground: Ground) -> Ground:
    """A guardian is seen with a student of theirs; one without any, by the whole district."""

    def q(actor: Actor) -> Q | None:
        part = ground.q(actor)
        if part is None or part == EVERYTHING:
            return part
        return Q(Exists(Guardianship.objects.filter(part, guardian=OuterRef("pk"))))

    return replace(ground, q=q)


def _role_ground(ground: Ground) -> Ground:
    """A role or a place in a section is seen with the student (or guardian) who holds it."""

    def q(actor: Actor) -> Q | None:
        part = ground.q(actor)
        if part is None or part == EVERYTHING:
            return part
        of_guardian = Guardianship.objects.filter(part, guardian=OuterRef("guardian"))
        return part | Q(guardian__isnull=False) & Q(Exists(of_guardian))

    return replace(ground, q=q)


def _adult(actor: Actor) -> Q | None:
    return Q(person__isnull=False)


def _restricted_ground(ground: Ground) -> Ground:
    """Within the ground, only who sees the restricted tier, or has a reach that shows the row."""

    def q(actor: Actor) -> Q | None:
        part = ground.q(actor)
        if part is None or actor.sees_restricted:
            return part
        return part & Q(IsShown("program", actor))

    return replace(ground, q=q)


def _consent_ground(ground: Ground) -> Ground:
    """Within the ground: what speaks of help is for the restricted tier, the rest for everybody."""

    def q(actor: Actor) -> Q | None:
        part = ground.q(actor)
        if part is None or actor.sees_restricted:
            return part
        return part & Q(purpose__in=Consent.OPEN_PURPOSES)

    return replace(ground, q=q)


def _district(actor: Actor) -> Q | None:
    return EVERYTHING if actor.is_district_wide else None


def _school(actor: Actor) -> Q | None:
    return Q(IsAnyOf("school_id", actor.school_ids)) if actor.school_ids else None


ADULT = Ground("adult", "It is an adult's, not a student's", _adult)
SEE_GUARDIAN = Policy(*map(_guardian_ground, grounds_for_students("student__")))
SEE_SECTION_ENROLLMENT = Policy(ADULT, *grounds_for_students("student__"))
SEE_SCHOOL_ROLE = Policy(ADULT, *map(_role_ground, grounds_for_students("student__")))
SEE_RESTRICTED = Policy(*map(_restricted_ground, grounds_for_students("student__")))
SEE_CONSENT = Policy(*map(_consent_ground, grounds_for_students("student__")))
SEE_SCHOOL_DAY = Policy(
    Ground("district", "You work for the whole district", _district),
    Ground("school", "The school is in your remit", _school),
)

SEE_SCHOOL_TOTALS = Policy(*SEE_SCHOOL_DAY.grounds)
"""Who sees all students of a school may know how many there are."""
BEYOND_SCHOOLS = Policy(*(each for each in SEE.grounds if each.key in ("reach", "elevation")))
"""Which students somebody sees wherever they are enrolled; to count with, never to decide by."""


def _decides(actor: Actor) -> Q | None:
    return EVERYTHING if actor.may("combine_students") and actor.is_district_wide else None


DECIDE = Policy(Ground("steward", "You decide which records are one student", _decides))
"""Who sees look-alikes and says whether they are one: it takes to see every student."""
SEE_ALIAS = Policy(*grounds_for_students("keeper__"))
