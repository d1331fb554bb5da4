"""Nothing reaches the queue but by a declared task, which names its actor."""

from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "bascule"


def test_only_access_and_the_worker_know_the_queue() -> None:
    knowing = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if "import procrastinate" in (text := path.read_text(encoding="utf-8"))
        or "from procrastinate" in text
    }
    assert knowing == {"access/jobs.py", "ops/worker.py"}


def test_every_tasks_file_declares_with_our_own_decorator() -> None:
    files = list(SOURCE.glob("*/tasks.py"))
    assert files
    for path in files:
        assert "from bascule.kernel.jobs import" in path.read_text(encoding="utf-8"), path
