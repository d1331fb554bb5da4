"""Breaking the glass: one student, one hour, a reason, a steward who knows; nothing restricted."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client

from bascule.access.models import Decision, Disclosure, Elevation
from bascule.cases.elevations import elevate
from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.clock import holding_clock
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.roster.models import Student
from tests.databases import as_role
from tests.web.test_exports import run_queue
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
As = Callable[[str], AbstractContextManager[None]]
WHY = "His mother is at the door and I am alone."
HOUR = timedelta(minutes=60)


def ask(client: Client, student: Student, reason: str = WHY) -> int:
    return client.post("/elevations/", {"number": student.number, "reason": reason}).status_code


def sees(client: Client, student: Student) -> bool:
    return client.get(f"/students/{student.uuid}/").status_code == 200


def test_it_opens_one_student_for_an_hour_and_ends_by_itself(world: World, browse: Browse) -> None:
    client, jansen, huang = browse("counselor_0"), world.students["Jansen"], world.students["Huang"]
    assert not sees(client, jansen)
    assert ask(client, jansen) == 302
    assert (sees(client, jansen), sees(client, huang)) == (True, False)
    with holding_clock(AT + HOUR - timedelta(seconds=1)):
        assert sees(client, jansen)
    with holding_clock(AT + HOUR):
        assert not sees(client, jansen)


def test_it_opens_the_record_to_one_person_alone(world: World, browse: Browse) -> None:
    ask(browse("counselor_0"), world.students["Jansen"])
    assert not sees(browse("principal_0"), world.students["Jansen"])
    assert not sees(browse("okafor"), world.students["Jansen"])


def test_the_record_of_reads_names_the_ground(world: World, browse: Browse) -> None:
    client, jansen = browse("counselor_0"), world.students["Jansen"]
    ask(client, jansen)
    assert sees(client, jansen)
    with connections["ledger"].cursor() as cursor:
        cursor.execute("set role postgres")  # nobody else may read the record
        kept = list(Disclosure.objects.using("ledger").values_list("page", "ground", "students"))
        cursor.execute("set role bascule_ledger")
    assert kept == [("student", "elevation", [str(jansen.uuid)])]


def test_a_restricted_case_stays_hidden_and_does_not_show_itself(
    world: World, browse: Browse, as_person: As
) -> None:
    client = browse("principal_0")  # sees Fenn by necessity already; Fenn's case is restricted
    fenn, case = world.students["Fenn"], world.cases["Fenn"]
    page = client.get(f"/students/{fenn.uuid}/").content.decode()
    assert case.reason not in page
    assert "Nothing is open about this student." in page
    assert client.get(f"/cases/{case.uuid}/").status_code == 404
    with as_person("principal_0"):
        assert CaseFile.objects.filter(student=world.students["Kowal"]).exists()
        assert not CaseFile.objects.filter(student=fenn).exists()


def test_the_steward_is_told_at_once_and_sees_who_and_why(world: World, browse: Browse) -> None:
    steward = browse("steward")
    ask(browse("counselor_0"), world.students["Jansen"])
    run_queue()
    assert steward.get("/").content.decode().count("Access by necessity") >= 1
    page = steward.get("/elevations/").content.decode()
    assert (WHY in page, "Nina Castellanos" in page, "Jansen" in page) == (True, True, True)


def test_others_see_only_their_own(world: World, browse: Browse) -> None:
    ask(browse("counselor_0"), world.students["Jansen"])
    assert WHY in browse("counselor_0").get("/elevations/").content.decode()
    assert WHY not in browse("principal_0").get("/elevations/").content.decode()


@pytest.mark.parametrize("who", ["clerk_0", "auditor", "desk"])
def test_who_may_not_open_records_by_necessity_is_refused(
    world: World, browse: Browse, actor: Callable[[str], Actor], as_person: As, who: str
) -> None:
    jansen, before = world.students["Jansen"], count()
    assert ask(browse(who), jansen) == 404
    with as_person(who), pytest.raises(NotPermitted):
        elevate(actor(who), number=jansen.number, reason=WHY)
    assert count() == before


def count() -> int:
    with as_role("loader"):
        return Elevation.objects.count()


@pytest.mark.parametrize("reason", ["", "   ", "urgent"])
def test_without_a_reason_nothing_opens(world: World, browse: Browse, reason: str) -> None:
    before = count()
    assert ask(browse("counselor_0"), world.students["Jansen"], reason) == 409
    assert count() == before


def test_asked_twice_it_is_the_same_hour(world: World, browse: Browse) -> None:
    client, before = browse("counselor_0"), count()
    ask(client, world.students["Jansen"])
    with as_role("loader"):
        [opened] = Elevation.objects.filter(student=world.students["Jansen"].uuid)
    assert opened.ends_at == AT + HOUR
    assert ask(client, world.students["Jansen"]) == 409  # in sight now: nothing to open
    assert count() == before + 1


def test_a_number_of_nobody_is_kept_as_an_attempt(world: World, browse: Browse) -> None:
    before = count()
    answer = browse("counselor_0").post("/elevations/", {"number": "1234", "reason": WHY})
    assert (answer.status_code, count()) == (404, before)
    with as_role("loader"):
        [kept] = Decision.objects.filter(verb="elevate_in_vain")
    assert kept.particulars == {"number": "1234", "reason": WHY}


def test_the_serving_role_opens_nothing_for_somebody_else_and_changes_nothing(
    world: World, actor: Callable[[str], Actor], as_person: As
) -> None:
    jansen, other = world.students["Jansen"], actor("principal_0")
    row = {"student": jansen.uuid, "reason": WHY, "started_at": AT, "ends_at": AT + HOUR}
    with as_person("counselor_0"):
        with pytest.raises(DatabaseError), transaction.atomic():
            Elevation.objects.create(user_id=other.user_id, **row)
        with pytest.raises(DatabaseError), transaction.atomic():
            Elevation.objects.update(ends_at=AT + HOUR)
    longer = {**row, "ends_at": AT + 2 * HOUR}
    with as_person("counselor_0"), pytest.raises(DatabaseError), transaction.atomic():
        Elevation.objects.create(user_id=actor("counselor_0").user_id, **longer)


def test_a_student_in_sight_needs_no_necessity(
    world: World, actor: Callable[[str], Actor], as_person: As
) -> None:
    with as_person("okafor"), pytest.raises(Refusal, match="as it is"):
        elevate(actor("okafor"), number=world.students["Adair"].number, reason=WHY)
