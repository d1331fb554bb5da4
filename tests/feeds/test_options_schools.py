"""An Options school is one of the Options network, whoever runs it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from bascule.directory.models import Organization
from bascule.feeds.actions import load_package
from bascule.kernel.actor import NIGHTLY
from tests.world import AT

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])

SPINE = """school_id,short_name,school_type,network
900001,Second Shore Options High School,Citywide-Option,Options
900002,Drawbridge Annex,Charter,Options
900003,Lighthouse Annex,Charter,Charter
900004,Port Alder Annex,,Network 1
"""


def test_a_charter_of_the_options_network_is_an_options_school(
    as_loader: Callable[[], AbstractContextManager[None]], tmp_path: Path
) -> None:
    spine = tmp_path / "schools.csv"
    spine.write_text(SPINE)
    with as_loader():
        load_package(NIGHTLY, path=spine, at=AT)
        schools = Organization.objects.filter(source_key__startswith="90000")
        found = schools.order_by("source_key").values_list("governance", "is_options")
        assert list(found) == [
            ("options", True), ("charter", True), ("charter", False), ("district", False),
        ]  # fmt: skip
