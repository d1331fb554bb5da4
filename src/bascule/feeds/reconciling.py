"""Bring staged rows of one target into our tables: one reconciler a target.

A reconciler compares, counts and applies; it returns what it did, what it quarantined and which
brakes it pulled. Rows a target does not own are never touched.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import connection

from bascule.directory.actions import reported as directory
from bascule.directory.actions.reported import take_calendar
from bascule.directory.models import Organization
from bascule.feeds.delta_events import stage_joined_claims
from bascule.feeds.faults import reason_of
from bascule.feeds.models import FileRun
from bascule.feeds.precedence import feeds_above, standing_of
from bascule.feeds.reading import Reason
from bascule.feeds.staging import LookAhead, prepare_stage_if_absent
from bascule.feeds.targets import FEED_OWNED, TARGETS
from bascule.kernel.clock import now
from bascule.kernel.merging import Faulty, Merged
from bascule.kernel.named_sql import named_sql
from bascule.roster.actions import reported as roster
from bascule.roster.actions.claims import apply_claims, braked_schools, compare_claims

BRAKE_COUNT, BRAKE_SHARE = 10, 0.1
PEOPLE = ("student", "staff", "guardian", "person")


@dataclass(frozen=True)
class Settings:
    """What holds for a whole run: whose identifiers, at which instant, what was approved."""

    system: str
    at: datetime
    allow: frozenset[str]
    may_repeat: bool = False
    feed: str = ""  # the standard that speaks
    started: datetime = field(default_factory=now)  # by the clock, where `at` is a given instant
    ahead: LookAhead | None = None


@dataclass
class Reconciled:
    """What became of one target's rows."""

    target: str
    counts: dict[str, int] = field(default_factory=dict)
    quarantined: list[Reason] = field(default_factory=list)
    quarantined_keys: list[str] = field(default_factory=list)
    brakes: list[Reason] = field(default_factory=list)
    remarks: list[Reason] = field(default_factory=list)
    is_counted: bool = True  # among the rows of its file


Reconciler = Callable[..., Reconciled]


def reconcile_claims(settings: Settings, *, complete: bool) -> Reconciled:
    """Enrollment claims: unknown schools to quarantine, the rest compared, braked, applied.

    Where another feed of the system tells them first, they are left aside with a remark.
    """
    done = Reconciled("enrollment_claim")
    if first := _told_first_by(settings):
        done.remarks.append(_left_aside(first))
        return done
    source = {"source": settings.system}
    with connection.cursor() as cursor:
        cursor.execute(named_sql("roster", "add_reported_students"), source)
        cursor.execute("drop table if exists stage.claim, stage.claim_seen")
        cursor.execute(named_sql("feeds", "resolve_claims"), source)
        if complete:
            cursor.execute(named_sql("feeds", "all_in_question"))
        cursor.execute(named_sql("feeds", "claims_seen"), source)
        cursor.execute("analyze stage.claim")
        cursor.execute("analyze stage.claim_seen")
        cursor.execute(named_sql("feeds", "claims_to_quarantine"), source)
        for file, line, column, code, message, key in cursor.fetchall():
            done.quarantined.append(Reason(file, line, column, code, message))
            done.quarantined_keys.append(key)
    changes: Counter[str] = Counter()
    for change, _school, number in compare_claims(source=settings.system, complete=complete):
        changes[change] += number
    done.counts = dict(changes)
    done.brakes = _claim_brakes(settings)
    if not done.brakes:
        apply_claims(source=settings.system, at=settings.at)
    return done


def _told_first_by(settings: Settings) -> str:
    """Return the title of the feed whose claims count before this one's; empty where none does."""
    above = feeds_above(settings.feed, "enrollment_claim")
    loaded = FileRun.objects.filter(
        source__system=settings.system, source__key__in=above, outcome=FileRun.Outcome.LOADED
    )
    return str(loaded.values_list("source__title", flat=True).first() or "")


def _left_aside(first: str) -> Reason:
    message = f"Enrollments are told by {first}: those of this file are left aside."
    return Reason("", None, None, "told-by-another-feed", message, "warning")


def reconcile_events(settings: Settings, *, complete: bool) -> Reconciled:
    """A delta of entries and withdrawals, as claims together with the known ones; ends none."""
    kept_back = stage_joined_claims(settings.system)
    done = reconcile_claims(settings, complete=False)
    done.target = "enrollment_event"
    for row in kept_back:
        done.quarantined.append(row.reasons[0])
        done.quarantined_keys.append(row.key or "")
    return done


def _claim_brakes(settings: Settings) -> list[Reason]:
    braked = braked_schools(source=settings.system)
    names = Organization.objects.in_bulk([each.school_id for each in braked])
    found = []
    for each in braked:
        school = names[each.school_id]
        if school.source_key not in settings.allow:
            message = (
                f"{school.name}: {each.sentence}. If that is right, load again with "
                f"--allow-mass-change {school.source_key}."
            )
            found.append(Reason("", None, school.source_key, "mass-change", message))
    return found


def reconcile_calendar(settings: Settings, *, complete: bool) -> Reconciled:
    """The days in session."""
    return Reconciled("calendar_day", take_calendar(source=settings.system))


def reconcile_reported(
    settings: Settings, *, complete: bool, target: str, take: Callable[..., Merged]
) -> Reconciled:
    """One target whose rows are merged as declared: what cannot be loaded goes to quarantine."""
    merged = take(
        target, owned=FEED_OWNED[target], source=settings.system, at=settings.at,
        complete=complete, standing=standing_of(settings.feed, target),
    )  # fmt: skip
    done = Reconciled(target, merged.counts)
    _quarantine(done, merged.faulty)
    if target not in settings.allow:
        done.brakes = list(_brakes(target, merged, settings.allow))
    return done


def reconcile_students(settings: Settings, *, complete: bool) -> Reconciled:
    """Students, and with them the people whose role is not in the package."""
    for target in (*PEOPLE, "demographics"):
        prepare_stage_if_absent(target)
    roster.share_out_people(source=settings.system)
    return reconcile_reported(
        settings, complete=complete, target="student", take=roster.take_reported
    )


def reconcile_people_of_no_kind(settings: Settings, *, complete: bool) -> Reconciled:
    """People without a role in the package: those we know were merged with their kind."""
    done = Reconciled("person")
    _quarantine(done, roster.people_of_no_kind())
    return done


def reconcile_guardian_links(settings: Settings, *, complete: bool) -> Reconciled:
    """Who answers for whom. The file's rows are people, so links are not among its counts."""
    done = reconcile_reported(
        settings, complete=complete, target="guardian_link", take=roster.take_reported
    )
    done.is_counted = False
    return done


def _quarantine(done: Reconciled, faulty: Iterable[Faulty]) -> None:
    for row in faulty:
        done.quarantined.append(reason_of(row))
        done.quarantined_keys.append(row.key)


def _brakes(target: str, merged: Merged, allow: frozenset[str]) -> Iterator[Reason]:
    """Hold a file, or the part of a school, that would end too much to be believed unasked."""
    title = TARGETS[target].title
    if _is_mass_change(merged.cut, merged.running):
        yield _brake(f"{title}: {merged.cut} of {merged.running} would end", target)
    cuts = [row for row in merged.cut_by_school if _is_mass_change(*row[1:])]
    schools = Organization.objects.in_bulk([school for school, _, _ in cuts])
    for school_id, cut, held in cuts:
        school = schools[school_id]
        if school.source_key not in allow:
            what = f"{school.name}: {cut} of {held} {title.lower()} would end"
            yield _brake(what, school.source_key)


def _is_mass_change(cut: int, held: int) -> bool:
    """More than 10 and more than 10 percent of what had not run out by itself."""
    return cut > BRAKE_COUNT and cut > BRAKE_SHARE * held


def _brake(what: str, approval: str) -> Reason:
    message = f"{what}. If that is right, load again with --allow-mass-change {approval}."
    return Reason("", None, approval, "mass-change", message)


RECONCILERS: dict[str, Reconciler] = {
    "calendar_day": reconcile_calendar,
    "student": reconcile_students,
    "person": reconcile_people_of_no_kind,
    "guardian_link": reconcile_guardian_links,
    "enrollment_event": reconcile_events,
    "enrollment_claim": reconcile_claims,
}
for _module in (directory, roster):
    for _target in _module.MERGES:
        RECONCILERS.setdefault(
            _target, partial(reconcile_reported, target=_target, take=_module.take_reported)
        )
