"""Trends: who may open which unit, what is drawn, and how many queries it takes."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bascule.access.acting import actor_of
from bascule.access.models import User
from bascule.directory.models import Organization
from bascule.metrics.models import FlowCount, MonthlyMoves
from tests.databases import as_role
from tests.web.test_role_matrix import MEASURING
from tests.world import World, moves_between

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]


@pytest.mark.parametrize("who", sorted(MEASURING))
def test_a_unit_opens_for_its_remit_and_for_nobody_else(
    world: World, browse: Browse, who: str
) -> None:
    actor, client = actor_of(User.objects.get(username=who)), browse(who)
    units = Organization.objects.filter(source="sis")
    opened = {
        unit.pk for unit in units
        if client.get(f"/trends/{unit.uuid}/").status_code == 200
    }  # fmt: skip
    remit = actor.school_ids | actor.organization_ids
    everywhere = {unit.pk for unit in units}
    assert opened == (everywhere if actor.is_district_wide else everywhere & remit)


def test_a_chief_sees_the_months_of_the_own_network_and_its_schools(
    world: World, browse: Browse
) -> None:
    page = browse("chief_0").get("/trends/").content.decode()
    own = Organization.objects.get(source_key="S101")
    foreign = Organization.objects.get(source_key="S201")
    assert f"{own.name}: {own.pk} came, 1 left" in page
    assert foreign.name not in page


def test_the_matrix_holds_every_flow_among_the_units(world: World, browse: Browse) -> None:
    page = browse("lead").get("/trends/").content.decode()
    networks = list(Organization.objects.filter(kind="network"))
    for one in networks:
        for other in networks:
            assert f'<td class="number">{moves_between(one, other)}</td>' in page


def test_options_schools_stand_on_their_own_scale(world: World, browse: Browse) -> None:
    with as_role("loader"):
        Organization.objects.filter(source_key="S102").update(is_options=True)
    page = browse("chief_0").get("/trends/").content.decode()
    ordinary, options = page.split("Options schools, on their own scale")
    assert Organization.objects.get(source_key="S101").name in ordinary
    assert Organization.objects.get(source_key="S102").name in options


def test_a_school_tells_from_where_students_came_and_where_they_went(
    world: World, browse: Browse
) -> None:
    school = Organization.objects.get(source_key="S201")
    page = browse("chief_1").get(f"/trends/{school.uuid}/").content.decode()
    came, went = page.split("Left for")
    other = Organization.objects.get(source_key="S101").name
    assert other in came.split("Came from")[1]
    assert other in went


def test_fewer_than_ten_who_left_do_not_tell_the_sender_to_which_school(
    world: World, browse: Browse
) -> None:
    """Nine went from S101 to every school, ten from every other: its own people and the Lead."""
    school = Organization.objects.get(source_key="S101")
    foreign = Organization.objects.get(source_key="S203").name
    went = {
        who: browse(who).get(f"/trends/{school.uuid}/").content.decode().split("Left for")[1]
        for who in ("principal_0", "chief_0", "lead")
    }
    assert [who for who in went if foreign in went[who]] == ["lead"]
    assert "a school to which fewer than 10 went is not named" in went["principal_0"]
    assert "not named" not in went["lead"]


def test_the_number_of_queries_does_not_grow_with_the_units(world: World, browse: Browse) -> None:
    client = browse("lead")
    client.get("/trends/")
    with CaptureQueriesContext(connection) as few:
        client.get("/trends/")
    with as_role("loader"):
        FlowCount.objects.all().delete()
        MonthlyMoves.objects.filter(organization__kind="network").delete()
    with CaptureQueriesContext(connection) as fewer:
        client.get("/trends/")
    assert len(fewer) == len(few)
