"""A consent is what a family said last, for one purpose, written down by who speaks with them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from bascule.access.models import Decision
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.roster.actions.consents import consents_on, end_consent, record_consent
from bascule.roster.models import Consent, Guardian
from tests.databases import as_role
from tests.world import AT, FIRST_DAY, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
As = Callable[[str], AbstractContextManager[None]]
Who = Callable[[str], Actor]
TODAY = AT.date()


def answers(world: World, name: str) -> list[tuple[str, str, date, date | None]]:
    rows = Consent.objects.filter(student=world.students[name]).order_by("purpose", "starts_on")
    return list(rows.values_list("purpose", "answer", "starts_on", "ends_on"))


def test_the_newest_answer_holds_and_the_earlier_one_ended_the_day_before(
    world: World, as_person: As, actor: Who
) -> None:
    adair = world.students["Adair"]
    with as_person("counselor_0"):
        given = record_consent(
            actor("counselor_0"), student=adair, purpose="media", answer="refused"
        )
        assert answers(world, "Adair") == [
            ("media", "granted", FIRST_DAY, TODAY - timedelta(days=1)),
            ("media", "refused", TODAY, None),
        ]
        assert consents_on(actor("counselor_0"), adair, TODAY) == {"media": given}
        assert consents_on(actor("counselor_0"), adair, FIRST_DAY)["media"].answer == "granted"


def test_the_same_answer_again_changes_nothing_and_is_not_recorded_twice(
    world: World, as_person: As, actor: Who
) -> None:
    adair = world.students["Adair"]
    with as_person("okafor"):
        first, again = (
            record_consent(actor("okafor"), student=adair, purpose="survey", answer="granted")
            for _ in range(2)
        )
        assert first == again
    with as_role("loader"):
        assert Decision.objects.filter(verb="record_consent").count() == 1


def test_nobody_writes_for_a_student_out_of_sight_or_without_the_permission(
    world: World, as_person: As, actor: Who
) -> None:
    deng = world.students["Deng"]
    for who, name in (("counselor_0", "Deng"), ("chief_0", "Adair")):
        with as_person(who), pytest.raises(NotPermitted):
            record_consent(
                actor(who), student=world.students[name], purpose="survey", answer="granted"
            )
    refused = pytest.raises(ProgrammingError, match="row-level")
    with as_person("counselor_0"), refused, transaction.atomic():
        Consent.objects.create(student=deng, purpose="survey", answer="granted", starts_on=TODAY)
    with as_role("loader"):
        assert not Consent.objects.filter(purpose="survey").exists()


def test_a_guardian_answers_only_for_their_own_student(
    world: World, as_person: As, actor: Who
) -> None:
    with as_person("lead"):
        other = Guardian.objects.get(source_key="g-Deng")
        with pytest.raises(Refusal, match="does not answer for this student"):
            record_consent(
                actor("lead"), student=world.students["Adair"], guardian=other,
                purpose="survey", answer="granted",
            )  # fmt: skip


def test_a_withdrawn_consent_holds_up_to_its_last_day(
    world: World, as_person: As, actor: Who
) -> None:
    adair = world.students["Adair"]
    with as_person("okafor"):
        consent = consents_on(actor("okafor"), adair, TODAY)["media"]
        end_consent(actor("okafor"), consent=consent, ends_on=TODAY)
        assert set(consents_on(actor("okafor"), adair, TODAY)) == {"media"}
        assert consents_on(actor("okafor"), adair, TODAY + timedelta(days=1)) == {}
        with pytest.raises(Refusal, match="before the first day"):
            end_consent(actor("okafor"), consent=consent, ends_on=FIRST_DAY - timedelta(days=1))


def test_an_answer_before_the_one_that_holds_is_refused(
    world: World, as_person: As, actor: Who
) -> None:
    with as_person("okafor"), pytest.raises(Refusal, match="later answer"):
        record_consent(
            actor("okafor"), student=world.students["Adair"], purpose="media", answer="refused",
            starts_on=FIRST_DAY - timedelta(days=5),
        )  # fmt: skip


def test_the_table_refuses_two_answers_on_one_day(world: World) -> None:
    refused = pytest.raises(IntegrityError, match="consent_one_answer_a_day")
    with as_role("loader"), refused, transaction.atomic():
        Consent.objects.create(
            student=world.students["Adair"], purpose="media", answer="refused", starts_on=TODAY
        )


def test_that_a_family_seeks_help_is_seen_and_written_by_the_restricted_tier_alone(
    world: World, as_person: As, actor: Who
) -> None:
    adair, seen = world.students["Adair"], {}
    for who in ("liaison", "okafor", "counselor_0", "lead"):
        with as_person(who):
            seen[who] = set(consents_on(actor(who), adair, TODAY))
    everybody = {key: {"media"} for key in ("okafor", "counselor_0", "lead")}
    assert seen == {"liaison": {"media", "agency_services"}, **everybody}
    wanted = {"student": adair, "purpose": "counseling", "answer": "granted"}
    with as_person("okafor"), pytest.raises(NotPermitted):
        record_consent(actor("okafor"), **wanted)
    refused = pytest.raises(ProgrammingError, match="row-level")
    with as_person("okafor"), refused, transaction.atomic():
        Consent.objects.create(**wanted, starts_on=TODAY)
    with as_person("liaison"):
        assert record_consent(actor("liaison"), **wanted).purpose == "counseling"
    with as_role("loader"):
        kept = Decision.objects.get(verb="record_consent").particulars
        assert "counseling" not in str(kept)
