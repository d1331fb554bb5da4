"""`bascule load --strict` over the labelled OneRoster bundles, through the whole pipeline."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from bascule.feeds.actions import load_package
from bascule.kernel.actor import NIGHTLY
from tests.feeds.standards.test_oneroster_corpora import labels

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])


def test_the_pipelines_strict_verdict_agrees_on_every_decided_bundle(
    as_loader: Callable[[], AbstractContextManager[None]],
) -> None:
    decided = {
        path: verdict for path, verdict in labels("labelled-corpus") if verdict != "ambiguous"
    }
    assert len(decided) == 31
    with as_loader():
        found = {path: strict_verdict(path) for path in decided}
    assert found == decided


def test_the_ambiguous_bundle_is_rejected_with_its_reason(
    as_loader: Callable[[], AbstractContextManager[None]],
) -> None:
    [path] = [path for path, verdict in labels("labelled-corpus") if verdict == "ambiguous"]
    with as_loader():
        report = load_package(NIGHTLY, path=path, strict=True, dry_run=True)
    assert report.verdict == "reject"
    assert "roles.csv" in report.reasons[0].message


def strict_verdict(path: Path) -> str:
    return load_package(NIGHTLY, path=path, strict=True, dry_run=True).verdict
