"""A case is set aside until a day, for a reason; it never hides a clock that runs out."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bascule.cases.actions.notes import add_note
from bascule.cases.models import CaseFile, Note
from bascule.cases.policies import SEE
from bascule.cases.queries import may_note
from bascule.directory.queries import school_calendar
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal


@transaction.atomic
def set_aside(
    actor: Actor, *, case: CaseFile, until: date, because: str, at: datetime | None = None
) -> CaseFile:
    """Let the case come back to its queue on the morning of `until`, or when it moves.

    The reason stands among the notes. Raises Refusal where no reason is given, where the day is
    not to come or lies behind the end of the clock, and where the case is late or closed.
    """
    at = at or now()
    case = _held(actor, case)
    if not because.strip():
        raise Refusal("no-reason", _("Say why the case is set aside."))
    back = datetime.combine(until, time(), school_calendar().zone)
    _require_within_clock(case, back, at)
    case.aside_until, case.aside_because = back, because.strip()[:400]
    case.save(update_fields=["aside_until", "aside_because"])
    said = {"day": date_format(until), "why": case.aside_because}
    add_note(
        actor, case=case, kind=Note.Kind.REMARK, at=at,
        text=_("Set aside until %(day)s: %(why)s") % said,
    )  # fmt: skip
    _record(actor, case, "set_aside", until=until.isoformat())
    return case


@transaction.atomic
def take_up(actor: Actor, *, case: CaseFile) -> CaseFile:
    """Put a case that was set aside back into its queue now."""
    case = _held(actor, case)
    case.aside_until, case.aside_because = None, ""
    case.save(update_fields=["aside_until", "aside_because"])
    _record(actor, case, "take_up")
    return case


def _held(actor: Actor, case: CaseFile) -> CaseFile:
    """Return the case as it is now, held; NotPermitted for who may not work on it."""
    SEE.require(case, actor)
    if not may_note(actor, case):
        raise NotPermitted("not-permitted", _("Only who works on cases may set this one aside."))
    return CaseFile.objects.select_for_update(of=("self",)).get(pk=case.pk)


def _require_within_clock(case: CaseFile, back: datetime, at: datetime) -> None:
    if case.due_at is None:
        raise Refusal("closed", _("The case is closed."))
    if case.due_at <= at:
        raise Refusal("late", _("The case is late: it cannot be set aside."))
    if back <= at:
        raise Refusal("not-to-come", _("Choose a day that is to come."))
    if back > case.due_at:
        last = {"day": date_format(local_day(case.due_at))}
        words = _("Its clock runs out on %(day)s: set it aside until then at the latest.")
        raise Refusal("after-the-clock", words % last)


def _record(actor: Actor, case: CaseFile, verb: str, **particulars: str) -> None:
    record_decision(actor, verb, kind="case", uuid=case.uuid, particulars=particulars)
