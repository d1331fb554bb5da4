"""A student's page tells the whole story to who may read it, and says who else may."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from bascule.access.acting import actor_of
from bascule.access.models import User
from bascule.access.queries import readers_of
from bascule.kernel.clock import today
from bascule.roster.policies import SEE
from tests.access.test_both_locks import MEMBERS
from tests.databases import as_role
from tests.world import World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]


def shown(browse: Browse, who: str, world: World, name: str, query: str = "") -> str:
    answer = browse(who).get(f"/students/{world.students[name].uuid}/{query}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def stream_of(page: str) -> str:
    return page.split('id="stream"')[1].split("</ol>")[0]


TOLD = {
    "school": "Start of the school year, same school (02)",
    "case": "Opened: Bring back an inactive student",
    "contact": "Called about Adair.",
    "finding": "Changed schools twice.",
    "absence": "Absent 1 day",
    "credit": "Marks without credits",
}


def test_everything_that_happened_is_in_one_stream(world: World, browse: Browse) -> None:
    stream = stream_of(shown(browse, "okafor", world, "Adair"))
    assert [kind for kind, words in TOLD.items() if words not in stream] == []


@pytest.mark.parametrize("kind", list(TOLD))
def test_the_stream_is_narrowed_to_one_kind(kind: str, world: World, browse: Browse) -> None:
    stream = stream_of(shown(browse, "okafor", world, "Adair", f"?kind={kind}"))
    assert [key for key, words in TOLD.items() if words in stream] == [kind]


def test_a_kind_that_is_not_there_narrows_nothing(world: World, browse: Browse) -> None:
    everything = stream_of(shown(browse, "okafor", world, "Adair"))
    assert stream_of(shown(browse, "okafor", world, "Adair", "?kind=secrets")) == everything


def test_a_restricted_case_and_its_contacts_are_in_nobodys_story_but_the_tiers(
    world: World, browse: Browse
) -> None:
    telling = {}
    for who in ("liaison", "lead", "okafor", "counselor_0"):
        page = shown(browse, who, world, "Brisa")
        telling[who] = [
            words in page
            for words in ("Called about Brisa.", "Brisa needs help.", "kind=case", "kind=contact",
                          'class="case ', 'class="contact"')
        ]  # fmt: skip
    assert telling == {
        "liaison": [True] * 6, "lead": [False] * 6, "okafor": [False] * 6,
        "counselor_0": [False] * 6,
    }  # fmt: skip


def test_days_missed_are_told_with_the_days_in_session(world: World, browse: Browse) -> None:
    panel = (
        shown(browse, "okafor", world, "Adair").split('id="attendance"')[1].split("</section")[0]
    )
    assert "Absent 1 day" in panel
    assert "in 1 school day up to Aug 24 (100.0 % missed)" in " ".join(panel.split())


def test_who_is_said_to_see_a_student_is_who_sees_the_student(world: World) -> None:
    """By position: of reaches and elevations the page says only that there may be some."""
    people = {key: User.objects.get(username=key).person_id for key in MEMBERS}
    for name, student in world.students.items():
        said = {each.person.pk for each in readers_of(student.school_id, today())}
        seeing = set()
        for key, person in people.items():
            with as_role("loader"):
                ground = SEE.why(student, actor_of(User.objects.get(username=key)))
            if ground is not None and ground.key in ("district", "school"):
                seeing.add(person)
        assert (name, said & set(people.values())) == (name, seeing)


def test_the_page_of_readers_names_positions_and_no_reach(world: World, browse: Browse) -> None:
    answer = browse("okafor").get(f"/students/{world.students['Escobar'].uuid}/readers/")
    assert answer.status_code == 404  # of another network
    page = browse("wren").get(f"/students/{world.students['Escobar'].uuid}/readers/")
    names = {key: str(User.objects.get(username=key).person) for key in ("clerk_1", "wren", "lead")}
    said = {key: name in page.content.decode() for key, name in names.items()}
    assert said == {"clerk_1": False, "wren": True, "lead": True}  # the clerk: by a reach alone
