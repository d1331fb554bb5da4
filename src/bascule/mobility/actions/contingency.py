"""Write a network's contingency plan, agree to it, and try it out before the day comes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from bascule.cases.models import CaseFile
from bascule.cases.policies import SEE as SEE_CASE
from bascule.directory.models import Absence, Assignment, Membership, Organization, Person, Position
from bascule.directory.on_duty import duty_roster
from bascule.directory.queries import on
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now, today
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.models import ContingencyPlan, Rehearsal
from bascule.mobility.models.contingency import LONGEST
from bascule.mobility.queries import desks_of, led_networks


@transaction.atomic
def write_plan(
    actor: Actor, *, network: Organization, words: str, at: datetime | None = None
) -> ContingencyPlan:
    """Write the plan of a network anew; it holds once the network's chief has agreed.

    The same words again are the known plan. Raises NotPermitted for who does not plan cover,
    Refusal where nothing is said or more than LONGEST characters.
    """
    _require_planner(actor)
    words = words.strip()
    if not words or len(words) > LONGEST:
        said = _("Say what happens, in at most %(number)s characters.") % {"number": LONGEST}
        raise Refusal("unreadable", said)
    known = ContingencyPlan.objects.filter(network=network).first()
    if known is not None and known.words == words:
        return known
    plan = ContingencyPlan.objects.create(
        network=network, words=words, written_by=actor.user_id, written_name=actor.name,
        written_at=at or now(),
    )  # fmt: skip
    record_decision(
        actor, "write_plan", kind="plan", uuid=plan.uuid, particulars={"network": network.name}
    )
    return plan


@transaction.atomic
def agree_plan(
    actor: Actor, *, plan: ContingencyPlan, at: datetime | None = None
) -> ContingencyPlan:
    """Agree to a plan as the chief of its network; twice is once.

    Raises NotPermitted for everybody else, Refusal where a newer one was written meanwhile.
    """
    if plan.network_id not in led_networks(actor):
        raise NotPermitted("not-permitted", _("A plan is agreed to by the chief of its network."))
    plan = ContingencyPlan.objects.select_for_update().get(pk=plan.pk)
    if plan.agreed_at is not None:
        return plan
    if ContingencyPlan.objects.filter(network=plan.network_id, pk__gt=plan.pk).exists():
        raise Refusal("changed", _("A newer plan was written meanwhile: read it first."))
    plan.agreed_by, plan.agreed_name, plan.agreed_at = actor.user_id, actor.name, at or now()
    plan.save(update_fields=["agreed_by", "agreed_name", "agreed_at"])
    record_decision(actor, "agree_plan", kind="plan", uuid=plan.uuid, particulars={})
    return plan


@transaction.atomic
def rehearse_plan(
    actor: Actor,
    *,
    plan: ContingencyPlan,
    day: date,
    with_backup: bool = False,
    at: datetime | None = None,
) -> Rehearsal:
    """Try out who would have the network's open cases if its desk were empty on `day`.

    Away are the holders of its desks, `with_backup` also those who would stand in. The same duty
    roster answers that routes real cases; nobody is recorded as away. Raises NotPermitted for who
    does not plan cover, Refusal for a day that is over and for a network without a desk.
    """
    _require_planner(actor)
    if day < today():
        raise Refusal("not-to-come", _("Try a day that is to come."))
    desks = desks_of(plan.network, day)
    if not desks:
        raise Refusal("no-desk", _("No desk answers for this network on that day."))
    away = _holders(desks, day)
    if with_backup:
        away = [*away, *_stand_ins(desks, away, day)]
    roster = _roster_without(away, day)
    rehearsal = Rehearsal.objects.create(
        plan=plan, day=day, away=[str(each) for each in away],
        lines=_lines(actor, plan.network, desks, roster, day), tried_by=actor.user_id,
        tried_name=actor.name, tried_at=at or now(),
    )  # fmt: skip
    record_decision(
        actor, "rehearse_plan", kind="plan", uuid=plan.uuid, particulars={"day": str(day)}
    )
    return rehearsal


def _require_planner(actor: Actor) -> None:
    if not actor.may("plan_cover"):
        raise NotPermitted("not-permitted", _("Plans are written and tried by who plans cover."))


def _holders(desks: Sequence[Position], day: date) -> list[Person]:
    held = Assignment.objects.filter(on(day), position__in=desks)
    return list(Person.objects.filter(pk__in=held.values("person")))


def _stand_ins(desks: Sequence[Position], away: Sequence[Person], day: date) -> list[Person]:
    """Return who would answer first for the desks without their holders."""
    roster = _roster_without(away, day)
    named = (roster[desk.pk][0] for desk in desks)
    ids = {person for person in named if person is not None} - {each.pk for each in away}
    return list(Person.objects.filter(pk__in=ids))


def _roster_without(away: Iterable[Person], day: date) -> dict[int, tuple[int | None, str]]:
    """Return who would be on duty for each position, and why, were these people away that day.

    Their absences are written, asked about, and rolled back.
    """
    known = set(Absence.objects.filter(on(day)).values_list("person_id", flat=True))
    with transaction.atomic():
        Absence.objects.bulk_create(
            Absence(person=each, starts_on=day, ends_on=day)
            for each in away
            if each.pk not in known
        )
        found = {key: (duty.person_id, duty.because) for key, duty in duty_roster(day).items()}
        transaction.set_rollback(True)
    return found


def _lines(
    actor: Actor,
    network: Organization,
    desks: Sequence[Position],
    roster: dict[int, tuple[int | None, str]],
    day: date,
) -> list[dict[str, object]]:
    """Return for each desk how many of the network's open cases it has, and who would answer."""
    schools = Membership.objects.filter(on(day), parent=network).values("member")
    mine = CaseFile.objects.filter(closed_at=None, owner__in=desks, school_id__in=schools)
    rows = SEE_CASE.filter(mine, actor).order_by().values_list("owner_id")
    counts = dict(rows.annotate(n=Count("id")))
    people = Person.objects.in_bulk([roster[desk.pk][0] for desk in desks if roster[desk.pk][0]])
    return [
        {
            "desk": desk.title, "cases": counts.get(desk.pk, 0),
            "who": str(people.get(roster[desk.pk][0] or 0, "")), "because": roster[desk.pk][1],
        }
        for desk in desks
    ]  # fmt: skip
