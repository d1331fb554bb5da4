"""What a statement that is written once reads is what Django's own querysets read."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db.models import Model
from django.forms import model_to_dict

from bascule.access.acting import actor_of
from bascule.access.models import User
from bascule.cases.models import CaseFile, Note
from bascule.cases.queries import cases_of, notes_on
from bascule.kernel.actor import NIGHTLY
from bascule.kernel.clock import today
from bascule.kernel.row_reading import Reading
from bascule.mobility.models import Flag
from bascule.mobility.queries import standing_flags
from bascule.roster.models import Consent, Student
from bascule.roster.one_student import (
    absences_of,
    guardians_of,
    marks_of,
    sections_of,
    stints_of,
)
from bascule.roster.policies import SEE_CONSENT
from tests.access.test_both_locks import MEMBERS
from tests.databases import as_role
from tests.world import World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])


def contents(rows: Sequence[Any], *parents: str) -> list[dict[str, Any]]:
    """All values of each row and of its joined parents, none of them asked for again."""
    return [
        {"": values_of(row), **{name: values_of(parent_of(row, name)) for name in parents}}
        for row in rows
    ]


def parent_of(row: Any, path: str) -> Model | None:
    for name in path.split("__"):
        assert row._meta.get_field(name).is_cached(row), name
        row = getattr(row, name)
    return row


def values_of(row: Model | None) -> dict[str, Any] | None:
    if row is None:
        return None
    assert (row._state.db, row._state.adding) == ("default", False)
    return {"pk": row.pk, **model_to_dict(row), **{
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields
    }}  # fmt: skip


def test_rows_and_their_parents_are_those_of_the_querysets(world: World) -> None:
    counts = dict.fromkeys(("stints", "guardians", "sections", "absences", "marks", "flags"), 0)
    with as_role("loader"):
        for student in Student.objects.all():
            read: dict[str, tuple[Sequence[Any], list[str]]] = {
                "stints": (stints_of(student), ["school"]),
                "guardians": (guardians_of(student), ["guardian"]),
                "sections": (sections_of(student, today()), ["section", "section__school"]),
                "absences": (absences_of(student), []),
                "marks": (marks_of(student), []),
                "flags": (standing_flags(student), []),
            }
            asked: dict[str, Any] = {
                "stints": student.stints.select_related("school").order_by("starts_on"),
                "guardians": student.guardianships.filter(
                    ended_at__isnull=True, guardian__ended_at__isnull=True
                ).select_related("guardian").order_by("guardian__family_name", "id"),
                "sections": student.sections.filter(
                    ended_at__isnull=True, section__ended_at__isnull=True
                ).select_related("section__school").order_by("section__title", "id"),
                "absences": student.attendance_events.order_by("day", "id"),
                "marks": student.marks.order_by("school_year", "term", "course", "id"),
                "flags": student.flags.filter(cleared_at__isnull=True).order_by("-began_on"),
            }  # fmt: skip
            for key, (rows, parents) in read.items():
                assert contents(rows, *parents) == contents(list(asked[key]), *parents), key
                counts[key] += len(rows)
    assert [key for key, count in counts.items() if not count] == []


def test_what_a_rule_found_is_read_as_values_and_not_as_text(world: World) -> None:
    with as_role("loader"):
        figures = [flag.figures for flag in Reading(Flag, "order by id").rows()]
        assert figures == list(Flag.objects.order_by("id").values_list("figures", flat=True))
    assert figures != []
    assert {type(each) for each in figures} == {dict}


def test_a_parent_that_is_not_there_is_none(world: World) -> None:
    with as_role("loader"):
        Consent.objects.filter(pk=Consent.objects.earliest("id").pk).update(guardian=None)
        rows = Reading(Consent, "order by roster_consent.id", parents=("guardian",)).rows()
        assert contents(rows, "guardian") == contents(
            list(Consent.objects.select_related("guardian").order_by("id")), "guardian"
        )
    assert [row.guardian is None for row in rows][:2] == [True, False]


def test_cases_and_their_notes_are_those_of_the_querysets(world: World) -> None:
    with as_role("loader"):
        cases = [case for each in Student.objects.all() for case in cases_of(NIGHTLY, each)]
        notes, told = notes_on(cases), Note.objects.filter(case__in=cases)
        assert contents(notes, "case") == contents(
            list(told.select_related("case").order_by("-at", "-id")), "case"
        )
        own = CaseFile.objects.filter(student__isnull=False, tier=CaseFile.Tier.STUDENT)
        by_age = sorted(cases, key=lambda case: case.pk)
        assert contents(by_age, "owner") == contents(
            list(own.select_related("owner").order_by("id")), "owner"
        )
    assert [len(notes) > 0, len(cases) > 0, notes_on([])] == [True, True, []]


def test_rows_that_were_read_are_kept_as_the_policy_filters_them(world: World) -> None:
    """Read as the loader, who sees everything: the Policy alone decides."""
    kept: dict[str, list[int]] = {}
    for key in MEMBERS:
        with as_role("loader"):
            actor, rows = actor_of(User.objects.get(username=key)), Consent.objects.order_by("id")
            kept[key] = [row.pk for row in SEE_CONSENT.keep(list(rows), actor)]
            assert kept[key] == [row.pk for row in SEE_CONSENT.filter(rows, actor)]
    assert len({len(pks) for pks in kept.values()}) > 2  # nobody, some, and all
