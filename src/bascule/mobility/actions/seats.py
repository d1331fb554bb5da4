"""Seats of Options programs come and go by dated changes; none that is held is taken away."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.models import SeatChange, SeatLine
from bascule.mobility.queries import capacity_on, least_from, standings

LEAD = "the Mobility Lead"


@transaction.atomic
def change_seats(
    actor: Actor,
    *,
    line: SeatLine,
    seats: int,
    effective_on: date,
    reason: str,
    at: datetime | None = None,
) -> SeatChange:
    """Add `seats` (or take away, where negative) to a line from a day on, for a reason.

    Raises NotPermitted without the permission `change_seats`, Refusal for a past day, without a
    reason, or where fewer seats than are held would be left on any day.
    """
    if not actor.may("change_seats"):
        raise NotPermitted("not-permitted", _("You may not change seats."), _(LEAD))
    at = at or now()
    if not reason.strip():
        raise Refusal("no-reason", _("Say why the number of seats changes."))
    if effective_on < local_day(at):
        raise Refusal("is-past", _("A change of seats begins today or later."))
    line = lock_line(line)
    _require_room(line, seats, effective_on, at)
    return keep_change(
        actor, line=line, seats=seats, effective_on=effective_on, reason=reason, at=at
    )


def lock_line(line: SeatLine) -> SeatLine:
    """Hold the line until the transaction ends: whoever counts its seats counts alone."""
    return SeatLine.objects.select_for_update(of=("self",)).get(pk=line.pk)


def keep_change(
    actor: Actor, *, line: SeatLine, seats: int, effective_on: date, reason: str, at: datetime
) -> SeatChange:
    """Write down one change of a line and record the decision."""
    change = SeatChange.objects.create(
        line=line, seats=seats, effective_on=effective_on, reason=reason.strip()[:400],
        user_id=actor.user_id, actor_name=actor.name, at=at,
    )  # fmt: skip
    record_decision(
        actor, "change_seats", kind="seat_line", uuid=line.uuid,
        particulars={"seats": seats, "from": str(effective_on), "reason": change.reason},
    )  # fmt: skip
    return change


def _require_room(line: SeatLine, seats: int, effective_on: date, at: datetime) -> None:
    """Refuse a change that changes nothing, or leaves fewer seats than are in use."""
    if seats == 0:
        raise Refusal("no-change", _("A change of no seats changes nothing."))
    [standing] = standings([line], at)
    known = list(line.changes.all())
    proposed = [*known, SeatChange(line=line, seats=seats, effective_on=effective_on)]
    if seats < 0 and least_from(proposed, effective_on) < standing.in_use:
        raise Refusal(
            "seats-are-held",
            _("Of %(seats)d seats %(held)d are held: so many cannot be taken away.")
            % {"seats": capacity_on(known, effective_on), "held": standing.in_use},
            _("the school, by declining an offer"),
        )
