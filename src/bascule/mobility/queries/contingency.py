"""Questions about contingency plans: whose network has one that holds, and was it tried?"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, QuerySet

from bascule.directory.models import Organization, Position, Remit
from bascule.directory.queries import on
from bascule.kernel.actor import Actor
from bascule.mobility.models import ContingencyPlan, Rehearsal

GOOD_FOR = timedelta(days=365)
"""After how long a plan is to be agreed again: a proposal of 2026-11-23, to be confirmed."""
CHIEF = "network_chief"


@dataclass(frozen=True)
class Planned:
    """A network, the plan that holds, a newer one that waits for the chief, and the last try."""

    network: Organization
    holds: ContingencyPlan | None
    waits: ContingencyPlan | None
    tried: Rehearsal | None

    def is_old(self, day: date) -> bool:
        """Say whether what holds was agreed so long ago that it is to be agreed again."""
        agreed = self.holds.agreed_at if self.holds else None
        return agreed is not None and agreed.date() + GOOD_FOR < day


def planned_networks(actor: Actor) -> list[Planned]:
    """Return the networks whose plans the actor reads, by name. Three statements."""
    plans: dict[int, list[ContingencyPlan]] = {}
    tries = Prefetch("rehearsals", Rehearsal.objects.all())
    for plan in ContingencyPlan.objects.prefetch_related(tries):
        plans.setdefault(plan.network_id, []).append(plan)
    return [_planned(each, plans.get(each.pk, [])) for each in networks_read_by(actor)]


def networks_read_by(actor: Actor) -> QuerySet[Organization]:
    """Return the networks whose plans the actor reads: all at work on cases, a chief the own."""
    networks = Organization.objects.filter(kind=Organization.Kind.NETWORK).order_by("name")
    if actor.may("work_cases"):
        return networks
    return networks.filter(pk__in=led_networks(actor))


def led_networks(actor: Actor) -> set[int]:
    """Return the ids of the networks whose chief the actor is."""
    return {held.organization_id for held in actor.roles if held.role == CHIEF}


def _planned(network: Organization, plans: list[ContingencyPlan]) -> Planned:
    holds = next((each for each in plans if each.agreed_at), None)
    waits = plans[0] if plans and plans[0].agreed_at is None else None
    tries = [each for plan in plans for each in plan.rehearsals.all()]
    return Planned(network, holds, waits, max(tries, key=lambda each: each.pk, default=None))


def desks_of(network: Organization, day: date) -> list[Position]:
    """Return the desks that answer for a network's students on `day`, by title."""
    remits = Remit.objects.filter(on(day), organization=network)
    return list(Position.objects.filter(pk__in=remits.values("position")).order_by("title", "id"))
