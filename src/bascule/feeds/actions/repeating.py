"""Is this the file of last time: byte by byte, or value by value under a later name?"""

from pathlib import Path

from bascule.directory.models import CalendarDay
from bascule.feeds.actions.recording import digest_of
from bascule.feeds.actions.report import Report
from bascule.feeds.models import FileRun
from bascule.feeds.reading import Package, Reason, Standard
from bascule.feeds.vintage import is_later, vintage_of

CHANGES = ("new", "changed", "ended", "rejected")


def _last_loaded(standard: Standard) -> FileRun | None:
    runs = FileRun.objects.filter(source__key=standard.key, outcome=FileRun.Outcome.LOADED)
    return runs.order_by("-id").first()


def is_same_as_last(standard: Standard, path: Path) -> bool:
    """Say whether a path holds the very bytes of the last loaded run of its standard."""
    last = _last_loaded(standard)
    return last is not None and last.digest == digest_of(path)


def brake_repetition(report: Report, standard: Standard, package: Package) -> None:
    """Hold a file that claims a later day or year and repeats every value of the last one."""
    last = _last_loaded(standard)
    if last is None or not is_later(package.path.name, last.path):
        return
    told = [counts for counts in report.files.values() if counts["read"]]
    if not told or any(sum(counts.get(word, 0) for word in CHANGES) for counts in told):
        return
    if not _was_in_session(last.path, package.path.name):
        return
    message = (
        f"This file claims to be later than {last.path} and repeats its values one by one. Ask"
        " whether the export has got stuck; if the values are right, load it with --may-repeat."
    )
    report.reasons.append(Reason(package.path.name, None, None, "stale-vintage", message))
    report.verdict, report.outcome = "reject", FileRun.Outcome.HELD


def _was_in_session(earlier: str, later: str) -> bool:
    """Say whether there was school between two days claimed; between school years there always was.

    On days without school nothing need change.
    """
    first, last = vintage_of(earlier), vintage_of(later)
    if isinstance(first, int) or not CalendarDay.objects.exists():
        return True
    return CalendarDay.objects.filter(day__gt=first, day__lte=last).exists()
