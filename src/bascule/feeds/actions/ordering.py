"""What stewards ask for on the screen, and how the loader carries it out."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bascule.feeds.actions.undoing import undo_last_run
from bascule.feeds.models import FileRun, Order
from bascule.feeds.queries import approvable_sets, is_last_loaded
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal


@transaction.atomic
def place_order(actor: Actor, *, run: FileRun, verb: str, at: datetime | None = None) -> Order:
    """Ask the loader to take `run` back, or to let its mass change pass; asked twice is once.

    Raises NotPermitted for whoever does not run feeds, and Refusal where there is nothing to do.
    """
    if not actor.may("run_feeds"):
        raise NotPermitted(
            "not-permitted", _("Only a steward may do this."), _("your data steward")
        )
    if verb == Order.Verb.UNDO and not is_last_loaded(run):
        raise Refusal("not-the-last", _("Only the last loaded run of a source can be taken back."))
    if verb == Order.Verb.APPROVE and not approvable_sets(run):
        raise Refusal("nothing-held", _("No mass change of this run waits for an approval."))
    if known := Order.objects.filter(run=run, verb=verb, done_at=None).first():
        return known
    order = Order.objects.create(
        run=run, verb=verb, user_id=actor.user_id, actor_name=actor.name, asked_at=at or now()
    )
    record_decision(actor, f"order_{verb}", kind="file_run", uuid=run.uuid, particulars={})
    return order


def carry_out_orders(actor: Actor, *, at: datetime) -> int:
    """Take back every run that a steward wants back; return how many orders were seen to.

    A run that is no longer the last of its source is not taken back, and the order says so.
    """
    wanted = Order.objects.filter(done_at=None, verb=Order.Verb.UNDO).select_related("run__source")
    for order in wanted:
        with transaction.atomic():
            order.outcome = _take_back(actor, order.run, at)
            order.done_at = at
            order.save()
    return len(wanted)


def _take_back(actor: Actor, run: FileRun, at: datetime) -> str:
    if not is_last_loaded(run):
        return _("A later file has been loaded: not taken back.")
    try:
        undo_last_run(actor, source=run.source.key, at=at)
    except Refusal as refusal:
        return refusal.reason
    return _("Taken back.")


def approved_sets(source: str) -> list[str]:
    """Return the sets whose mass change may pass in the next load of a source, and in no other."""
    return [name for order in _approvals(source) for name in approvable_sets(order.run)]


def spend_approvals(run: FileRun) -> None:
    """Let the open approvals of a run's source have counted for this run."""
    for order in _approvals(run.source.key):
        sets = ", ".join(approvable_sets(order.run))
        order.outcome = f"Counted for {run.path}: {sets}"[:200]
        order.done_at = run.started_at
        order.save()


def _approvals(source: str) -> QuerySet[Order]:
    wanted = Order.objects.filter(done_at=None, verb=Order.Verb.APPROVE, run__source__key=source)
    return wanted.select_related("run")
