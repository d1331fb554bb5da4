"""The page of look-alikes: both records for the steward, nothing for anybody else."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.access.models import Disclosure
from bascule.directory.models import Organization
from bascule.kernel.actor import NIGHTLY
from bascule.roster.actions.combining import combine_students, separate_students
from bascule.roster.actions.judging import carry_out_judgments
from bascule.roster.models import Alias, Judgment, LookAlike, Student
from tests.access.test_both_locks import MEMBERS
from tests.databases import as_role
from tests.web.comparing import normalized
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]


def the_pair(world: World) -> LookAlike:
    with as_role("loader"):
        rows = LookAlike.objects.select_related("first", "second")
        return rows.get(first=world.students["Adair"])


def make_open(count: int) -> None:
    """Propose so many pairs more, of new students."""
    school = Organization.objects.get(source_key="S101")
    students = Student.objects.bulk_create(
        Student(number=str(uuid4()), family_name="Ines", given_name=f"Sam {number % 7}",
                sort_name="ines sam", source="sis", source_key=str(uuid4()), school=school)
        for number in range(2 * count)
    )  # fmt: skip
    LookAlike.objects.bulk_create(
        LookAlike(first=one, second=other, version=1, weight=3.5, found_at=AT,
                  reasons=[["given", "same", 7.0], ["birth", "near", -1.0]])
        for one, other in zip(students[::2], students[1::2], strict=True)
    )  # fmt: skip


@pytest.mark.parametrize("who", MEMBERS)
def test_only_the_steward_sees_a_pair_and_others_cannot_tell_that_it_is_there(
    world: World, browse: Browse, who: str
) -> None:
    client, pair = browse(who), the_pair(world)
    address, missing = f"/look-alikes/{pair.uuid}/", f"/look-alikes/{uuid4()}/"
    answer = {"answer": "different"}
    if who == "steward":
        assert client.get(address).status_code == 200
        assert client.get(missing).status_code == client.post(missing, answer).status_code == 404
        return
    assert normalized(client.get(address)) == normalized(client.get(missing))
    assert normalized(client.post(address, answer)) == normalized(client.post(missing, answer))
    assert (client.get(address).status_code, client.post(address, answer).status_code) == (404, 404)
    with as_role("loader"):
        assert Judgment.objects.filter(pair=pair).count() == 1


def test_both_records_stand_side_by_side_and_both_reads_are_recorded(
    world: World, browse: Browse
) -> None:
    pair = the_pair(world)
    text = browse("steward").get(f"/look-alikes/{pair.uuid}/").content.decode()
    for words in (
        pair.first.number, pair.second.number, "Pat Adair", "Pat Brisa",
        "Harbor Point High School", "Same first name", "Different family names",
    ):  # fmt: skip
        assert words in text
    with connections["ledger"].cursor() as cursor:
        cursor.execute("set role postgres")  # nobody else may read the record
        kept = list(Disclosure.objects.using("ledger").values_list("page", "ground", "students"))
        cursor.execute("set role bascule_ledger")
    assert kept == [("look-alike", "district", [str(pair.first.uuid), str(pair.second.uuid)])]


def test_a_word_is_said_on_the_page_and_carried_out_by_the_loader(
    world: World, browse: Browse
) -> None:
    client, pair = browse("steward"), the_pair(world)
    address = f"/look-alikes/{pair.uuid}/"
    said = {"answer": "same", "survivor": str(pair.second.uuid), "reason": "Same mother."}
    assert client.post(address, {"answer": "different"}).status_code == 302
    assert client.post(address, said).status_code == 302
    page = client.get(address).content.decode()
    assert "Same mother." in page
    assert "The next night does it" in page
    with as_role("loader"):
        carry_out_judgments(NIGHTLY, at=AT)
        assert Alias.objects.get(undone_at=None).keeper_id == pair.second_id
    assert "They are one student." in client.get(address).content.decode()


def test_a_word_without_who_remains_is_refused(world: World, browse: Browse) -> None:
    client, pair = browse("steward"), the_pair(world)
    address = f"/look-alikes/{pair.uuid}/"
    for survivor in ("", str(world.students["Fenn"].uuid), "x"):
        answer = client.post(address, {"answer": "same", "survivor": survivor})
        assert answer.status_code == 409
    with as_role("loader"):
        assert Judgment.objects.filter(pair=pair).count() == 1


def test_an_old_address_leads_to_who_remains_for_who_may_see_them_and_to_nothing_for_others(
    world: World, browse: Browse
) -> None:
    adair, brisa = world.students["Adair"], world.students["Brisa"]
    with as_role("loader"):
        alias = combine_students(NIGHTLY, student=brisa, survivor=adair, at=AT)
    for who in ("clerk_0", "steward", "brooks"):
        answer = browse(who).get(f"/students/{brisa.uuid}/")
        assert (answer.status_code, answer["Location"]) == (302, f"/students/{adair.uuid}/")
        assert brisa.number in browse(who).get(f"/students/{adair.uuid}/").content.decode()
    stranger = browse("wren")
    hidden, missing = (stranger.get(f"/students/{each}/") for each in (brisa.uuid, uuid4()))
    assert normalized(hidden) == normalized(missing)
    with as_role("loader"):
        separate_students(NIGHTLY, alias=alias, at=AT)
    assert browse("clerk_0").get(f"/students/{brisa.uuid}/").status_code == 200


def test_an_alias_is_on_no_list_and_in_no_total(world: World, browse: Browse) -> None:
    brisa = world.students["Brisa"]
    before = browse("steward").get("/students/").context["total"]
    with as_role("loader"):
        combine_students(NIGHTLY, student=brisa, survivor=world.students["Adair"], at=AT)
    for who in ("steward", "clerk_0", "lead"):
        for address in ("/students/", "/students/?q=brisa", "/students/?q=8000"):
            assert str(brisa.uuid) not in browse(who).get(address).content.decode()
    assert browse("steward").get("/students/").context["total"] == before - 1


def test_the_way_to_undo_is_on_the_student_s_page_for_the_steward_alone(
    world: World, browse: Browse
) -> None:
    pair = the_pair(world)
    with as_role("loader"):
        said = Judgment.objects.get(pair=pair)
        combine_students(NIGHTLY, student=pair.second, survivor=pair.first, at=AT, judgment=said)
    address = f"/look-alikes/{pair.uuid}/"
    for who, links in (("steward", True), ("clerk_0", False), ("lead", False)):
        page = browse(who).get(f"/students/{pair.first.uuid}/").content.decode()
        assert (address in page) is links


@pytest.mark.parametrize("address", ["/look-alikes/", "/look-alikes/?show=judged"])
def test_the_list_asks_as_often_for_300_pairs_as_for_3(
    world: World, browse: Browse, address: str
) -> None:
    client = browse("steward")
    with as_role("loader"):
        make_open(3)
        _judge_all()
    few = queries_of(client, address)
    with as_role("loader"):
        make_open(300 - 3)
        _judge_all()
    assert queries_of(client, address) == few


def _judge_all() -> None:
    """Say of half of the pairs that they are two, so that both lists have as many."""
    waiting = LookAlike.objects.filter(judgments=None)[::2]
    Judgment.objects.bulk_create(
        Judgment(pair=pair, answer="different", user_id=0, actor_name="x", at=AT)
        for pair in waiting
    )


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
