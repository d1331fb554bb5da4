"""Questions about feeds and nights."""

from django.db.models import Count, QuerySet

from bascule.feeds.models import FileRun, NightRun


def latest_night() -> NightRun | None:
    """Return the newest night that came through, or None before the first."""
    return NightRun.objects.filter(finished_at__isnull=False).first()


def runs() -> QuerySet[FileRun]:
    """Return all runs, the newest first, with how many of their rows wait in quarantine."""
    return (
        FileRun.objects.select_related("source")
        .annotate(waiting=Count("quarantined"))
        .order_by("-id")
    )
