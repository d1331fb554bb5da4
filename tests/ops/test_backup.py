"""A backup holds everything: an emptied server is the same again, by exact hashes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.feeds.test_loading_claims import TEN_ROWS
from tests.instance_names import instance_name
from tests.ops.private_instance import PrivateInstance


@pytest.fixture
def instance(worker_id: str) -> Iterator[PrivateInstance]:
    trial = PrivateInstance(instance_name("backup", worker_id))
    yield trial
    trial.remove()


def test_backup_emptied_server_restore_gives_the_same_hashes(
    instance: PrivateInstance, tmp_path: Path
) -> None:
    rows = tmp_path / "enrollment_events.csv"
    rows.write_text(TEN_ROWS, encoding="utf-8")
    instance.run("migrate")
    instance.run("load", str(rows))
    before = instance.run("fingerprint", "--exact")
    assert "roster_student" in before
    backup = tmp_path / "all.dump"
    instance.run("backup", str(backup))
    assert backup.stat().st_mode & 0o777 == 0o600
    instance.remove()
    instance.run("restore", str(backup))
    assert instance.run("fingerprint", "--exact") == before
    instance.run("load", str(rows))
