"""A gap of the system is written down by who works on cases, and decided on by the Lead."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.seats import LEAD
from bascule.mobility.models import SystemGap
from bascule.mobility.models.gaps import LONGEST
from bascule.mobility.tickets import ROOT_CAUSES


@transaction.atomic
def open_gap(
    actor: Actor, *, pattern: str, root_cause: str, office: str = "", at: datetime | None = None
) -> SystemGap:
    """Write down a gap; without an office it is that of its root cause.

    The same words that are open already are the known gap. Raises NotPermitted for who does not
    work on cases, Refusal without words or with a cause that is none.
    """
    if not actor.may("work_cases"):
        raise NotPermitted("not-permitted", _("Gaps are written down by who works on cases."))
    pattern = _said(pattern)
    if root_cause not in ROOT_CAUSES:
        raise Refusal("no-such-cause", _("Choose the root cause."))
    known = SystemGap.objects.filter(pattern=pattern, closed_at=None).first()
    if known is not None:
        return known
    gap = SystemGap.objects.create(
        pattern=pattern, root_cause=root_cause, opened_by=actor.user_id, opened_name=actor.name,
        office=office.strip()[:80] or ROOT_CAUSES[root_cause].office, opened_at=at or now(),
    )  # fmt: skip
    _record(actor, "open_gap", gap, cause=root_cause)
    return gap


@transaction.atomic
def decide_gap(
    actor: Actor, *, gap: SystemGap, decision: str, on: date, at: datetime | None = None
) -> SystemGap:
    """Keep what was decided, and from which day it holds; what was decided before is replaced.

    Raises NotPermitted for everybody but the Lead, Refusal without words, for a day to come, and
    for a closed gap.
    """
    gap, at = _held(actor, gap), at or now()
    if on > local_day(at):
        raise Refusal("to-come", _("A decision is written down when it holds, not before."))
    gap.decision, gap.decided_on = _said(decision), on
    gap.decided_by, gap.decided_name = actor.user_id, actor.name
    gap.save()
    _record(actor, "decide_gap", gap, on=str(on), decision=gap.decision)
    return gap


@transaction.atomic
def close_gap(
    actor: Actor, *, gap: SystemGap, because: str, at: datetime | None = None
) -> SystemGap:
    """Close a gap for a reason, decided on or not. Raises as `decide_gap` does."""
    gap = _held(actor, gap)
    gap.closed_because, gap.closed_name, gap.closed_at = _said(because), actor.name, at or now()
    gap.save()
    _record(actor, "close_gap", gap, because=gap.closed_because)
    return gap


def _held(actor: Actor, gap: SystemGap) -> SystemGap:
    """Return the gap as it is now, held; only the Lead goes on, and only while it is open."""
    if not actor.may("decide_gaps"):
        raise NotPermitted("not-permitted", _("Gaps are decided on by the Lead."), _(LEAD))
    gap = SystemGap.objects.select_for_update().get(pk=gap.pk)
    if gap.closed_at is not None:
        raise Refusal("closed", _("The gap is closed."))
    return gap


def _said(words: str) -> str:
    words = words.strip()
    if not words or len(words) > LONGEST:
        limit = {"number": LONGEST}
        raise Refusal("unreadable", _("Say it in at most %(number)s characters.") % limit)
    return words


def _record(actor: Actor, verb: str, gap: SystemGap, **particulars: str) -> None:
    record_decision(actor, verb, kind="gap", uuid=gap.uuid, particulars=particulars)
