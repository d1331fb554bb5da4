"""Verbs of the directory. Each checks, writes and records its decision in one transaction."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bascule.directory.cover import away_between, possible_covers, unbacked_positions
from bascule.directory.models import Absence, Person
from bascule.kernel.actor import Actor
from bascule.kernel.clock import today
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

    A person may record their own; everybody else needs the permission `plan_cover`. Raises Refusal
    where the days overlap, where who is named to cover cannot, and where nobody is named though
    the backup is away too and somebody could be.
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
    _require_cover(absence, starts_on)
    absence.save()
    particulars = {
        "person": str(person.uuid), "from": str(starts_on), "to": str(ends_on or ""),
        "cover": str(cover.uuid) if cover else "",
    }  # fmt: skip
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


@transaction.atomic
def name_cover(
    actor: Actor, *, absence: Absence, cover: Person | None, at: date | None = None
) -> Absence:
    """Name who covers for the days that are left; None: the backup. The same again is once.

    Raises Refusal where the absence is over and as `record_absence` does.
    """
    absence = Absence.objects.select_for_update(of=("self",)).get(pk=absence.pk)
    _require_own_or_planner(actor, absence.person_id)
    day = max(at or today(), absence.starts_on)
    if absence.ends_on is not None and absence.ends_on < day:
        raise Refusal("is-over", _("The absence is over."))
    if absence.cover == cover:
        return absence
    was, absence.cover = absence.cover, cover
    _require_cover(absence, day)
    absence.save(update_fields=["cover"])
    particulars = {
        "was": str(was.uuid) if was else "", "cover": str(cover.uuid) if cover else "",
    }  # fmt: skip
    record_decision(actor, "name_cover", kind="absence", uuid=absence.uuid, particulars=particulars)
    return absence


@transaction.atomic
def cancel_absence(actor: Actor, *, absence: Absence, at: date | None = None) -> None:
    """Take an absence back that has not begun before today: the person is there after all.

    The row goes, for it never was; that it was planned stays in the record of decisions (ADR 0095).
    Raises Refusal where a day of it has passed.
    """
    absence = Absence.objects.select_for_update().get(pk=absence.pk)
    _require_own_or_planner(actor, absence.person_id)
    if absence.starts_on < (at or today()):
        raise Refusal("has-begun", _("The absence has begun: say which day was the last."))
    particulars = {"from": str(absence.starts_on), "to": str(absence.ends_on or "")}
    record_decision(
        actor, "cancel_absence", kind="absence", uuid=absence.uuid, particulars=particulars
    )
    absence.delete()


def _require_cover(absence: Absence, day: date) -> None:
    """Refuse an absence from `day` on for which nobody, or nobody who can, would stand in."""
    person, cover, ends_on = absence.person, absence.cover, absence.ends_on
    able = possible_covers(person, day, ends_on)
    if cover is not None and not able.filter(pk=cover.pk).exists():
        _refuse_cover(cover, day, ends_on)
    if cover is None and able.exists():
        for position in unbacked_positions(person, day, ends_on):
            words = _("Nobody would stand in for %(position)s on these days. Name who covers.")
            raise Refusal("no-cover", words % {"position": position})


def _refuse_cover(cover: Person, day: date, ends_on: date | None) -> None:
    """Say why somebody cannot cover: away too, which would be a circle, or of other work."""
    if away_between(day, ends_on).filter(person=cover).exists():
        words = _("%(name)s is away on some of these days too. Name somebody else.")
        raise Refusal("cover-away", words % {"name": cover})
    words = _("%(name)s cannot cover: only a colleague of the same work can.")
    raise Refusal("no-colleague", words % {"name": cover}, _("the Mobility Lead"))


def _require_own_or_planner(actor: Actor, person_id: int) -> None:
    if actor.person_id != person_id and not actor.may("plan_cover"):
        raise NotPermitted(
            "not-permitted",
            _("Only the person or who plans cover may do this."),
            _("the Mobility Lead"),
        )
