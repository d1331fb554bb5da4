"""A session ends with what it was begun under: the assignment, the account, the password."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.test import Client

from bascule.access.actions import give_account
from bascule.access.models import Session, User
from bascule.access.sessions import remove_ended_sessions
from bascule.access.tasks import end_sessions
from bascule.directory.models import Absence, Assignment, Person
from bascule.kernel.actor import HOUSEKEEPING
from bascule.kernel.clock import holding_clock, now, today

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
AsLoader = Callable[[], AbstractContextManager[None]]
PASSWORD = "a long enough password"
WHY = "You are signed out: you hold no position today"


def sign_in(name: str) -> Client:
    """Sit at a desk of the demo."""
    client = Client()
    client.post(f"/sign-in/{name}/")
    return client


def holders() -> set[str]:
    """Whose sessions are kept."""
    kept = Session.objects.values_list("user_id", flat=True)
    return set(User.objects.filter(pk__in=kept).values_list("username", flat=True))


def end_assignment(name: str, on: date) -> None:
    Assignment.objects.filter(person__account__username=name).update(ends_on=on)


def is_sent_away(client: Client) -> bool:
    """The next page leads to the sign-in page, which says why, and the browser forgets."""
    answer = client.get("/students/")
    told = client.get("/sign-in/").content.decode()
    return (
        answer.status_code == 302
        and answer.headers["Location"] == "/sign-in/?next=/students/"
        and WHY in told
        and "sessionid" not in {key for key, value in client.cookies.items() if value.value}
    )


def test_the_row_says_whose_session_it_is_and_since_when() -> None:
    sign_in("okafor")
    okafor = User.objects.get(username="okafor")
    [(user_id, begun_on)] = Session.objects.values_list("user_id", "begun_on")
    assert (user_id, begun_on) == (okafor.pk, today())


def test_whose_last_assignment_ended_is_sent_away_by_any_request_and_swept(
    as_loader: AsLoader,
) -> None:
    client, other = sign_in("okafor"), sign_in("wren")
    assert client.get("/students/").status_code == 200
    with as_loader():
        end_assignment("okafor", today() - timedelta(days=1))
    assert is_sent_away(client)
    assert other.get("/students/").status_code == 200
    end_sessions(HOUSEKEEPING)
    assert holders() == {"wren"}
    assert other.get("/students/").status_code == 200


def test_a_post_of_whose_assignment_ended_removes_the_row_at_once(as_loader: AsLoader) -> None:
    client = sign_in("okafor")
    with as_loader():
        end_assignment("okafor", today() - timedelta(days=1))
    assert client.post("/exports/", {"kind": "students"}).status_code == 302
    assert holders() == set()


def test_on_its_last_day_an_assignment_still_holds(as_loader: AsLoader) -> None:
    client = sign_in("okafor")
    with as_loader():
        end_assignment("okafor", today())
    assert client.get("/students/").status_code == 200
    assert remove_ended_sessions(today()) == 0
    with holding_clock(now() + timedelta(days=1)):
        assert is_sent_away(client)
        assert (remove_ended_sessions(today()), holders()) == (1, set())


def test_an_ended_session_is_not_taken_up_again_with_a_new_assignment(
    as_loader: AsLoader,
) -> None:
    client = sign_in("okafor")
    was = client.cookies["sessionid"].value
    with as_loader():
        end_assignment("okafor", today() - timedelta(days=1))
    assert is_sent_away(client)
    end_sessions(HOUSEKEEPING)
    with as_loader():
        end_assignment("okafor", today() + timedelta(days=9))
    client.cookies["sessionid"] = was
    assert client.get("/students/").status_code == 302


def test_a_changed_assignment_asks_to_sign_in_anew_under_another_key(as_loader: AsLoader) -> None:
    client = sign_in("okafor")
    was = client.cookies["sessionid"].value
    Session.objects.update(begun_on=today() - timedelta(days=1))
    with as_loader():
        okafor = Assignment.objects.get(person__account__username="okafor")
        wren = Assignment.objects.get(person__account__username="wren")
        Assignment.objects.filter(pk=wren.pk).update(ends_on=today() - timedelta(days=1))
        Assignment.objects.create(person=okafor.person, position=wren.position, starts_on=today())
    end_sessions(HOUSEKEEPING)
    assert holders() == set()
    assert client.get("/students/").status_code == 302
    client.post("/sign-in/okafor/")
    assert client.cookies["sessionid"].value != was
    assert remove_ended_sessions(today()) == 0
    assert client.get("/students/").status_code == 200


def test_who_covers_for_somebody_away_keeps_the_session_without_an_own_position(
    as_loader: AsLoader,
) -> None:
    client = sign_in("wren")
    with as_loader():
        wren = Person.objects.get(source_key="wren")
        end_assignment("wren", today() - timedelta(days=30))
        Absence.objects.create(
            person=Person.objects.get(source_key="okafor"), cover=wren, starts_on=today()
        )
    assert remove_ended_sessions(today()) == 0
    assert client.get("/students/").status_code == 200


def test_a_closed_account_is_out_and_told_why(as_loader: AsLoader) -> None:
    client = sign_in("okafor")
    with as_loader():
        User.objects.filter(username="okafor").update(is_active=False)
    assert is_sent_away(client)
    end_sessions(HOUSEKEEPING)
    assert holders() == set()


def test_a_session_begun_with_a_password_ends_as_well(as_loader: AsLoader) -> None:
    with as_loader():
        user = User.objects.get(username="okafor")
        user.set_password(PASSWORD)
        user.save()
    client = Client()
    client.post("/sign-in/", {"login": "okafor", "password": PASSWORD})
    assert client.get("/students/").status_code == 200
    with as_loader():
        end_assignment("okafor", today() - timedelta(days=1))
    assert is_sent_away(client)
    client.post("/sign-in/", {"login": "okafor", "password": PASSWORD})
    assert is_sent_away(client)
    end_sessions(HOUSEKEEPING)
    assert holders() == set()


def test_a_password_changed_elsewhere_sends_the_browser_away_even_on_a_get(
    as_loader: AsLoader,
) -> None:
    client = sign_in("okafor")
    with as_loader():
        user = User.objects.get(username="okafor")
        user.set_password(PASSWORD)
        user.save()
    assert is_sent_away(client)


def test_an_account_given_anew_ends_its_sessions_and_no_others(as_loader: AsLoader) -> None:
    sign_in("okafor"), sign_in("wren")
    with as_loader():
        give_account(HOUSEKEEPING, username="okafor", person="okafor")
    assert holders() == {"wren"}
