"""Load a package: read, stage, check, compare, brake, commit.

Everything that a run changes happens in one transaction; the record of a refused or braked run
is kept in one of its own.
"""

from collections.abc import Iterable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from bascule.feeds.actions.ordering import approved_sets, carry_out_orders
from bascule.feeds.actions.recording import keep_back, record_run
from bascule.feeds.actions.repeating import brake_repetition, is_same_as_last
from bascule.feeds.actions.report import Report
from bascule.feeds.models import FileRun
from bascule.feeds.reading import Batch, Package, Rejected, Standard
from bascule.feeds.reconciling import RECONCILERS, Reconciled, Settings
from bascule.feeds.row_sieve import Sieve
from bascule.feeds.sifting import LINKS, PEOPLE, keep_row_digests, sieves_for, void_digests
from bascule.feeds.staging import (
    LookAhead,
    clear_stage,
    leave_out_unchanged,
    note_doubtful,
    prepare_stage,
    stage_batch,
    stage_rejected,
    stage_sifted,
)
from bascule.feeds.standards import UnrecognizedFileError, recognize
from bascule.feeds.targets import LOAD_ORDER
from bascule.feeds.turns import free_instant, let_one_loader_in
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.named_sql import named_sql
from bascule.roster.actions.claims import keep_digests

CHANGES = ("new", "changed", "ended")


class _RollBack(Exception):  # noqa: N818 - it is how a dry run ends
    """Ends the transaction of a run that must not change anything."""


def load_package(
    actor: Actor,
    *,
    path: Path,
    system: str = "sis",
    strict: bool = False,
    dry_run: bool = False,
    allow: Iterable[str] = (),
    may_repeat: bool = False,
    at: datetime | None = None,
    ahead: LookAhead | None = None,
) -> Report:
    """Load one package or file into the roster; the same bytes again change nothing.

    What stewards asked for on the screen is done first. `allow` names the schools whose mass
    change somebody has approved after a dry run, beside those approved on the screen;
    `may_repeat` says that a file of a later day may repeat the values of the one before; `ahead`
    holds what `look_ahead` began.
    """
    at = at or now()
    try:
        standard = recognize(path)
    except UnrecognizedFileError as unknown:
        return Report("reject", FileRun.Outcome.REFUSED, [unknown.reason])
    if not dry_run:
        carry_out_orders(actor, at=at)
    allowed = frozenset([*allow, *approved_sets(standard.key)])
    settings = Settings(system, at, allowed, may_repeat=may_repeat, feed=standard.key, ahead=ahead)
    package = standard.open(path, strict=strict)
    verdict = package.check()
    if verdict.verdict == "reject":
        report = Report("reject", FileRun.Outcome.REFUSED, list(verdict.reasons))
        report.files = {name: {"read": file.read} for name, file in package.files.items()}
    else:
        report = _load_accepted(actor, standard, package, settings, dry_run=dry_run)
        report.reasons = [*verdict.reasons, *report.reasons]
    if report.outcome in (FileRun.Outcome.REFUSED, FileRun.Outcome.HELD) and not dry_run:
        with transaction.atomic():
            record_run(actor, standard, path, report, settings)
    return report


def look_ahead(beside: Executor, paths: Iterable[Path], system: str = "sis") -> LookAhead:
    """Begin, beside what is loaded first, what of these files needs no database; nothing waits."""
    ahead = LookAhead(beside)
    for path in paths:
        with suppress(UnrecognizedFileError):
            ahead.begin(recognize(path).open(path), system)
    return ahead


def _load_accepted(
    actor: Actor, standard: Standard, package: Package, settings: Settings, *, dry_run: bool
) -> Report:
    report = Report("accept", FileRun.Outcome.LOADED)
    try:
        with transaction.atomic():
            let_one_loader_in()
            settings = replace(settings, at=free_instant(settings.at))
            if is_same_as_last(standard, package.path):
                report.outcome = FileRun.Outcome.UNCHANGED
                report.files = _all_unchanged(package)
                return report
            sieves = _sieves(standard, package, settings)
            rejected = _stage(package, settings, sieves)
            reconciled = _reconcile(package, settings)
            _summarize(report, package, reconciled, rejected)
            if not settings.may_repeat:
                brake_repetition(report, standard, package)
            if dry_run or report.outcome == FileRun.Outcome.HELD:
                raise _RollBack
            run = record_run(actor, standard, package.path, report, settings)
            keep_back(run, rejected, reconciled)
            keep_digests(source=settings.system)
            _keep_rows(run, sieves, rejected, reconciled)
            clear_stage()
    except _RollBack:
        pass
    return report


def _complete_targets(package: Package) -> set[str]:
    """Return the targets of which the package names every row of its source."""
    files = package.files.values()
    fed = {target for file in files for target in file.targets}
    return fed - {target for file in files if not file.complete for target in file.targets}


def _sieves(standard: Standard, package: Package, settings: Settings) -> dict[str, Sieve]:
    return sieves_for(standard.key, settings.system, _complete_targets(package))


def _stage(package: Package, settings: Settings, sieves: dict[str, Sieve]) -> list[Rejected]:
    """Stage the package; once more and whole, where what is new cannot be told by itself."""
    rejected = _stage_once(package, settings, sieves)
    doubtful = {key for key, sieve in sieves.items() if sieve.is_ambiguous}
    dependent = _dependent(settings.system) & set(sieves)
    if any(sieves[key].left_out for key in dependent):
        doubtful |= dependent
    if not doubtful:
        stage_sifted(sieves.values())
        return rejected
    sieves.update((target, Sieve(target)) for target in sieves)
    return _stage_once(package, settings, sieves)


def _dependent(system: str) -> frozenset[str]:
    """Return targets whose rows look at each other this time: people, while somebody's role is not
    in the package; links, where a guardian names a student whom the package does not call one."""
    if _is_found("person", "select from stage.person", system):
        return PEOPLE
    turned = named_sql("roster", "turned_guardianships")
    return frozenset({LINKS}) if _is_found(LINKS, turned, system) else frozenset()


def _is_found(target: str, question: str, system: str) -> bool:
    """Say whether a query over the stage finds a row; false where the target is not staged."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s) is not null", [f"stage.{target}"])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(f"select exists ({question})", {"source": system})
        return bool(cursor.fetchone()[0])


def _stage_once(package: Package, settings: Settings, sieves: dict[str, Sieve]) -> list[Rejected]:
    targets = {target for file in package.files.values() for target in file.targets}
    prepare_stage(targets)
    leave_out_unchanged(package, settings.system, settings.ahead)
    rejected: list[Rejected] = []
    for item in package.batches():
        if isinstance(item, Batch):
            stage_batch(item, sieves.get(item.target))
        else:
            rejected.append(item)
    stage_rejected(rejected)
    note_doubtful(package, rejected)
    with connection.cursor() as cursor:
        for target in targets:
            cursor.execute(f"analyze stage.{target}")
    return rejected


def _keep_rows(
    run: FileRun, sieves: dict[str, Sieve], rejected: list[Rejected], found: list[Reconciled]
) -> None:
    """Keep what the run said, row by row, for the next one of its source."""
    changed = {each.target for each in found if sum(each.counts.get(w, 0) for w in CHANGES)}
    doubtful = {each.target: list(each.quarantined_keys) for each in found}
    for row in rejected:
        for target, key in row.named:
            doubtful.setdefault(target, []).append(key)
    dependent = set(_dependent(run.source.system))
    if any(key.endswith("|") for key in doubtful.get(LINKS, ())):  # all links of somebody
        dependent.add(LINKS)
    void_digests(run.source.system, changed | dependent)
    kept = {key: sieve for key, sieve in sieves.items() if key not in dependent}
    keep_row_digests(run.source, kept, doubtful)


def _reconcile(package: Package, settings: Settings) -> list[Reconciled]:
    """Bring each target into our tables, in load order: what a row refers to comes first."""
    found = []
    for target in LOAD_ORDER:
        files = [file for file in package.files.values() if target in file.targets]
        if files and target in RECONCILERS:
            complete = all(file.complete for file in files)
            found.append(RECONCILERS[target](settings, complete=complete))
    return found


def _summarize(
    report: Report, package: Package, found: list[Reconciled], rejected: list[Rejected]
) -> None:
    for name, file in package.files.items():
        counts = {"read": file.read}
        for each in found:
            if each.target in file.targets and each.is_counted:
                for change, number in each.counts.items():
                    counts[change] = counts.get(change, 0) + number
        refused = sum(row.file == name for row in rejected)
        refused += sum(reason.file == name for each in found for reason in each.quarantined)
        report.files[name] = counts | {"rejected": refused}
    report.reasons += [reason for row in rejected for reason in row.reasons]
    report.reasons += [reason for each in found for reason in each.quarantined + each.remarks]
    brakes = [reason for each in found for reason in each.brakes]
    if brakes:
        report.reasons += brakes
        report.verdict, report.outcome = "reject", FileRun.Outcome.HELD


def _all_unchanged(package: Package) -> dict[str, dict[str, int]]:
    return {
        name: {"read": file.read, "unchanged": file.read} for name, file in package.files.items()
    }
