"""Verbs of the directory. Each checks, writes and records its decision in one transaction."""

from datetime import date

from django.db import transaction

from bascule.directory.models import Absence, Person
from bascule.kernel.actor import Actor
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted


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
    if actor.person_id != person.pk and not actor.may("plan_cover"):
        raise NotPermitted(
            "not-permitted", "Only the person or who plans cover may do this.", "the Mobility Lead"
        )
    absence, is_new = Absence.objects.get_or_create(
        person=person,
        starts_on=starts_on,
        ends_on=ends_on,
        defaults={"cover": cover, "reason": reason},
    )
    if is_new:
        particulars = {"person": str(person.uuid), "from": str(starts_on), "to": str(ends_on or "")}
        record_decision(
            actor, "record_absence", kind="absence", uuid=absence.uuid, particulars=particulars
        )
    return absence
