"""Who may see a case: whoever may see its student, and, if it is restricted, its tier too."""

from dataclasses import replace

from django.db.models import Exists, OuterRef, Q

from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.policy import Ground, Policy
from bascule.roster.grounds import IsShown
from bascule.roster.policies import grounds_for_students


def _of_open_tier(actor: Actor) -> Q:
    """Restricted cases exist only for roles of that tier, or by a reach of their own kind."""
    if actor.sees_restricted:
        return Q()
    return Q(tier=CaseFile.Tier.STUDENT) | Q(IsShown("workflow", actor))


def _within_tier(ground: Ground) -> Ground:
    def q(actor: Actor) -> Q | None:
        part = ground.q(actor)
        return None if part is None else part & _of_open_tier(actor)

    return replace(ground, q=q)


SEE = Policy(*(_within_tier(ground) for ground in grounds_for_students("student__")))
SEE_OPEN = Policy(*map(_within_tier, grounds_for_students("student__", school_in="school_id")))
"""The same for cases that are open: the database keeps on them where the student is (ADR 0112)."""


def _about_what_is_seen(addressed: Q, actor: Actor) -> Q:
    # One look for each notice: beside an `or`, PostgreSQL would gather all cases that are seen.
    seen = SEE.filter(CaseFile.objects.filter(pk=OuterRef("case")), actor)
    return addressed & (Q(case__isnull=True) | Q(Exists(seen)))


def _addressed(actor: Actor) -> Q | None:
    return _about_what_is_seen(Q(position__in=actor.position_ids), actor)


def _shared(actor: Actor) -> Q | None:
    if not actor.may("work_cases"):
        return None
    return _about_what_is_seen(Q(position__isnull=True), actor)


SEE_NOTICE = Policy(
    Ground("addressed", "It is addressed to a position that you hold or cover", _addressed),
    Ground("shared", "It is addressed to everybody who works on cases", _shared),
)


def _own_view(actor: Actor) -> Q | None:
    return Q(user_id=actor.user_id)


def _shared_view(actor: Actor) -> Q | None:
    return Q(is_shared=True) if actor.may("work_cases") else None


SEE_MAIL_CHOICE = Policy(Ground("own", "You chose it", _own_view))
SEE_CALENDAR_FEED = Policy(Ground("own", "You made it", _own_view))
SEE_VIEW = Policy(
    Ground("own", "You saved it", _own_view),
    Ground("shared", "A colleague shares it with all who work on cases", _shared_view),
)
