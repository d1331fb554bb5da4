"""Students come and go with the packages that name them; nobody is deleted."""

import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bascule.feeds.actions import load_package
from bascule.feeds.models import FileRun
from bascule.kernel.actor import NIGHTLY
from bascule.roster.models import EnrollmentClaim, Student
from tests.feeds.standards.test_oneroster_corpora import labels
from tests.feeds.test_loading_claims import TEN_ROWS

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 11, 20, 11, tzinfo=UTC)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A good bulk bundle, unpacked so that a test may leave rows out."""
    good = [path for path, verdict in labels("labelled-corpus") if verdict == "accept"]
    [bulk] = [path for path in good if path.name.startswith("bulk")][:1]
    folder = tmp_path / "bundle"
    with zipfile.ZipFile(bulk) as packed:
        packed.extractall(folder)
    return folder


def counts() -> tuple[int, int]:
    return Student.objects.count(), Student.objects.filter(ended_at__isnull=True).count()


def leave_out_students(folder: Path, count: int) -> list[str]:
    """Take `count` students out of every file that names them; return their ids."""
    taken = list(Student.objects.order_by("source_key").values_list("source_key", flat=True))[
        :count
    ]
    for path in folder.glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not any(f"{key}" in line for key in taken)]
        path.write_text("".join(kept), encoding="utf-8")
    return taken


def test_students_missing_from_the_next_bulk_end_and_come_back(
    bundle: Path, tmp_path: Path, as_loader: Loader
) -> None:
    with as_loader():
        load_package(NIGHTLY, path=bundle, at=AT)
        total, active = counts()
        assert total == active > 5
        whole = {path.name: path.read_text("utf-8") for path in bundle.glob("*.csv")}
        ids = dict(Student.objects.values_list("source_key", "id"))
        taken = leave_out_students(bundle, 1)
        load_package(NIGHTLY, path=bundle, at=AT)
        assert set(
            Student.objects.filter(ended_at__isnull=False).values_list("source_key", flat=True)
        ) == set(taken)
        for name, text in whole.items():
            (bundle / name).write_text(text, encoding="utf-8")
        load_package(NIGHTLY, path=bundle, at=AT)
        assert counts() == (total, total)
        assert dict(Student.objects.values_list("source_key", "id")) == ids


def test_a_package_of_students_never_ends_what_entry_rows_reported(
    bundle: Path, tmp_path: Path, as_loader: Loader
) -> None:
    events = tmp_path / "enrollment_events.csv"
    events.write_text(TEN_ROWS, encoding="utf-8")
    with as_loader():
        load_package(NIGHTLY, path=events, at=AT)
        reported = list(EnrollmentClaim.objects.order_by("id").values())
        report = load_package(NIGHTLY, path=bundle, at=AT + timedelta(days=1))
        assert len(reported) == 7
        assert report.outcome == FileRun.Outcome.LOADED
        assert list(EnrollmentClaim.objects.order_by("id").values()) == reported
