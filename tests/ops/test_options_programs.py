"""The demo's Options schools have programs and seats, once, whoever runs them."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.mobility.models import OptionsProgram, SeatLine
from bascule.mobility.queries import standings
from bascule.ops.options_programs import AT, seat_programs

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
AsLoader = Callable[[], AbstractContextManager[None]]


def test_every_options_school_gets_seats_once(
    as_loader: AsLoader, actor: Callable[[str], Actor]
) -> None:
    with as_loader():
        Organization.objects.filter(source_key="S203").update(is_options=True)
        lead = actor("lead")
        assert seat_programs(lead) == 9 + 12
        assert seat_programs(lead) == 0
        programs = OptionsProgram.objects.values_list("school__source_key", "name").order_by("pk")
        assert list(programs) == [
            ("S203", "Day program"), ("S203", "Evening program"), ("S901", "Day program"),
        ]  # fmt: skip
        assert all(each.free > 1 for each in standings(SeatLine.objects.all(), AT))


def test_a_school_that_teaches_grade_8_has_seats_for_it(
    as_loader: AsLoader, actor: Callable[[str], Actor]
) -> None:
    with as_loader():
        Organization.objects.filter(source_key="S901").update(grades="08,09,10,11,12")
        seat_programs(actor("lead"))
        bands = SeatLine.objects.values_list("lowest_grade", "highest_grade").distinct()
        assert set(bands) == {("08", "10"), ("11", "12"), ("08", "12")}
