"""Figures as one person may see them: open where the rows may be opened, else audited."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import BigIntegerField, Func, QuerySet

from bascule.directory.models import Membership, Organization
from bascule.directory.queries import on
from bascule.kernel.actor import Actor
from bascule.metrics.models import OpenValue, Value
from bascule.metrics.policies import SEE_OPEN
from bascule.metrics.runs import Unit
from bascule.roster.models import Student
from bascule.roster.policies import SEE


class EachOf(Func):
    """Each element of an array of ids as a row."""

    function = "unnest"
    set_returning = True
    output_field = BigIntegerField()


@dataclass(frozen=True)
class Shown:
    """One figure for one reader: its numbers, or hidden; `is_open` says that rows may be opened."""

    value: Value
    numerator: int | None
    denominator: int | None
    percent: Decimal | None
    is_open: bool

    @property
    def is_hidden(self) -> bool:
        """Whether this reader sees no number because it would tell about a student."""
        return not self.is_open and self.value.is_hidden


def values_shown(actor: Actor, values: Iterable[Value]) -> list[Shown]:
    """Return the figures as `actor` may see them. One query more, whatever the number."""
    rows = list(values)
    opened = SEE_OPEN.filter(OpenValue.objects.defer("students").filter(value__in=rows), actor)
    return list(_shown(rows, {each.value_id: each for each in opened}))


def _shown(rows: Iterable[Value], opened: dict[int, OpenValue]) -> Iterable[Shown]:
    for row in rows:
        found = opened.get(row.pk)
        best = found or row
        yield Shown(row, best.numerator, best.denominator, best.percent, found is not None)


def values_of(measure: str, profile: str, school_year: int, unit_kind: str) -> QuerySet[Value]:
    """Return one measure's values of one kind of unit, by name."""
    values = Value.objects.select_related("organization").filter(
        measure=measure, profile=profile, school_year=school_year, unit_kind=unit_kind
    )
    return values.order_by("organization__name", "id")


def figure_shown(actor: Actor, value: Value) -> Shown:
    """Return one figure as `actor` may see it."""
    opened = SEE_OPEN.filter(OpenValue.objects.defer("students").filter(value=value), actor).first()
    return next(iter(_shown([value], {value.pk: opened} if opened else {})))


def students_behind(actor: Actor, shown: Shown) -> QuerySet[Student]:
    """Return the visible students behind a figure, by name; none where it is not open.

    They are those whom it counts; whom it does not, where it counts nearly everybody. A network's
    or the district's are those of its schools: who moved between two of them is one row.
    """
    if not shown.is_open:
        return Student.objects.none()
    figures = OpenValue.objects.filter(value__in=_school_values(shown.value))
    ids = SEE_OPEN.filter(figures, actor).annotate(student=EachOf("students")).values("student")
    rows = Student.objects.filter(pk__in=ids).select_related("school")
    return SEE.filter(rows, actor).order_by("sort_name", "id")


def _school_values(value: Value) -> QuerySet[Value]:
    if value.unit_kind == Unit.SCHOOL:
        return Value.objects.filter(pk=value.pk)
    same = values_of(value.measure, value.profile, value.school_year, Unit.SCHOOL).order_by()
    if value.unit_kind == Unit.DISTRICT:
        return same
    members = Membership.objects.filter(on(value.as_of), parent=value.organization)
    return same.filter(organization__in=members.values("member"))


def hidden_beside(value: Value) -> list[str]:
    """Return the names of the units whose figure is hidden in the same publication."""
    same = values_of(value.measure, value.profile, value.school_year, value.unit_kind)
    return list(same.filter(is_hidden=True).values_list("organization__name", flat=True))


def school_years() -> list[int]:
    """Return the school years of which values are published, the newest first."""
    return list(
        Value.objects.order_by("-school_year").values_list("school_year", flat=True).distinct()
    )


def profiles_of_school(actor: Actor, school: Organization, school_year: int) -> list[Shown]:
    """Return one school's mobility under every profile: the definition switchboard."""
    values = Value.objects.filter(
        measure="mobility", organization=school, school_year=school_year, unit_kind="school"
    ).order_by("profile")
    return values_shown(actor, values.select_related("organization"))


def flipping_students(actor: Actor, shown: list[Shown]) -> list[tuple[Student, list[str]]]:
    """Return the visible students whom some profiles count and others do not, with those that do.

    Only over figures whose rows the actor may open.
    """
    figures = SEE_OPEN.filter(OpenValue.objects.filter(value__in=[s.value for s in shown]), actor)
    rows = list(figures.order_by("value__profile").values_list("value__profile", "students"))
    by_student: dict[int, list[str]] = {}
    for profile, students in rows:
        for student in students:
            by_student.setdefault(student, []).append(profile)
    flips = {key: said for key, said in by_student.items() if len(said) < len(rows)}
    seen = SEE.filter(Student.objects.filter(pk__in=flips), actor).order_by("sort_name", "id")
    return [(student, flips[student.pk]) for student in seen]
