"""Questions about procedures: which holds, who still signs it, which link fails."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bascule.directory.models import Assignment, Person
from bascule.directory.queries import on
from bascule.kernel.actor import Actor
from bascule.kernel.school_calendar import school_year_of
from bascule.mobility.models import LinkCheck, Procedure, ProcedureSignature, ProcedureVersion


@dataclass(frozen=True)
class InForce:
    """A procedure, the version that holds (None: none does), and the problem of its link."""

    procedure: Procedure
    version: ProcedureVersion | None
    problem: str
    owed: bool


def in_force(versions: Iterable[ProcedureVersion], day: date) -> ProcedureVersion | None:
    """Return the version that holds on `day`: the newest that has begun, unless it has ended.

    An older one does not come back when the newest ends.
    """
    begun = [each for each in versions if each.starts_on <= day]
    newest = max(begun, key=lambda each: (each.starts_on, each.number), default=None)
    return newest if newest and (newest.ends_on is None or newest.ends_on >= day) else None


def procedures_on(actor: Actor, day: date) -> list[InForce]:
    """Return every procedure by title as it holds on `day`, and what the actor owes."""
    rows = Procedure.objects.prefetch_related("versions")
    found = [(each, in_force(each.versions.all(), day)) for each in rows]
    problems = link_problems([version.pk for _, version in found if version])
    roles, signed = _roles_of(actor, day), _signed_by(actor, day)
    return [
        InForce(
            each,
            version,
            problems.get(version.pk, "") if version else "",
            version is not None and bool(roles & set(version.signers)) and version.pk not in signed,
        )
        for each, version in found
    ]


def link_problems(versions: Iterable[int]) -> dict[int, str]:
    """Return by version what the last check found against its link; "" where it answered."""
    checks = LinkCheck.objects.filter(version__in=versions)
    newest = checks.order_by("version_id", "-checked_at", "-id").distinct("version_id")
    return dict(newest.values_list("version_id", "problem"))


def debtors(version: ProcedureVersion, day: date) -> list[Person]:
    """Return who holds a role that signs the version and has not, in the school year of `day`."""
    held = Assignment.objects.filter(on(day), position__role__in=version.signers)
    signed = version.signatures.filter(school_year=school_year_of(day)).values("person")
    people = Person.objects.filter(pk__in=held.values("person")).exclude(pk__in=signed)
    return sorted(people, key=str)


def _roles_of(actor: Actor, day: date) -> set[str]:
    """Return the roles that the actor holds; who stands in for somebody signs nothing for it."""
    held = Assignment.objects.filter(on(day), person=actor.person_id)
    return set(held.values_list("position__role", flat=True))


def _signed_by(actor: Actor, day: date) -> set[int]:
    rows = ProcedureSignature.objects.filter(
        person=actor.person_id, school_year=school_year_of(day)
    )
    return set(rows.values_list("version_id", flat=True))
