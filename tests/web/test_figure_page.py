"""A figure opens to its rule, to its students for whoever may open them, and to what is hidden."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from bascule.directory.models import Organization
from bascule.metrics.models import OpenValue, Value
from tests.access.test_both_locks import MEMBERS
from tests.databases import as_role
from tests.web.test_role_matrix import MEASURING
from tests.world import World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]


def address(source_key: str) -> str:
    with as_role("loader"):
        unit = Organization.objects.get(source="sis", source_key=source_key)
    return f"/measures/mobility/co/2027/{unit.uuid}/"


def shown(browse: Browse, who: str, source_key: str) -> str:
    answer = browse(who).get(address(source_key))
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def test_a_figure_says_its_rule_and_its_students_to_whoever_has_the_school(
    world: World, browse: Browse
) -> None:
    page = shown(browse, "okafor", "S101")
    words = ("50.0 %</strong> 1 of 2", "Colorado, version 1", "1 with any entry or exit",
             "Nov 20, 2026", "Adair", "1 student you may see",
             "Nothing: this figure would tell about a student")  # fmt: skip
    assert [word for word in words if word not in page] == []
    assert "Brisa" not in page  # not counted


def test_to_everybody_else_it_is_hidden_with_its_students(world: World, browse: Browse) -> None:
    page = shown(browse, "wren", "S101")
    assert ("hidden: too few students" in page, "50.0" in page, "Adair" in page) == (
        True, False, False,
    )  # fmt: skip
    assert "can be opened by whoever has this unit in remit" in page


def test_a_networks_figure_opens_to_the_students_of_its_schools(
    world: World, browse: Browse
) -> None:
    with as_role("loader"):
        school = Organization.objects.get(source_key="S101")
        network = Organization.objects.get(kind="network", members__member=school)
    page = shown(browse, "chief_0", network.source_key)
    names = ("Adair", "Calloway", "Escobar", "Kowal")
    assert [name in page for name in names] == [True, True, False, False]


def test_the_figures_hidden_in_a_publication_are_named(world: World, browse: Browse) -> None:
    with as_role("loader"):
        schools = list(Organization.objects.filter(kind="school", source="sis"))
        Value.objects.filter(organization=schools[0]).update(
            is_hidden=False, numerator=20, denominator=40, percent="50.0"
        )
    page = shown(browse, "lead", schools[0].source_key)
    assert f"{len(schools) - 1} figures are hidden in this publication" in page
    hidden = page.split("<details>")[1].split("</details>")[0]
    assert [each.name for each in schools if each.name in hidden] == [
        each.name for each in schools[1:]
    ]
    assert "50.0 % (20 of 40)" in page


@pytest.mark.parametrize("who", MEMBERS)
def test_only_who_may_see_measures_opens_one(world: World, browse: Browse, who: str) -> None:
    answer = browse(who).get(address("S101"))
    assert answer.status_code == (200 if who in MEASURING else 404)


def test_a_figure_that_was_not_published_is_not_there(world: World, browse: Browse) -> None:
    there = address("S101")
    client = browse("lead")
    answers = [client.get(there.replace(*pair)).status_code
               for pair in (("mobility", "churn"), ("/co/", "/il/"), ("2027", "2019"))]  # fmt: skip
    assert answers == [404, 404, 404]


def test_a_rate_that_counts_nearly_everybody_opens_to_whom_it_does_not_count(
    world: World, browse: Browse
) -> None:
    with as_role("loader"):
        school = Organization.objects.get(source="sis", source_key="S101")
        value = Value.objects.create(
            measure="stability", profile="co", version=1, unit_kind="school", organization=school,
            school_year=2027, as_of="2026-11-20", is_hidden=True,
        )  # fmt: skip
        OpenValue.objects.create(
            value=value, organization=school, numerator=1, denominator=2, percent="50.0",
            students=[world.students["Adair"].pk],
        )  # fmt: skip
    answer = browse("okafor").get(f"/measures/stability/co/2027/{school.uuid}/")
    page = " ".join(unescape(answer.content.decode()).split())
    words = ("Who is not counted", "Adair", "1 student you may see")
    assert [word for word in words if word not in page] == []
