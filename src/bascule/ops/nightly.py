"""The night: load, derive, snapshot, find, open and route. Every stage can be run again.

What a stage did is kept with its seconds; the page "Last night" shows the same record. Rules
compute over all years; cases open only for what is true on the night's day and began within the
last 180 school days, for students who can still be helped.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

from bascule.access.drafts import forget_drafts
from bascule.cases.notices import fire_alarms
from bascule.directory.queries import school_calendar
from bascule.feeds.actions import Report, carry_out_orders, load_package, look_ahead
from bascule.feeds.models import NightRun
from bascule.feeds.turns import let_one_loader_in
from bascule.kernel.actor import NIGHTLY
from bascule.kernel.clock import local_day, now
from bascule.kernel.school_calendar import CalendarTooShortError
from bascule.mobility.actions.board import keep_board_figures
from bascule.mobility.actions.comparing import compare_handovers
from bascule.mobility.actions.flags import keep_flags
from bascule.mobility.actions.found_cases import (
    OPENED_BY,
    clear_found_cases,
    open_found_cases,
    renew_found_cases,
)
from bascule.mobility.actions.outgoing import deliver_files, make_handover_file
from bascule.mobility.actions.outreach import keep_outreach_bands, keep_outreach_counts
from bascule.mobility.actions.packs import make_packs
from bascule.ops.memory import give_memory_back
from bascule.ops.snapshotting import write_snapshot
from bascule.roster.actions.judging import carry_out_judgments
from bascule.roster.actions.look_alikes import propose_look_alikes
from bascule.roster.rules import RULES, Finding

if TYPE_CHECKING:
    from bascule.metrics.catalog import Edition
    from bascule.metrics.snapshot import Snapshot

    Editions = dict[int, Future[dict[str, Edition]]]

HELPED_WITHIN = 180
OUTGOING = "outgoing"
"""The folder beside that of the snapshots in which files for the SIS are laid down."""
Say = Callable[[str], Any]


@dataclass
class Night:
    """One night in progress: its day, its record, and how it tells what it is doing."""

    as_of: date
    at: datetime
    home: Path
    say: Say
    stages: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def stage(self, title: str) -> Iterator[dict[str, int]]:
        """Run one stage: time it, keep its counts, tell it."""
        started, counts = time.monotonic(), {}  # type: tuple[float, dict[str, int]]
        self.say(f"{title} …")
        yield counts
        seconds = round(time.monotonic() - started, 2)
        self.stages.append({"title": title, "seconds": seconds, "counts": counts})
        give_memory_back()
        told = ", ".join(f"{key} {value:,}" for key, value in counts.items())
        self.say(f"{title}: {told or 'done'} ({seconds} s)")


def run_night(
    *,
    files: Sequence[Path],
    home: Path,
    at: datetime | None = None,
    say: Say = lambda text: None,
    allow: Sequence[str] = (),
    is_measured: bool = True,
) -> NightRun:
    """Run one night over `files` and return its record. `home` keeps the snapshots.

    `is_measured` False leaves the figures as they are: what is found does not need them.
    """
    at = at or now()
    night = Night(local_day(at), at, home, say)
    run = NightRun.objects.create(as_of=night.as_of, started_at=at)
    with night.stage("Do what the stewards asked for") as counts:
        counts["orders"] = carry_out_orders(NIGHTLY, at=night.at)
    _load(night, files, allow)
    _bring_records_together(night)
    with night.stage("Compare handovers with the roster") as counts:
        counts.update(compare_handovers(NIGHTLY, at=night.at))
    with night.stage("Write the snapshot"):
        snapshot = _opened(write_snapshot(home, night.as_of))
    with ThreadPoolExecutor(max_workers=1) as beside:
        figures = _computed_beside(beside, night, snapshot) if is_measured else {}
        _find(night, snapshot)
        _measure(night, snapshot, figures)
    if is_measured:
        with night.stage("Make the trends pack of a month that is over") as counts:
            counts.update(make_packs(NIGHTLY, at=night.at))
    with night.stage("Tell the SIS of handovers") as counts:
        counts["handovers"] = make_handover_file(NIGHTLY, at=night.at)
        counts["files"] = deliver_files(NIGHTLY, folder=home.parent / OUTGOING, at=night.at)
    _prepare_the_day(night)
    run.stages, run.finished_at = night.stages, now()
    run.save()
    return run


def _prepare_the_day(night: Night) -> None:
    """Count what the pages of the day show, and tell who has to know."""
    with night.stage("Count for the board") as counts:
        counts["figures"] = keep_board_figures(NIGHTLY, at=night.at)
    with night.stage("Put inactive students into bands") as counts:
        counts["bands"] = keep_outreach_bands(NIGHTLY, at=night.at)
        counts["counts"] = keep_outreach_counts(NIGHTLY, at=night.at)
    with night.stage("Forget old drafts") as counts:
        counts["drafts"] = forget_drafts(NIGHTLY, at=night.at)
    with night.stage("Tell who has to know") as counts:
        counts["notices"] = fire_alarms(NIGHTLY, at=night.at)


def _opened(folder: Path) -> "Snapshot":
    from bascule.metrics.snapshot import open_snapshot

    return open_snapshot(folder)


def _load(night: Night, files: Sequence[Path], allow: Sequence[str]) -> None:
    with ThreadPoolExecutor(max_workers=1) as beside:
        ahead = look_ahead(beside, files[1:])
        for path in files:
            with night.stage(f"Load {path.name}") as counts:
                report = load_package(NIGHTLY, path=path, at=night.at, allow=allow, ahead=ahead)
                _add_up(report, counts)


def _add_up(report: Report, counts: dict[str, int]) -> None:
    for file in report.files.values():
        for key, number in file.items():
            counts[key] = counts.get(key, 0) + number
    if report.verdict == "reject":
        counts["refused"] = 1


def _bring_records_together(night: Night) -> None:
    """Do what stewards said of look-alikes, before anything is found; then look for new ones."""
    with night.stage("Bring records of one student together") as counts, transaction.atomic():
        let_one_loader_in()
        counts.update(carry_out_judgments(NIGHTLY, at=night.at))
    with night.stage("Look for students with two records") as counts:
        counts.update(propose_look_alikes(NIGHTLY, at=night.at))


def _find(night: Night, snapshot: "Snapshot") -> None:
    from bascule.metrics.findings import findings_of

    since = _helped_since(night.as_of)
    for rule in RULES.values():
        title = rule.key.replace("_", " ")
        with night.stage(f"Find: {title}") as counts, transaction.atomic():
            found = findings_of(snapshot, rule, only_current=True)
            counts.update(keep_flags(rule=rule.key, found=found, at=night.at))
            if rule.key in OPENED_BY:
                recent = [row for row in found if _can_be_helped(row[1], since)]
                cases = open_found_cases(NIGHTLY, rule=rule.key, found=recent, at=night.at)
                counts["cases opened"] = len(cases)
                counts["cases cleared"] = clear_found_cases(
                    NIGHTLY, rule=rule.key, found=found, at=night.at
                )
                counts["cases renewed"] = renew_found_cases(
                    NIGHTLY, rule=rule.key, found=found, at=night.at
                )


def _computed_beside(beside: ThreadPoolExecutor, night: Night, snapshot: "Snapshot") -> "Editions":
    """Begin the figures of each year to be published, on the core that finding leaves free.

    Nothing found changes a figure: both speak of the snapshot, each through its own connection.
    """
    from bascule.metrics.actions import years_to_publish
    from bascule.metrics.catalog import editions_of
    from bascule.metrics.snapshot import open_snapshot

    own = open_snapshot(snapshot.folder, threads=1)
    years = years_to_publish(night.as_of)
    return {year: beside.submit(editions_of, own, year) for year in years}


def _measure(night: Night, snapshot: "Snapshot", figures: "Editions") -> None:
    from bascule.metrics.actions import publish_moves, publish_values

    for year, editions in figures.items():
        title = f"Measure and audit {year - 1}-{year % 100:02}"
        with night.stage(title) as counts, transaction.atomic():  # a year is whole or not at all
            counts["values"] = publish_values(
                snapshot, school_year=year, editions=editions.result()
            )
            counts["months and flows"] = publish_moves(snapshot, school_year=year)


def _helped_since(day: date) -> date:
    try:
        return school_calendar().school_days_before(day, HELPED_WITHIN)
    except CalendarTooShortError:
        return date(day.year - 1, day.month, 1)


def _can_be_helped(finding: Finding, since: date) -> bool:
    return finding.began_on >= since
