"""Who may see a student: the grounds, once, for lists, for one student and for the record."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, Q, QuerySet

from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.policy import EVERYTHING, Ground, Policy
from bascule.roster.models import Reach


class IsAnyOf(Func):
    """`value = any (array)`, which PostgreSQL can answer from an index beside another condition."""

    template = "%(expressions)s)"
    arg_joiner = " = any ("
    output_field = BooleanField()


def grounds_for_students(path: str = "") -> tuple[Ground, ...]:
    """Return the grounds over students, or over rows that reach one by `path` ("student__")."""

    def district(actor: Actor) -> Q | None:
        return EVERYTHING if actor.is_district_wide else None

    def school(actor: Actor) -> Q | None:
        return Q(**{f"{path}school_id__in": actor.school_ids}) if actor.school_ids else None

    def reach(actor: Actor) -> Q | None:
        if actor.person_id is None:
            return None
        # An array, not EXISTS: the planner asks it once and combines it with the index of schools.
        held = ArraySubquery(reaches_held(actor).values("student_id"))
        return Q(IsAnyOf(F(f"{path}pk"), held))

    return (
        Ground("district", "You work for the whole district", district),
        Ground("school", "The student's school is in your remit", school),
        Ground("reach", "A case gives you access to this student", reach),
    )


def reaches_held(actor: Actor) -> QuerySet[Reach]:
    """Return the reaches that the actor holds now: in person, by position, or through a school."""
    holder = (
        Q(person_id=actor.person_id)
        | Q(position_id__in=actor.position_ids)
        | Q(organization_id__in=actor.school_ids)
    )
    still = Q(ends_at__isnull=True) | Q(ends_at__gt=now())
    return Reach.objects.filter(holder, still, starts_at__lte=now())


SEE = Policy(*grounds_for_students())
SEE_THROUGH_STUDENT = Policy(*grounds_for_students("student__"))
