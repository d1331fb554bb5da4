"""A round lists who waits, is run as often as needed with one seed, and can be cancelled."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest

from bascule.access.models import Decision
from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.rounds import (
    cancel_round,
    list_again,
    prepare_round,
    run_round,
)
from bascule.mobility.models import OptionsProgram, PlacementRound, RoundResult, SeatLine
from bascule.mobility.queries import Waiting, waiting_for, windows_to_come
from bascule.roster.models import EnrollmentClaim, ProgramSpell, Stint
from tests.databases import as_role
from tests.mobility.round_world import (
    ENDS_ON,
    RANKED,
    STARTS_ON,
    WINDOW,
    a_line,
    a_program,
    waiting_world,
)
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Who = Callable[[str], Actor]
AsPerson = Callable[[str], AbstractContextManager[None]]
IN_IT = {name for name, ranked in RANKED.items() if ranked}
Row = tuple[int | None, int | None, str]


@pytest.fixture
def cases(world: World) -> dict[str, CaseFile]:
    return waiting_world(world)


@pytest.fixture
def prepared(cases: dict[str, CaseFile], actor: Who, as_person: AsPerson) -> PlacementRound:
    with as_person("lead"):
        return prepare_round(actor("lead"), window=WINDOW, starts_on=STARTS_ON, at=AT)


def rows_of(placement: PlacementRound) -> dict[str, Row]:
    """Number, rank and program of each student who is on the list."""
    with as_role("loader"):
        rows = placement.results.filter(left_at__isnull=True).select_related("line__program")
        return {
            row.student.family_name: (
                row.number, row.rank, row.line.program.name if row.line else ""
            )
            for row in rows.select_related("student")
        }  # fmt: skip


def waiting_of(placement: PlacementRound, who: Actor) -> dict[str, Waiting]:
    waiting, _standing = waiting_for(who, placement, AT)
    return {each.case.student.family_name: each for each in waiting if each.case.student}


def decisions(verb: str) -> list[dict[str, object]]:
    with as_role("loader"):
        rows = Decision.objects.filter(verb=verb).order_by("id")
        return list(rows.values_list("particulars", flat=True))


def test_a_round_is_prepared_for_who_waits_with_a_ranking(prepared: PlacementRound) -> None:
    assert set(rows_of(prepared)) == IN_IT
    assert (prepared.state, prepared.ends_on, prepared.seed) == ("prepared", ENDS_ON, None)
    assert PlacementRound.objects.get(pk=prepared.pk).entrants == 7
    assert decisions("prepare_round") == [{"window": WINDOW, "students": 7}]


def test_who_is_not_in_it_and_why(
    cases: dict[str, CaseFile], prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    with as_role("loader"):
        OptionsProgram.objects.filter(name="Mornings").update(youngest_age=30)
        student = cases["Galarza"].student
        assert student is not None
        student.birth_on = date(2010, 1, 1)
        student.save()
    with as_person("lead"):
        found = waiting_of(prepared, actor("lead"))
    assert {name: each.why_not for name, each in found.items() if each.why_not} == {
        "Huang": "unranked", "Galarza": "closed",
    }  # fmt: skip
    assert [each.closed for each in found["Galarza"].choices] == ["age"]


def test_only_a_window_with_general_seats_to_come_can_be_given(
    cases: dict[str, CaseFile], actor: Who, as_person: AsPerson
) -> None:
    lead = actor("lead")
    with as_role("loader"):
        program = OptionsProgram.objects.get(name="Mornings")
        day = timedelta(days=1)
        a_line(program, 2, window="Plans", service="iep", starts_on=STARTS_ON + day)
        a_line(program, 2, window="Over", starts_on=AT.date() - 9 * day, ends_on=AT.date() - day)
    with as_person("lead"):
        assert [window for window, *_ in windows_to_come(AT.date())] == ["Semester 1", WINDOW]
        for window, first in (("Plans", STARTS_ON + day), ("Over", AT.date() - 9 * day),
                              (WINDOW, STARTS_ON + day)):  # fmt: skip
            with pytest.raises(Refusal, match="No general seats are planned"):
                prepare_round(lead, window=window, starts_on=first, at=AT)
        prepare_round(lead, window=WINDOW, starts_on=STARTS_ON, at=AT)
        with pytest.raises(Refusal, match="A round for this window is under way"):
            prepare_round(lead, window=WINDOW, starts_on=STARTS_ON, at=AT)
    assert PlacementRound.objects.filter(window=WINDOW).count() == 1


@pytest.mark.parametrize("who", ["okafor", "desk", "intake", "liaison", "counselor_0", "steward"])
def test_nobody_but_the_lead_runs_rounds(
    prepared: PlacementRound, actor: Who, as_person: AsPerson, who: str
) -> None:
    them = actor(who)
    with as_person(who):
        for verb in (run_round, list_again, cancel_round):
            with pytest.raises(NotPermitted):
                verb(them, placement=prepared, at=AT)
        with pytest.raises(NotPermitted):
            prepare_round(them, window="Semester 1", starts_on=STARTS_ON, at=AT)
    prepared.refresh_from_db()
    assert prepared.state == "prepared"


def test_a_run_fills_the_seats_and_the_same_list_gives_the_same_again(
    prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    with as_person("lead"):
        first = run_round(actor("lead"), placement=prepared, at=AT)
        given = rows_of(prepared)
        again = run_round(actor("lead"), placement=prepared, at=AT + timedelta(hours=1))
    assert rows_of(prepared) == given
    assert (first.seed, first.blocking_pairs) == (again.seed, 0)
    assert sorted(number or 0 for number, *_ in given.values()) == list(range(1, 8))
    assert [each["seed"] for each in decisions("run_round")] == [first.seed] * 2
    # Only Escobar asks for the workshop; of the seven who want three other seats, three have them.
    workshop = ["Workshop"] if given["Escobar"][1] == 3 else []
    filled = ["Evenings", "Mornings", "Mornings", *workshop]
    assert sorted(program for *_, program in given.values() if program) == filled
    assert (again.placed, sum(each["filled"] for each in again.seats.values())) == (
        len(filled), len(filled),
    )  # fmt: skip


def test_a_run_lists_anew(
    cases: dict[str, CaseFile], prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    with as_role("loader"):
        CaseFile.objects.filter(pk=cases["Adair"].pk).update(state="offered")
        CaseFile.objects.filter(pk=cases["Huang"].pk).update(
            particulars=cases["Deng"].particulars
        )  # fmt: skip
    with as_person("lead"):
        run_round(actor("lead"), placement=prepared, at=AT)
    assert set(rows_of(prepared)) == IN_IT - {"Adair"} | {"Huang"}
    with as_role("loader"):
        left = RoundResult.objects.get(round=prepared, case=cases["Adair"])
    assert (left.left_at, left.number, left.line) == (AT, None, None)


def test_seats_that_are_gone_are_not_given(
    prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    with as_role("loader"):
        line = SeatLine.objects.get(program__name="Mornings")
        line.changes.create(seats=-2, effective_on=STARTS_ON, reason="x", user_id=0,
                            actor_name="x", at=AT)  # fmt: skip
    with as_person("lead"):
        ran = run_round(actor("lead"), placement=prepared, at=AT)
    assert ran.seats[str(line.uuid)] == {"free": 0, "filled": 0}
    assert "Mornings" not in {program for *_, program in rows_of(prepared).values()}


def test_who_was_at_a_school_before_comes_first_there(
    cases: dict[str, CaseFile], prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    returning = cases["Galarza"].student
    assert returning is not None
    with as_role("loader"):
        program = OptionsProgram.objects.select_related("school").get(name="Mornings")
        EnrollmentClaim.objects.filter(student=returning).update(starts_on=date(2026, 8, 24))
        Stint.objects.create(
            student=returning, school=program.school, school_year=2026,
            starts_on=date(2025, 9, 1), ends_on=date(2026, 2, 1),
            claim=EnrollmentClaim.objects.get(student=returning),
        )  # fmt: skip
    with as_person("lead"):
        run_round(actor("lead"), placement=prepared, at=AT)
    assert rows_of(prepared)["Galarza"][1:] == (1, "Mornings")
    with as_role("loader"):
        row = RoundResult.objects.get(round=prepared, case=cases["Galarza"])
    assert [each["priority"] for each in row.choices] == ["returns"]


def test_who_got_nothing_in_an_earlier_round_of_the_year_comes_before_who_asks_first(
    cases: dict[str, CaseFile], prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    passed_over, day = ("Deng", "Galarza"), timedelta(days=90)
    with as_role("loader"):
        earlier = PlacementRound.objects.create(
            window="Quarter 2", starts_on=STARTS_ON - day, ends_on=STARTS_ON, state="offered",
            version=1, prepared_at=AT - day, prepared_by=1, prepared_name="x", listed_at=AT - day,
            seed=1, blocking_pairs=0, run_at=AT - day, ended_at=AT - day,
        )  # fmt: skip
        for name in passed_over:
            RoundResult.objects.create(round=earlier, case=cases[name],
                                       student=cases[name].student, number=1)  # fmt: skip
    with as_person("lead"):
        run_round(actor("lead"), placement=prepared, at=AT)
    given = rows_of(prepared)
    assert [given[name][1:] for name in passed_over] == [(1, "Evenings"), (1, "Mornings")]


def test_a_round_of_another_year_or_a_cancelled_one_gives_no_priority(
    cases: dict[str, CaseFile], prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    with as_role("loader"):
        for first, state in ((date(2026, 6, 30), "offered"), (STARTS_ON, "cancelled")):
            earlier = PlacementRound.objects.create(
                window="Before", starts_on=first, ends_on=STARTS_ON, state=state, version=1,
                prepared_at=AT, prepared_by=1, prepared_name="x", listed_at=AT, seed=1,
                blocking_pairs=0, run_at=AT, ended_at=AT,
            )  # fmt: skip
            RoundResult.objects.create(round=earlier, case=cases["Deng"],
                                       student=cases["Deng"].student, number=1)  # fmt: skip
    with as_person("lead"):
        found = waiting_of(prepared, actor("lead"))
    assert {c.priority for each in found.values() for c in each.choices} == {2}


def test_what_is_restricted_changes_nothing_of_a_round(
    cases: dict[str, CaseFile], prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    """Homeless (as the world has everybody), with a plan, learning English: the rows are equal."""
    with as_person("lead"):
        run_round(actor("lead"), placement=prepared, at=AT)
    with_homeless = kept_of(prepared)
    with as_role("loader"):
        ProgramSpell.objects.all().delete()
        for name in ("Adair", "Deng"):
            for program in ("iep", "el", "homeless"):
                ProgramSpell.objects.create(
                    student=cases[name].student, program=program, starts_on=AT.date(),
                    source="sis", source_key=f"{name}{program}",
                )  # fmt: skip
        a_line(OptionsProgram.objects.get(name="Mornings"), 5, service="iep")
    with as_person("lead"):
        run_round(actor("lead"), placement=prepared, at=AT)
    assert kept_of(prepared) == with_homeless
    assert not any(word in str(with_homeless) for word in ("iep", "el'", "homeless"))


def kept_of(placement: PlacementRound) -> list[object]:
    with as_role("loader"):
        rows = placement.results.filter(left_at__isnull=True).order_by("case")
        return list(rows.values_list("case", "choices", "number", "rank", "line", "told"))


def test_a_restricted_case_takes_no_part_and_leaves_no_trace(
    cases: dict[str, CaseFile], prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    with as_role("loader"):
        CaseFile.objects.filter(pk=cases["Deng"].pk).update(tier="restricted")
    with as_person("lead"):
        ran = run_round(actor("lead"), placement=prepared, at=AT)
        assert set(waiting_of(prepared, actor("lead"))) == set(RANKED) - {"Deng"}
        shown = prepared.results.values_list("student__family_name", flat=True)
        assert set(shown) == IN_IT - {"Deng"}
    assert ran.entrants == 6


def test_a_cancelled_round_stays_with_its_seed_and_another_can_be_prepared(
    prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    lead = actor("lead")
    with as_person("lead"):
        ran = run_round(lead, placement=prepared, at=AT)
        ended = cancel_round(lead, placement=prepared, at=AT)
        assert (ended.state, ended.seed, ended.ended_name) == ("cancelled", ran.seed, lead.name)
        for verb in (run_round, list_again, cancel_round):
            with pytest.raises(Refusal, match="can no longer be done") as refused:
                verb(lead, placement=prepared, at=AT)
            assert refused.value.code == "round-moved"
        other = prepare_round(lead, window=WINDOW, starts_on=STARTS_ON, at=AT)
        second = run_round(lead, placement=other, at=AT)
    assert second.seed != ran.seed


def test_with_nobody_on_the_list_nothing_is_run(
    cases: dict[str, CaseFile], prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    with as_role("loader"):
        CaseFile.objects.filter(workflow="options_transfer").update(state="eligibility")
    with as_person("lead"):
        with pytest.raises(Refusal, match="Nobody takes part"):
            run_round(actor("lead"), placement=prepared, at=AT)
        assert list_again(actor("lead"), placement=prepared, at=AT) == 0
    prepared.refresh_from_db()
    assert (prepared.seed, prepared.entrants) == (None, 0)


def test_a_program_opened_since_is_open_to_who_has_not_ranked_it(
    prepared: PlacementRound, actor: Who, as_person: AsPerson
) -> None:
    with as_role("loader"):
        a_program("Nights", 3)
        a_program("For the oldest", 3, youngest_age=30)
    with as_person("lead"):
        found = waiting_of(prepared, actor("lead"))
    # Nobody's birth date is reported: what is not known keeps nobody out.
    assert sorted(each.name.split(": ")[1] for each in found["Deng"].others) == [
        "For the oldest", "Mornings", "Nights", "Workshop",
    ]  # fmt: skip
