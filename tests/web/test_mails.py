"""Mails about notices: chosen by oneself, at their turn, with counts and nothing about anybody."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from bascule.access.models import User
from bascule.cases.mails import begin_mails, choices_of, choose_mails, mail_news, turn_of
from bascule.cases.models import CaseFile, MailChoice, Notice
from bascule.cases.notices import unseen_notices
from bascule.kernel.actor import SWEEP, Actor
from bascule.kernel.refusal import Refusal
from tests.databases import as_role
from tests.world import AT, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]
AsPerson = Callable[[str], AbstractContextManager[None]]
Who = Callable[[str], Actor]
CHICAGO = ZoneInfo("America/Chicago")
DAY = timedelta(days=1)
NEXT = datetime(2026, 11, 23, 7, tzinfo=CHICAGO)  # the Monday after AT, at seven


@pytest.fixture(autouse=True)
def a_mail_server(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "bascule@district.example"
    settings.CSRF_TRUSTED_ORIGINS = ["https://bascule.district.example"]
    with as_role("loader"):
        MailChoice.objects.all().delete()


def a_notice(world: World, name: str, at: datetime, kind: str = "opened") -> Notice:
    with as_role("loader"):
        case = CaseFile.objects.get(workflow="reengagement", student=world.students[name])
        Notice.objects.filter(case=case).delete()
        return Notice.objects.create(
            kind=kind, case=case, revision=case.revision, position=case.owner, at=at
        )


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.times())
def test_the_turn_of_a_choice_has_come_and_not_come_again(day: date, hour: time) -> None:
    at = datetime.combine(day, hour, CHICAGO)
    daily, weekly = turn_of("daily", at), turn_of("weekly", at)
    assert daily is not None
    assert weekly is not None
    assert (daily.hour, weekly.hour, weekly.weekday()) == (7, 7, 0)
    assert weekly <= daily <= at
    assert at.replace(tzinfo=None) - daily.replace(tzinfo=None) < DAY
    assert at.replace(tzinfo=None) - weekly.replace(tzinfo=None) < 7 * DAY
    assert (turn_of("instant", at), turn_of("off", at)) == (at, None)


def test_nobody_is_mailed_who_has_not_chosen_it(
    world: World, actor: Who, as_person: AsPerson
) -> None:
    a_notice(world, "Adair", AT + timedelta(hours=1))
    with as_person("okafor"):
        assert set(choices_of(actor("okafor")).values()) == {"off"}
        assert not mail_news(actor("okafor"), at=NEXT + DAY)
    assert mail.outbox == []


def test_the_mail_counts_by_kind_and_names_nobody(
    world: World, actor: Who, as_person: AsPerson
) -> None:
    okafor = actor("okafor")
    with as_person("okafor"):
        choose_mails(okafor, chosen={"opened": "instant", "late": "instant"}, at=AT)
    for name, kind in (("Adair", "opened"), ("Calloway", "opened"), ("Deng", "family")):
        a_notice(world, name, AT + timedelta(hours=1), kind)
    with as_person("okafor"):
        assert mail_news(okafor, at=AT + timedelta(hours=2))
    [message] = mail.outbox
    assert message.subject == "Bascule: new in your queue"
    assert "New case: 2" in message.body
    assert "https://bascule.district.example/" in message.body
    for word in ("Adair", "Calloway", "Family", "family", "80000"):
        assert word not in message.body + message.subject


def test_what_was_mailed_is_no_news_again_and_what_is_older_never_was(
    world: World, actor: Who, as_person: AsPerson
) -> None:
    okafor = actor("okafor")
    with as_person("okafor"):
        choose_mails(okafor, chosen={"opened": "instant"}, at=AT)
    a_notice(world, "Adair", AT)
    a_notice(world, "Calloway", AT + timedelta(minutes=1))
    with as_person("okafor"):
        sent = [mail_news(okafor, at=AT + timedelta(minutes=n)) for n in (2, 3)]
    assert sent == [True, False]
    assert "New case: 1" in mail.outbox[0].body


def test_each_morning_is_once_and_not_before_the_morning(
    world: World, actor: Who, as_person: AsPerson
) -> None:
    okafor = actor("okafor")
    with as_person("okafor"):
        choose_mails(okafor, chosen={"opened": "daily"}, at=AT)
    a_notice(world, "Adair", AT + timedelta(hours=1))
    times = (AT + timedelta(hours=2), AT + DAY, AT + DAY + timedelta(hours=1))
    with as_person("okafor"):
        assert [mail_news(okafor, at=at) for at in times] == [False, True, False]


def test_restricted_cases_are_not_counted(world: World, actor: Who, as_person: AsPerson) -> None:
    liaison = actor("liaison")
    with as_person("liaison"):
        choose_mails(liaison, chosen={"opened": "instant"}, at=AT)
    hidden = a_notice(world, "Brisa", AT + timedelta(hours=1))
    with as_role("loader"):
        Notice.objects.exclude(pk=hidden.pk).delete()
        Notice.objects.update(position=None)
    with as_person("liaison"):
        assert list(unseen_notices(liaison)) == [hidden]
    with as_person("liaison"):
        assert not mail_news(liaison, at=AT + timedelta(hours=2))
    assert mail.outbox == []


def test_a_mail_that_was_not_taken_is_tried_again(
    world: World, actor: Who, as_person: AsPerson, settings: Settings
) -> None:
    okafor, backend = actor("okafor"), settings.EMAIL_BACKEND
    with as_person("okafor"):
        choose_mails(okafor, chosen={"opened": "instant"}, at=AT)
    a_notice(world, "Adair", AT + timedelta(hours=1))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with as_person("okafor"):
        assert not mail_news(okafor, at=AT + timedelta(hours=2))
        settings.EMAIL_BACKEND = backend
        assert mail_news(okafor, at=AT + timedelta(hours=3))


def test_the_sweep_begins_a_job_for_each_whose_turn_has_come(
    world: World, actor: Who, as_person: AsPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    monkeypatch.setattr("bascule.cases.mails.enqueue", lambda who, name: begun.append(who.user_id))
    for who, how in (
        ("okafor", "instant"),
        ("wren", "daily"),
        ("brooks", "weekly"),
        ("lead", "off"),
    ):
        with as_person(who):
            choose_mails(actor(who), chosen={"late": how}, at=AT)
    ids = dict(User.objects.values_list("username", "pk"))
    for at, turns in ((AT + timedelta(minutes=5), "okafor"), (AT + DAY, "okafor wren"),
                      (NEXT, "okafor wren brooks")):  # fmt: skip
        begun.clear()
        assert begin_mails(SWEEP, at=at) == len(turns.split())
        assert sorted(begun) == sorted(ids[who] for who in turns.split())


def test_without_a_mail_server_nothing_begins(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = ""
    assert begin_mails(SWEEP, at=NEXT) == 0


def test_the_page_keeps_what_is_chosen_for_oneself_alone(browse: Browse, actor: Who) -> None:
    client = browse("okafor")
    assert client.post("/mails/", {"late": "daily", "opened": "weekly"}).status_code == 302
    page = client.get("/mails/").content.decode()
    assert page.count(" selected>") == len(Notice.Kind.values)
    assert '<option value="daily" selected>Each morning</option>' in page
    assert 'daily" selected' not in browse("wren").get("/mails/").content.decode()
    assert client.post("/mails/", {"late": "hourly"}).status_code == 409


def test_a_kind_that_is_none_is_refused(actor: Who, as_person: AsPerson) -> None:
    with as_person("okafor"), pytest.raises(Refusal, match="Choose how often"):
        choose_mails(actor("okafor"), chosen={"gossip": "daily"})


def test_the_page_asks_the_database_as_often_as_written_down(browse: Browse) -> None:
    client = browse("okafor")
    client.get("/mails/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/mails/").status_code == 200
    assert len(queries) == 11
