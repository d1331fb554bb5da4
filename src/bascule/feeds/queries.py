"""Questions about feeds and nights."""

from django.db.models import Count, QuerySet

from bascule.feeds.models import FileRun, NightRun
from bascule.kernel.row_reading import Reading

NEWEST = Reading(
    NightRun, "where finished_at is not null order by started_at desc, id desc limit 1"
)


def latest_night() -> NightRun | None:
    """Return the newest night that came through, or None before the first."""
    return next(iter(NEWEST.rows()), None)


def runs() -> QuerySet[FileRun]:
    """Return all runs, the newest first, with how many of their rows wait in quarantine."""
    return (
        FileRun.objects.select_related("source")
        .annotate(waiting=Count("quarantined"))
        .order_by("-id")
    )


def is_last_loaded(run: FileRun) -> bool:
    """Say whether a run is the last of its source whose rows are in our tables."""
    loaded = FileRun.objects.filter(source=run.source, outcome=FileRun.Outcome.LOADED)
    return loaded.order_by("-id").values_list("pk", flat=True).first() == run.pk


def approvable_sets(run: FileRun) -> list[str]:
    """Return the schools or kinds of rows whose mass change holds a run; none if it is not held."""
    if run.outcome != FileRun.Outcome.HELD:
        return []
    return [
        reason["column"]
        for reason in run.reasons
        if reason["code"] == "mass-change" and reason["column"]
    ]
