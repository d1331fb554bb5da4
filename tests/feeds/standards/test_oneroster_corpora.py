"""Strict verdicts over the labelled corpora, and what a person reads about vendor fixtures."""

import csv
from pathlib import Path

import pytest

from bascule.feeds.standards import recognize
from bascule.feeds.standards.oneroster import STANDARD

SHARED = Path(__file__).parents[3] / "../shared/data/standards/oneroster"


def labels(folder: str) -> list[tuple[Path, str]]:
    table = SHARED / folder / "verdicts.csv"
    if not table.is_file():
        pytest.skip(f"the labelled packages are not at {table}")
    with table.open(newline="", encoding="utf-8") as stream:
        return [(SHARED / folder / row["file"], row["verdict"]) for row in csv.DictReader(stream)]


def test_strict_verdicts_agree_on_every_decided_package_of_the_open_corpus() -> None:
    listed = labels("labelled-corpus")
    decided = [(path, verdict) for path, verdict in listed if verdict != "ambiguous"]
    found = {path.name: STANDARD.open(path, strict=True).check().verdict for path, _ in decided}
    assert len(found) == 31
    assert found == {path.name: verdict for path, verdict in decided}


def test_the_package_without_roles_is_rejected_because_nobody_would_have_a_role() -> None:
    (path,) = [path for path, verdict in labels("labelled-corpus") if verdict == "ambiguous"]
    verdict = STANDARD.open(path, strict=True).check()
    assert verdict.verdict == "reject"
    assert [(reason.file, reason.code) for reason in verdict.reasons] == [
        ("roles.csv", "incomplete-set")
    ]


def test_strict_verdicts_agree_on_the_validators_own_scenarios() -> None:
    listed = labels("longsight-scenarios")
    found = {path.name: STANDARD.open(path, strict=True).check().verdict for path, _ in listed}
    assert found == {path.name: verdict for path, verdict in listed}


def test_every_package_is_recognized_and_every_reason_is_a_sentence() -> None:
    for path, _ in labels("labelled-corpus"):
        assert recognize(path) is STANDARD
        for reason in STANDARD.open(path, strict=True).check().reasons:
            assert reason.message[-1] in ".…)", reason
            assert reason.code == reason.code.lower().replace("_", "-").replace(" ", "-")


@pytest.mark.parametrize("name", ["oneroster_test_data.zip", "Test_minimal_data_set.zip"])
def test_a_vendor_fixture_is_refused_strictly_and_read_tolerantly_with_warnings(name) -> None:
    path = SHARED / "vendor-fixtures" / name
    if not path.is_file():
        pytest.skip(f"the vendor fixture is not at {path}")
    assert STANDARD.open(path, strict=True).check().verdict == "reject"
    tolerant = STANDARD.open(path).check()
    assert tolerant.verdict == "accept"
    assert {reason.severity for reason in tolerant.reasons} == {"warning"}
    assert ("users.csv", 2, "enabledUser", "invalid-boolean") in {
        reason[:4] for reason in tolerant.reasons
    }
