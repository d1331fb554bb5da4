"""Take a source's last run back, as if its file had never come."""

from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from bascule.access.earlier_rows import restore_rows
from bascule.feeds.models import FileRun
from bascule.feeds.sifting import MERGES, void_digests
from bascule.feeds.standards import standard_named
from bascule.feeds.targets import FEED_OWNED, LOAD_ORDER
from bascule.feeds.turns import free_instant, let_one_loader_in
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.named_sql import named_sql
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import Refusal
from bascule.roster.actions.claims import take_back_claims
from bascule.roster.actions.combining import settle_aliases
from bascule.roster.models import AttendanceDay

CLAIMS = {"enrollment_claim", "enrollment_event"}


@transaction.atomic
def undo_last_run(actor: Actor, *, source: str, at: datetime | None = None) -> FileRun:
    """Take back the last loaded run of a source; return it.

    Raises Refusal where nothing is loaded, or where the run fed something that keeps no earlier
    state (a calendar, monthly attendance): there a corrected file is loaded instead.
    """
    let_one_loader_in()
    run = _last_loaded(source)
    targets = set(standard_named(run.source.standard).targets)
    if not targets & (CLAIMS | set(MERGES)):
        raise Refusal(
            "cannot-undo", _("This kind of file is corrected by loading a corrected one.")
        )
    if targets & CLAIMS:
        take_back_claims(source=run.source.system, at=run.started_at)
    void_digests(run.source.system, targets)
    run.outcome, run.undone_at = FileRun.Outcome.UNDONE, free_instant(at or now())
    _restore(targets, system=run.source.system, run_at=run.started_at, at=run.undone_at)
    settle_aliases()
    run.save()
    record_decision(
        actor, "undo_last_run", kind="file_run", uuid=run.uuid, particulars={"source": source}
    )
    return run


def _last_loaded(source: str) -> FileRun:
    runs = FileRun.objects.filter(source__key=source, outcome=FileRun.Outcome.LOADED)
    run = runs.select_related("source").order_by("-id").first()
    if run is None:
        raise Refusal("nothing-to-undo", _("Nothing of %(source)s is loaded.") % {"source": source})
    return run


def _restore(targets: set[str], *, system: str, run_at: datetime, at: datetime) -> None:
    """Restore target by target, what refers to others first."""
    for target in reversed(LOAD_ORDER):
        if target in targets and target in MERGES:
            merge = replace(MERGES[target], owned=FEED_OWNED[target])
            columns = [*merge.columns, *merge.derived, "fed_by"]
            restore_rows(merge.table, columns, source=system, changed_at=run_at, at=at)
    if "attendance_event" in targets:
        days = AttendanceDay._meta.db_table
        restore_rows(days, ["students"], source=system, changed_at=run_at, at=at)
    if "demographics" in targets:
        _run_sql("roster", "place_demographics", source=system, at=None)
    if "organization" in targets:
        _run_sql("feeds", "restore_memberships", run=run_at)


def _run_sql(app: str, name: str, **values: str | datetime | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(named_sql(app, name), values)
