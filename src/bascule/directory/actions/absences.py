"""Verbs of the directory. Each checks, writes and records its decision in one transaction."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bascule.directory.models import Absence, Person
from bascule.kernel.actor import Actor
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal


@transaction.atomic
def record_absence(
    actor: Actor,
    *,
    person: Person,
    starts_on: date,
    ends_on: date | None = None,
    cover: Person | None = None,
    reason: str = "",
) -> Absence:
    """Record that `person` is away; the same absence again returns the one that is known.

    A person may record their own; everybody else needs the permission `plan_cover`.
    """
    _require_own_or_planner(actor, person.pk)
    known = Absence.objects.filter(person=person, starts_on=starts_on, ends_on=ends_on).first()
    if known is not None:
        return known
    if ends_on is not None and ends_on < starts_on:  # asked first: the table cannot even compare it
        raise Refusal("not-possible", _("The last day lies before the first day."))
    absence = Absence(
        person=person, starts_on=starts_on, ends_on=ends_on, cover=cover, reason=reason
    )
    try:
        absence.validate_constraints()
    except ValidationError as fault:  # the table's own rules, in the table's own words
        raise Refusal("not-possible", " ".join(fault.messages)) from fault
    absence.save()
    particulars = {"person": str(person.uuid), "from": str(starts_on), "to": str(ends_on or "")}
    record_decision(
        actor, "record_absence", kind="absence", uuid=absence.uuid, particulars=particulars
    )
    return absence


@transaction.atomic
def end_absence(actor: Actor, *, absence: Absence, ends_on: date) -> Absence:
    """Record that the person is back after `ends_on`, the last day away; twice is once.

    Raises Refusal where the absence begins later or is over earlier: an absence that lasts
    longer than recorded is a new one.
    """
    absence = Absence.objects.select_for_update().get(pk=absence.pk)
    _require_own_or_planner(actor, absence.person_id)
    if absence.ends_on == ends_on:
        return absence
    if ends_on < absence.starts_on:
        raise Refusal("not-begun", _("The absence begins after this day."))
    if absence.ends_on is not None and absence.ends_on < ends_on:
        raise Refusal("is-over", _("The absence is over earlier: record a new one instead."))
    was = absence.ends_on
    absence.ends_on = ends_on
    absence.save(update_fields=["ends_on"])
    particulars = {"was": str(was or ""), "to": str(ends_on)}
    record_decision(
        actor, "end_absence", kind="absence", uuid=absence.uuid, particulars=particulars
    )
    return absence


def _require_own_or_planner(actor: Actor, person_id: int) -> None:
    if actor.person_id != person_id and not actor.may("plan_cover"):
        raise NotPermitted(
            "not-permitted",
            _("Only the person or who plans cover may do this."),
            _("the Mobility Lead"),
        )
