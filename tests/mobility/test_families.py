"""The page of a family: who gets it, what opens it, and that it tells this and nothing else."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from bascule.access.acting import acting, actor_of
from bascule.access.models import Decision, User, Visit
from bascule.cases.actions import Opening, add_note, open_cases, take_step
from bascule.cases.models import CaseFile, Note, Transition
from bascule.cases.registry import workflow_of
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.families import (
    Door,
    answer_offer,
    choose_language,
    end_page,
    give_page,
    open_page,
)
from bascule.mobility.families import STAGE_OF, STAGES
from bascule.mobility.models import FamilyAnswer, FamilyLink, SeatHold, SeatLine
from bascule.mobility.queries import (
    enter_family,
    family_link,
    family_links,
    family_page,
    last_opened,
    spoken_at_door,
)
from bascule.roster.models import Guardian, Student
from tests.databases import as_role
from tests.world import AT, BUILDER, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loading = Callable[[], AbstractContextManager[None]]
BORN, OTHER_DAY = date(2010, 3, 4), date(2010, 3, 5)
DAY = timedelta(days=1)


def person(key: str) -> Actor:
    return actor_of(User.objects.get(username=key))


@pytest.fixture
def case(world: World, as_loader: Loading) -> CaseFile:
    """A transfer of Adair with a seat offered, and one of Brisa; a mother with a phone."""
    with as_loader():
        Student.objects.filter(family_name__in=["Adair", "Brisa"]).update(birth_on=BORN)
        Guardian.objects.filter(source_key="g-Adair").update(phone="773-555-0101")
        openings = [Opening(world.students[name], "Behind.") for name in ("Adair", "Brisa")]
        mine, _ = open_cases(BUILDER, workflow="options_transfer", openings=openings, at=AT)
        add_note(BUILDER, case=mine, kind="remark", text="A staff remark.", at=AT)
        CaseFile.objects.filter(pk=mine.pk).update(state="offered", due_at=AT + 2 * DAY, revision=6)
        SeatHold.objects.create(
            line=SeatLine.objects.get(), case=mine, student=world.students["Adair"], held_at=AT,
            until_at=AT + 2 * DAY,
        )  # fmt: skip
        mine.refresh_from_db()
    return mine


def mother() -> str:
    with as_role("loader"):
        return str(Guardian.objects.get(source_key="g-Adair").uuid)


def given(case: CaseFile, language: str = "es", who: str = "okafor") -> tuple[FamilyLink, str]:
    actor, holder = person(who), mother()
    with acting(actor):
        return give_page(actor, case=case, holder=holder, language=language)


def opened(secret: str) -> Actor:
    door, link = open_page(secret=secret, birth_on=BORN)
    assert door is Door.OPEN
    return enter_family(link)


def test_every_state_of_a_workflow_with_a_page_has_its_stage() -> None:
    for workflow, stages in STAGE_OF.items():
        declared = workflow_of(workflow)
        assert set(stages) == {state.key for state in declared.states}
        open_states = {state.key for state in declared.states if not state.ends}
        begins = {"options_to_options": STAGES.index("checked")}.get(workflow, 0)
        assert {stages[key] for key in open_states} == set(STAGES[begins:])


def test_a_family_is_told_where_its_request_is_and_nothing_else(case: CaseFile) -> None:
    _, secret = given(case)
    page = family_page(opened(secret))
    assert page is not None
    assert asdict(page) == {
        "student": case.student.uuid if case.student else None, "given_name": "Sam",
        "workflow": "options_transfer", "state": "offered", "revision": 6,
        "owner_id": case.owner_id, "opened_at": AT, "due_at": AT + 2 * DAY, "closed_at": None,
        "old_school": "Harbor Point High School",
        "new_school": "Second Bridge Options High School", "until_at": AT + 2 * DAY,
        "intake_on": None, "first_day_on": None, "last_day_on": None, "answer": None,
    }  # fmt: skip
    assert page.stage == "offered"


def test_the_secret_itself_is_nowhere_in_the_database(case: CaseFile) -> None:
    link, secret = given(case)
    assert len(secret) == 32
    with as_role("loader"):
        kept = str(FamilyLink.objects.filter(pk=link.pk).values().get())
        told = str(list(Decision.objects.values_list("particulars", flat=True)))
    assert secret not in kept + told


def test_what_staff_wrote_cannot_be_read_by_the_role_of_families(case: CaseFile) -> None:
    _, secret = given(case)
    opened(secret)
    with as_role("family"):
        for asked in (
            "select reason from cases_casefile", "select particulars from cases_casefile",
            "select family_name from roster_student", "select text from cases_note",
            "select answers from cases_transition", "select service from mobility_seatline",
            "select * from roster_programspell", "select words from mobility_familyanswer",
        ):  # fmt: skip
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(asked)


def test_the_role_of_families_sees_one_case_though_others_are_there(
    case: CaseFile, world: World
) -> None:
    _, secret = given(case)
    opened(secret)
    with as_role("family"), connection.cursor() as cursor:
        cursor.execute("select id from cases_casefile")
        assert cursor.fetchall() == [(case.pk,)]
        cursor.execute("select id from roster_student")
        assert cursor.fetchall() == [(case.student_id,)]
    assert CaseFile.objects.count() == 0  # the serving role sees not even that one


@pytest.mark.parametrize("birth_on", [OTHER_DAY, date(1, 1, 1)])
def test_a_wrong_birth_date_opens_nothing(case: CaseFile, birth_on: date) -> None:
    link, secret = given(case)
    assert open_page(secret=secret, birth_on=birth_on) == (Door.WRONG, link.pk)


def test_after_five_wrong_birth_dates_the_right_one_opens_nothing_either(case: CaseFile) -> None:
    link, secret = given(case)
    for _ in range(5):
        assert open_page(secret=secret, birth_on=OTHER_DAY)[0] is Door.WRONG
    assert open_page(secret=secret, birth_on=BORN) == (Door.ENDED, 0)
    assert spoken_at_door(secret) is None
    assert family_page(enter_family(link.pk)) is not None  # yet no link is seen with it:
    assert family_link(enter_family(link.pk)) is None
    with as_role("loader"):
        assert FamilyLink.objects.get(pk=link.pk).is_locked()


def test_a_right_birth_date_forgives_the_wrong_ones_before_it(case: CaseFile) -> None:
    _, secret = given(case)
    for _ in range(2):
        for _ in range(4):
            assert open_page(secret=secret, birth_on=OTHER_DAY)[0] is Door.WRONG
        assert open_page(secret=secret, birth_on=BORN)[0] is Door.OPEN


def test_given_anew_a_locked_page_opens_by_its_new_address_alone(case: CaseFile) -> None:
    _, old = given(case)
    for _ in range(5):
        open_page(secret=old, birth_on=OTHER_DAY)
    _, new = given(case)
    assert open_page(secret=old, birth_on=BORN) == (Door.ENDED, 0)
    assert open_page(secret=new, birth_on=BORN)[0] is Door.OPEN


def test_an_address_that_never_was_answers_like_one_that_has_ended(case: CaseFile) -> None:
    link, secret = given(case)
    actor = person("okafor")
    with acting(actor):
        end_page(actor, link=link)
    for each in (secret, "x" * 32, ""):
        assert spoken_at_door(each) is None
        assert open_page(secret=each, birth_on=BORN) == (Door.ENDED, 0)


@pytest.mark.parametrize(("days", "is_open"), [(179, True), (180, False), (181, False)])
def test_a_link_ends_by_the_calendar_though_no_job_has_run(
    case: CaseFile, days: int, is_open: bool
) -> None:
    link, secret = given(case)
    with holding_clock(AT + days * DAY):
        assert (spoken_at_door(secret) == "es") is is_open
        assert (open_page(secret=secret, birth_on=BORN)[0] is Door.OPEN) is is_open
        assert (family_link(enter_family(link.pk)) is not None) is is_open


@pytest.mark.parametrize(("days", "is_open"), [(29, True), (30, False)])
def test_how_a_case_ended_can_be_read_for_a_month(case: CaseFile, days: int, is_open: bool) -> None:
    _, secret = given(case)
    actor = opened(secret)
    with as_role("loader"):
        CaseFile.objects.filter(pk=case.pk).update(state="withdrawn", closed_at=AT, due_at=None)
    with holding_clock(AT + days * DAY):
        enter_family(actor.family or 0)
        page = family_page(actor)
        assert (page is not None and page.stage == "stopped") is is_open
        assert (spoken_at_door(secret) == "es") is is_open


@pytest.mark.parametrize("change", [{"tier": "restricted"}, {"absorbed_by": True}])
def test_a_case_that_is_not_for_the_family_any_more_shows_nothing(
    case: CaseFile, world: World, change: dict[str, object]
) -> None:
    _, secret = given(case)
    actor = opened(secret)
    if "absorbed_by" in change:
        change = {"absorbed_by": world.cases["Adair"], "closed_at": AT}
    with as_role("loader"):
        CaseFile.objects.filter(pk=case.pk).update(**change)
    assert family_page(actor) is None
    assert open_page(secret=secret, birth_on=BORN) == (Door.ENDED, 0)
    assert spoken_at_door(secret) is None


@pytest.mark.parametrize("who", ["okafor", "lead", "counselor_0", "principal_0"])
def test_who_works_the_case_or_speaks_for_the_school_gives_the_page(
    case: CaseFile, who: str
) -> None:
    link, _ = given(case, who=who)
    assert (link.language, link.given_at, link.expires_at) == ("es", AT, AT + 180 * DAY)


@pytest.mark.parametrize("who", ["clerk_0", "chief_0", "auditor", "steward", "wren", "intake"])
def test_nobody_else_does(case: CaseFile, who: str) -> None:
    actor, holder = person(who), mother()
    with acting(actor), pytest.raises(NotPermitted):
        give_page(actor, case=case, holder=holder, language="es")


def test_a_guardian_of_another_student_or_without_a_contact_gets_none(case: CaseFile) -> None:
    with as_role("loader"):
        strangers = Guardian.objects.exclude(source_key="g-Adair")
        strangers.exclude(source_key="g-Brisa").update(phone="773-555-0199")
        other = str(Guardian.objects.get(source_key="g-Deng").uuid)
    actor, own = person("okafor"), mother()
    with acting(actor), pytest.raises(Refusal, match="Choose a guardian"):
        give_page(actor, case=case, holder=other, language="es")
    with as_role("loader"):
        Guardian.objects.filter(source_key="g-Adair").update(phone="")
    with acting(actor), pytest.raises(Refusal, match="Choose a guardian"):
        give_page(actor, case=case, holder=own, language="es")


@pytest.mark.parametrize(
    ("born", "gets"), [(date(2008, 11, 20), True), (date(2008, 11, 21), False)]
)
def test_a_student_holds_the_page_from_the_18th_birthday_on(
    case: CaseFile, born: date, gets: bool
) -> None:
    with as_role("loader"):
        Student.objects.filter(pk=case.student_id).update(birth_on=born)
    actor = person("okafor")
    with acting(actor):
        fresh = CaseFile.objects.select_related("student").get(pk=case.pk)
        if gets:
            link, _ = give_page(actor, case=fresh, holder="student", language="en")
            assert (link.guardian, link.tier) == (None, "student")
        else:
            with pytest.raises(Refusal, match="under 18"):
                give_page(actor, case=fresh, holder="student", language="en")


def test_that_a_younger_student_holds_a_page_is_known_to_the_restricted_tier_alone(
    case: CaseFile,
) -> None:
    liaison = person("liaison")
    with acting(liaison):
        link, secret = give_page(liaison, case=case, holder="student", language="en")
        assert link.tier == "restricted"
        assert list(family_links(liaison, case)) == [link]
    for who in ("okafor", "lead", "counselor_0"):
        actor = person(who)
        with acting(actor):
            assert list(family_links(actor, case)) == []
            assert not FamilyLink.objects.filter(case=case).exists()
    with as_role("loader"):
        [told] = Decision.objects.filter(verb="give_family_page")
        assert told.particulars == {}
    assert family_page(opened(secret)) is not None


def test_without_a_birth_date_there_is_nothing_to_ask_and_no_page(case: CaseFile) -> None:
    with as_role("loader"):
        Student.objects.filter(pk=case.student_id).update(birth_on=None)
    actor, holder = person("okafor"), mother()
    with acting(actor):
        fresh = CaseFile.objects.select_related("student").get(pk=case.pk)
    with acting(actor), pytest.raises(Refusal, match="No birth date"):
        give_page(actor, case=fresh, holder=holder, language="es")


def test_a_case_without_such_a_page_gives_none(case: CaseFile, world: World) -> None:
    actor, holder = person("okafor"), mother()
    with acting(actor), pytest.raises(NotPermitted):
        give_page(actor, case=world.cases["Adair"], holder=holder, language="es")


def test_an_answer_is_kept_beside_the_case_and_moves_nothing(case: CaseFile) -> None:
    _, secret = given(case)
    family = opened(secret)
    no = {"answer": "no", "because": "too_far", "words": "Two buses. "}
    answer_offer(family, revision=6, **no)
    answer_offer(family, revision=6, answer="yes")
    page = family_page(family)
    assert page is not None
    assert page.answer == "yes"
    with as_role("loader"):
        told = FamilyAnswer.objects.filter(case=case).order_by("id")
        assert list(told.values_list("answer", "because", "words")) == [
            ("no", "too_far", "Two buses."),
            ("yes", "", ""),
        ]
        case.refresh_from_db()
        assert (case.state, case.revision) == ("offered", 6)
        verbs = Decision.objects.filter(user_id=family.user_id).values_list("verb", flat=True)
        assert sorted(verbs) == ["answer_offer", "answer_offer", "try_family_page"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"answer": "no", "revision": 6}, "Choose why not"),
        ({"answer": "maybe", "revision": 6}, "yes or no"),
        ({"answer": "yes", "revision": 5}, "not offered any more"),
    ],
)
def test_what_cannot_be_meant_is_not_kept(
    case: CaseFile, said: dict[str, object], words: str
) -> None:
    _, secret = given(case)
    family = opened(secret)
    with pytest.raises(Refusal, match=words):
        answer_offer(family, **said)  # type: ignore[arg-type]
    assert not FamilyAnswer.objects.exists()


def test_an_offer_that_ran_out_cannot_be_answered_though_nobody_has_noticed(case: CaseFile) -> None:
    _, secret = given(case)
    family = opened(secret)
    with holding_clock(AT + 2 * DAY + timedelta(seconds=1)):
        enter_family(family.family or 0)
        with pytest.raises(Refusal, match="not offered any more"):
            answer_offer(family, answer="yes", revision=6)


def test_an_answer_to_an_earlier_offer_says_nothing_of_the_next(case: CaseFile) -> None:
    _, secret = given(case)
    family = opened(secret)
    answer_offer(family, revision=6, answer="yes")
    with as_role("loader"):
        CaseFile.objects.filter(pk=case.pk).update(revision=8)
    page = family_page(family)
    assert page is not None
    assert page.answer is None


def test_a_family_cannot_answer_for_another_ones_case(case: CaseFile) -> None:
    link, secret = given(case)
    opened(secret)
    with as_role("loader"):
        other = CaseFile.objects.get(workflow="options_transfer", student__family_name="Brisa")
    for said in ({"link": link, "case": other}, {"link_id": link.pk + 1, "case": case}):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            FamilyAnswer.objects.create(revision=1, answer="yes", at=AT, **said)


def test_the_language_is_kept_for_the_holder(case: CaseFile) -> None:
    _, secret = given(case)
    choose_language(opened(secret), language="en")
    assert spoken_at_door(secret) == "en"


def test_a_family_may_do_nothing_else(case: CaseFile, world: World) -> None:
    _, secret = given(case)
    family = opened(secret)
    with pytest.raises(CaseFile.DoesNotExist):
        take_step(family, case=case, step="accept_offer", answers={"intake_on": "2026-11-24"})
    with pytest.raises(NotPermitted):
        add_note(family, case=case, kind="remark", text="Hello")
    with pytest.raises(NotPermitted):
        give_page(family, case=case, holder="student", language="es")
    assert [Note.objects.count(), Transition.objects.count(), Student.objects.count()] == [0, 0, 0]


def test_who_acted_before_acts_no_more_and_who_enters_after_is_no_family(case: CaseFile) -> None:
    _, secret = given(case)
    actor = person("okafor")
    with acting(actor):
        assert CaseFile.objects.exists()
        opened(secret)
        assert not CaseFile.objects.exists()
    with acting(person("chief_1")):
        assert not FamilyLink.objects.filter(case=case).exists()


def test_when_a_page_was_last_opened_is_known_by_its_visits(case: CaseFile) -> None:
    link, _ = given(case)
    with as_role("ledger"):
        Visit.objects.create(user_id=-link.pk, page="family", at=AT)
        Visit.objects.create(user_id=-link.pk, page="family", at=AT + DAY)
        Visit.objects.create(user_id=-link.pk - 1, page="family", at=AT)
    actor = person("okafor")
    with acting(actor):
        assert last_opened([link]) == {link.pk: AT + DAY}
