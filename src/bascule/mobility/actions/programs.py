"""Options programs and their lines of seats are opened by the Lead or the desk."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.seats import LEAD, keep_change
from bascule.mobility.models import OptionsProgram, SeatLine


@transaction.atomic
def open_program(
    actor: Actor,
    *,
    school: Organization,
    name: str,
    schedule: str = OptionsProgram.Schedule.FULL_DAY,
    ages: tuple[int | None, int | None] = (None, None),
    credit_range: tuple[Decimal | None, Decimal | None] = (None, None),
    languages: Sequence[str] = (),
    supports: Sequence[str] = (),
) -> OptionsProgram:
    """Open a program of a school: ages in years, credits earned, both inclusive, null no limit.

    Raises NotPermitted without the permission `change_seats`, Refusal without a name, for one that
    the school has already, or where a limit lies on the wrong side of the other.
    """
    _require_permission(actor)
    if not name.strip():
        raise Refusal("no-name", _("A program needs a name."))
    if OptionsProgram.objects.filter(school=school, name=name.strip()).exists():
        raise Refusal("name-taken", _("The school has a program of this name."))
    program = OptionsProgram(
        school=school, name=name.strip()[:120], schedule=schedule,
        youngest_age=ages[0], oldest_age=ages[1],
        fewest_credits=credit_range[0], most_credits=credit_range[1],
        languages=list(languages), supports=list(supports),
    )  # fmt: skip
    _save_possible(program)
    record_decision(
        actor, "open_program", kind="options_program", uuid=program.uuid,
        particulars={"school": str(school.uuid), "name": program.name},
    )  # fmt: skip
    return program


@transaction.atomic
def open_line(
    actor: Actor,
    *,
    program: OptionsProgram,
    grades: tuple[str, str],
    window: str,
    days: tuple[date, date],
    seats: int,
    reason: str,
    service: str = SeatLine.Service.GENERAL,
    at: datetime | None = None,
) -> SeatLine:
    """Open a line of a program with its first seats, from today on.

    `grades` are the lowest and the highest code, `days` the first and the last on which a student
    may start. Raises NotPermitted without the permission `change_seats`, Refusal where there is
    such a line already, or grades or days are in the wrong order, or there are no seats.
    """
    _require_permission(actor)
    if seats < 1 or not reason.strip() or not window.strip():
        raise Refusal("incomplete", _("A line needs a window, at least one seat, and a reason."))
    line = SeatLine(
        program=program, lowest_grade=grades[0], highest_grade=grades[1], service=service,
        window=window.strip()[:40], starts_on=days[0], ends_on=days[1],
    )  # fmt: skip
    known = SeatLine.objects.filter(
        program=program, lowest_grade=grades[0], highest_grade=grades[1], starts_on=days[0],
        service=service,
    )  # fmt: skip
    if known.exists():
        raise Refusal("line-known", _("There is such a line already: change its seats."))
    _save_possible(line)
    at = at or now()
    keep_change(actor, line=line, seats=seats, effective_on=local_day(at), reason=reason, at=at)
    return line


def _require_permission(actor: Actor) -> None:
    if not actor.may("change_seats"):
        raise NotPermitted("not-permitted", _("You may not change seats."), _(LEAD))


def _save_possible(row: models.Model) -> None:
    """Save a row, or refuse in the words of the table's own rules."""
    try:
        row.validate_constraints()
    except ValidationError as fault:
        raise Refusal("not-possible", " ".join(fault.messages)) from fault
    row.save()
