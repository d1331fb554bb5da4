"""Bring staged rows of one target into our tables: one reconciler a target.

A reconciler compares, counts and applies; it returns what it did, what it quarantined and which
brakes it pulled. Rows a target does not own are never touched.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from bascule.directory.actions.reported import take_calendar, take_organizations
from bascule.directory.models import Organization
from bascule.feeds.reading import Reason
from bascule.feeds.staging import prepare_stage_if_absent
from bascule.kernel.named_sql import named_sql
from bascule.roster.actions.claims import apply_claims, braked_schools, compare_claims
from bascule.roster.actions.students import take_students


@dataclass(frozen=True)
class Settings:
    """What holds for a whole run: whose identifiers, at which instant, which schools approved."""

    system: str
    at: datetime
    allow: frozenset[str]


@dataclass
class Reconciled:
    """What became of one target's rows."""

    target: str
    counts: dict[str, int] = field(default_factory=dict)
    quarantined: list[Reason] = field(default_factory=list)
    quarantined_keys: list[str] = field(default_factory=list)
    brakes: list[Reason] = field(default_factory=list)


Reconciler = Callable[..., Reconciled]


def reconcile_claims(settings: Settings, *, complete: bool) -> Reconciled:
    """Enrollment claims: unknown schools to quarantine, the rest compared, braked, applied."""
    done = Reconciled("enrollment_claim")
    source = {"source": settings.system}
    with connection.cursor() as cursor:
        cursor.execute(named_sql("roster", "add_reported_students"), source)
        cursor.execute("drop table if exists stage.claim, stage.claim_seen")
        cursor.execute(named_sql("feeds", "resolve_claims"), source)
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
            found.append(Reason("", None, None, "mass-change", message))
    return found


def reconcile_organizations(settings: Settings, *, complete: bool) -> Reconciled:
    """Organizations and their parents. A school that is missing stays: spells refer to it."""
    counts = take_organizations(source=settings.system, at=settings.at)
    return Reconciled("organization", counts)


def reconcile_calendar(settings: Settings, *, complete: bool) -> Reconciled:
    """The days in session."""
    return Reconciled("calendar_day", take_calendar(source=settings.system))


def reconcile_students(settings: Settings, *, complete: bool) -> Reconciled:
    """Students with the demographics that came in the same package, if any did."""
    prepare_stage_if_absent("demographics")
    counts = take_students(source=settings.system, at=settings.at, complete=complete)
    return Reconciled("student", counts)


RECONCILERS: dict[str, Reconciler] = {
    "organization": reconcile_organizations,
    "calendar_day": reconcile_calendar,
    "student": reconcile_students,
    "enrollment_claim": reconcile_claims,
}
