"""The school spine: district, networks and schools from one file, missing columns tolerated."""

from collections import Counter
from pathlib import Path

import pytest

from bascule.feeds.reading import Rejected, Row, rows_of
from bascule.feeds.standards import recognize
from bascule.feeds.standards.school_spine import STANDARD

SPINE = Path(__file__).parents[3] / "../shared/data/cps/derived/schools_master.csv"


def organizations(path: Path) -> list[Row]:
    return [row for row in rows_of(STANDARD.open(path)) if isinstance(row, Row)]


def test_the_published_spine_gives_every_school_its_network_and_governance() -> None:
    if not SPINE.is_file():
        pytest.skip(f"the published spine is not at {SPINE}")
    assert recognize(SPINE) is STANDARD
    package = STANDARD.open(SPINE, strict=True)
    assert package.check().verdict == "accept"
    assert package.files["schools_master.csv"].read == 652
    rows = organizations(SPINE)
    assert Counter(row.values["kind"] for row in rows) == {
        "school": 652,
        "network": 21,
        "district": 1,
    }
    keys = {row.key for row in rows}
    assert all(row.values["parent_key"] in keys for row in rows[1:])
    schools = [row for row in rows if row.values["kind"] == "school"]
    assert Counter(row.values["governance"] for row in schools) == {
        "district": 516,
        "charter": 114,
        "options": 19,
        "contract": 3,
    }
    assert sum(int(row.values.get("enrollment") or 0) for row in schools) == 325_370


def test_two_columns_are_enough_and_the_missing_ones_are_named(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text("school_id,short_name\n100,ADAMS\n", encoding="utf-8")
    verdict = STANDARD.open(path, strict=True).check()
    assert verdict.verdict == "accept"
    assert {reason.code for reason in verdict.reasons} == {"missing-column"}
    assert organizations(path)[1:] == [
        Row(
            "organization",
            "schools.csv",
            2,
            "network-unassigned",
            {
                "name": "Unassigned",
                "kind": "network",
                "parent_key": "district",
                "governance": "district",
            },
        ),
        Row(
            "organization",
            "schools.csv",
            2,
            "100",
            {
                "name": "ADAMS",
                "short_name": "ADAMS",
                "kind": "school",
                "parent_key": "network-unassigned",
                "governance": "district",
            },
        ),
    ]


def test_a_bad_school_is_kept_back_and_the_others_load(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text(
        "school_id,short_name,network,grades,school_type\n"
        '100,ADAMS,Options,"9,10",Charter\n,NONE,ISP,,\n100,AGAIN,ISP,,\n300,COOK\n400,DAY,ISP,K,\n',
        encoding="utf-8",
    )
    rows = list(rows_of(STANDARD.open(path)))
    kept_back = [row for row in rows if isinstance(row, Rejected)]
    assert [(row.line, row.reasons[0].column, row.reasons[0].code) for row in kept_back] == [
        (3, "school_id", "missing-value"),
        (4, "school_id", "repeated-row"),
        (5, None, "wrong-number-of-cells"),
    ]
    schools = {row.key: row.values for row in organizations(path)}
    assert set(schools) == {"district", "network-options", "network-isp", "100", "400"}
    assert schools["100"]["governance"] == "charter"
    assert (schools["100"]["grades"], schools["400"]["grades"]) == ("09,10", "KG")
