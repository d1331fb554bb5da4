"""The best fit on a case's page: who sees it, with which reasons; and an offer beyond it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.access.models import Decision
from bascule.cases.actions import Opening, open_cases, take_step
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal
from bascule.kernel.wording import ENGLISH
from bascule.mobility.matchers import best_fit, student_facts
from bascule.mobility.models import OptionsProgram, SeatLine
from bascule.mobility.queries import programs_at
from bascule.roster.models import Mark, ProgramSpell, Reach, Student
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
AsLoader = Callable[[], AbstractContextManager[None]]
AsPerson = Callable[[str], AbstractContextManager[None]]
Browse = Callable[[str], Client]
Who = Callable[[str], Actor]


@pytest.fixture
def transfer(world: World, as_loader: AsLoader) -> CaseFile:
    """Calloway's transfer in counseling: 17 years, 7.5 credits; three programs beside the first."""
    with as_loader():
        student = world.students["Calloway"]
        Student.objects.filter(pk=student.pk).update(birth_on=date(2009, 5, 2))
        student.refresh_from_db()
        for number, earned in enumerate(("7.000", "0.500", None)):
            Mark.objects.create(
                student=student, school=student.school, school_year=2026, term="S2", course="b",
                credits_earned=earned and Decimal(earned), source="sis", source_key=f"m{number}",
            )  # fmt: skip
        for name, latitude in (("S102", "41.880000"), ("S901", "41.970000")):
            Organization.objects.filter(source_key=name).update(
                latitude=Decimal(latitude), longitude=Decimal("-87.630000")
            )
        seats("Evenings", schedule="evening")
        seats("For the oldest", youngest_age=19)
        seats("Full", free=0)
        [case] = open_cases(
            BUILDER, workflow="options_transfer", openings=[Opening(student, "Asked.")], at=AT
        )
        CaseFile.objects.filter(pk=case.pk).update(state="counseling")
        return CaseFile.objects.select_related("student__school").get(pk=case.pk)


def seats(name: str, *, free: int = 3, **said: object) -> SeatLine:
    """A program of the Options school, with a line of which so many seats are there."""
    school = Organization.objects.get(source_key="S901")
    program = OptionsProgram.objects.create(school=school, name=name, **said)
    line = SeatLine.objects.create(
        program=program, lowest_grade="09", highest_grade="12", window="Semester 1",
        starts_on=AT.date() - timedelta(days=9), ends_on=AT.date() + timedelta(days=60),
    )  # fmt: skip
    if free:
        line.changes.create(seats=free, effective_on=AT.date() - timedelta(days=9), reason="Opened",
                            user_id=0, actor_name="the builder", at=AT)  # fmt: skip
    return line


def names(case: CaseFile, actor: Actor) -> list[str]:
    fit = best_fit(actor, case, AT)
    assert fit is not None
    return [each.program.name for each in fit.candidates]


def test_the_programs_are_ranked_and_every_excluded_one_says_why(
    transfer: CaseFile, actor: Who, as_person: AsPerson
) -> None:
    with as_person("lead"):
        fit = best_fit(actor("lead"), transfer, AT)
    assert fit is not None
    best, second = fit.candidates
    assert (best.program.name, second.program.name) == ("Bridge to a diploma", "Evenings")
    assert [(part.title, part.points) for part in best.parts] == [
        ("Diploma before 21", 28), ("Way to school", 15), ("Start", 20), ("Kept promises", None),
    ]  # fmt: skip
    assert (best.points, best.possible) == (63, 90)
    told = {
        each.program.name: [ENGLISH.say(why) for _, why in each.reasons] for each in fit.excluded
    }
    assert told == {
        "For the oldest": ["Takes ages 19+; the student is 17."],
        "Full": ["No seat is free: 0 seats, all offered or taken."],
    }


def test_the_facts_are_those_of_the_roster_and_what_nobody_reports_is_not_nothing(
    transfer: CaseFile, world: World, actor: Who, as_person: AsPerson, as_loader: AsLoader
) -> None:
    lead, student = actor("lead"), transfer.student
    assert student is not None
    with as_person("lead"):
        facts = student_facts(lead, transfer, student, AT)
        other = student_facts(lead, transfer, world.students["Deng"], AT)
    assert (facts.credits, facts.grade, facts.school_name) == (
        Decimal("7.5"), "09", "Juniper Elementary School",
    )  # fmt: skip
    assert (other.credits, other.birth_on) == (None, None)


def test_a_needed_service_is_known_only_to_who_may_know_of_it(
    transfer: CaseFile, actor: Who, as_person: AsPerson, as_loader: AsLoader
) -> None:
    with as_loader():
        ProgramSpell.objects.create(
            student=transfer.student, program="iep", starts_on=AT.date() - timedelta(days=30),
            source="sis", source_key="iep",
        )  # fmt: skip
    with as_person("liaison"):
        assert names(transfer, actor("liaison")) == []
    with as_person("lead"):
        lead = actor("lead")
        fit = best_fit(lead, transfer, AT)
        assert fit is not None
        assert [each.program.name for each in fit.candidates] == ["Bridge to a diploma", "Evenings"]
        assert {ENGLISH.say(why) for each in fit.candidates for why in each.unknown} == {
            "Which services the student needs is not told to your role: ask before the offer."
        }
        shown = [[part.points for part in each.parts] for each in fit.candidates]
    with as_loader():
        ProgramSpell.objects.filter(source_key="iep").delete()
    with as_person("lead"):
        same = best_fit(lead, transfer, AT)
        assert same is not None
        assert [[part.points for part in each.parts] for each in same.candidates] == shown


def test_the_page_shows_it_to_who_may_offer_and_to_nobody_else(
    transfer: CaseFile, browse: Browse, as_loader: AsLoader
) -> None:
    with as_loader():
        clerk = Organization.objects.get(source_key="S101")
        Reach.objects.create(student=transfer.student, organization=clerk, because="test",
                             ground="options_transfer", starts_at=AT)  # fmt: skip
    address = f"/cases/{transfer.uuid}/"
    for may_offer in ("lead", "okafor"):
        page = browse(may_offer).get(address).content.decode()
        assert page.count('id="fit"') == 1
        assert "Second Bridge Options High School: Bridge to a diploma" in page
        assert "63 of 90 points" in page
        assert "Takes ages 19+; the student is 17." in page
    for other in ("clerk_0", "counselor_0", "auditor"):
        answer = browse(other).get(address)
        assert (other, answer.status_code) == (other, 200)
        assert "Bridge to a diploma" not in answer.content.decode()
        assert 'id="fit"' not in answer.content.decode()
    assert browse("chief_1").get(address).status_code == 404


def test_the_panel_stands_only_while_a_seat_can_be_offered(
    transfer: CaseFile, browse: Browse, as_loader: AsLoader
) -> None:
    found = []
    for state in ("prevention", "counseling", "waitlisted", "intake"):
        with as_loader():
            CaseFile.objects.filter(pk=transfer.pk).update(state=state)
        page = browse("lead").get(f"/cases/{transfer.uuid}/").content.decode()
        found.append((state, 'id="fit"' in page))
    assert found == [
        ("prevention", False), ("counseling", True), ("waitlisted", True), ("intake", False),
    ]  # fmt: skip


def test_the_seats_to_choose_from_stand_in_the_order_of_the_fit(
    transfer: CaseFile, browse: Browse, as_loader: AsLoader
) -> None:
    """By name, "Evenings" and "For the oldest" would stand before "Morning"."""
    with as_loader():
        seats("Morning")
    page = browse("lead").get(f"/cases/{transfer.uuid}/").content.decode()
    choices = page.split('id="offer-seat"')[1].split("</select>")[0]
    shown = ["Evenings", "For the oldest", "Morning", "Bridge to a diploma"]
    assert sorted(shown, key=choices.index) == [
        "Bridge to a diploma", "Morning", "Evenings", "For the oldest",
    ]  # fmt: skip
    assert "Full" not in choices


def offer(actor: Actor, case: CaseFile, program: str, **said: str) -> CaseFile:
    line = SeatLine.objects.get(program__name=program)
    answers = {"seat": str(line.uuid), "consent": "2026-11-19", **said}
    return take_step(actor, case=case, step="offer", answers=answers, at=AT)


def test_another_than_the_three_best_asks_for_a_reason_and_both_are_kept(
    transfer: CaseFile, actor: Who, as_person: AsPerson, as_loader: AsLoader
) -> None:
    lead = actor("lead")
    with as_person("lead"):
        with pytest.raises(Refusal, match="is not one of the three that fit best") as refused:
            offer(lead, transfer, "For the oldest")
        assert refused.value.code == "override-needed"
        with pytest.raises(Refusal, match="is not one of the three"):
            offer(lead, transfer, "For the oldest", override="  ")
        transfer.refresh_from_db()
        assert (transfer.state, transfer.revision) == ("counseling", 1)
        proposed = [each.program.key for each in best_fit(lead, transfer, AT).proposed]  # type: ignore[union-attr]
        offer(lead, transfer, "For the oldest", override="An uncle teaches there.")
        taken = str(OptionsProgram.objects.get(name="For the oldest").uuid)
        answers = transfer.transitions.get(step="offer").answers
        assert answers["override"] == "An uncle teaches there."
    with as_loader():
        kept = Decision.objects.get(verb="options_placement.choose").particulars
    assert [each["program"] for each in kept.pop("proposed")] == proposed
    assert kept == {"version": 2, "taken": taken, "override": "An uncle teaches there."}


def test_one_of_the_three_best_is_offered_without_a_reason(
    transfer: CaseFile, actor: Who, as_person: AsPerson, as_loader: AsLoader
) -> None:
    with as_person("lead"):
        assert offer(actor("lead"), transfer, "Evenings").state == "offered"
    with as_loader():
        kept = Decision.objects.get(verb="options_placement.choose").particulars
    assert [(each["points"], each["of"]) for each in kept["proposed"]] == [(63, 90), (35, 90)]
    assert kept["override"] == ""


def test_the_students_ranking_is_recorded_and_comes_first(
    transfer: CaseFile, actor: Who, as_person: AsPerson
) -> None:
    lead = actor("lead")
    keys = {each.name: each.key for each in programs_at(AT)}
    with as_person("lead"):
        with pytest.raises(Refusal, match="named twice"):
            rank(lead, transfer, first=keys["Evenings"], second=keys["Evenings"])
        rank(lead, transfer, first=keys["Full"], second=keys["Evenings"])
        transfer.refresh_from_db()
        assert transfer.particulars["ranked"] == [keys["Full"], keys["Evenings"]]
        fit = best_fit(lead, transfer, AT)
        assert fit is not None
        assert [(each.program.name, each.turn) for each in fit.candidates] == [
            ("Evenings", 2), ("Bridge to a diploma", None),
        ]  # fmt: skip


def rank(actor: Actor, case: CaseFile, **answers: str) -> CaseFile:
    return take_step(actor, case=case, step="rank", answers=answers, at=AT)


def test_the_number_of_queries_does_not_grow_with_the_programs(
    transfer: CaseFile, actor: Who, as_person: AsPerson, as_loader: AsLoader
) -> None:
    lead, counted = actor("lead"), []
    for more in (0, 30):
        with as_loader():
            for number in range(more):
                seats(f"Program {number}")
        with (
            as_person("lead"),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            best_fit(lead, transfer, AT)
        counted.append(len(queries))
    assert counted == [8, 8]
