"""The demo: generate a district, load it through the real feeds, run the night, serve.

The demo's clock starts on the same school morning every time, so that it looks alike in every
season; it then runs on at the real pace.
"""

import os
import shutil
import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bascule.ops.process import home, instance, private_settings, run_verb

AS_OF = date(2026, 11, 20)
MORNING = datetime(2026, 11, 23, 8, 5, tzinfo=ZoneInfo("America/Chicago"))
NIGHT = datetime(2026, 11, 23, 4, 30, tzinfo=ZoneInfo("America/Chicago"))
FILES = (
    "schools.csv", "calendar.csv", "oneroster.zip", "enrollment_events.csv",
)  # fmt: skip


def run_demo(
    *, port: int, fresh: bool, schools: Path | None, students: int | None, years: int
) -> int:
    """Build the demo where there is none (or anew), then become its web server."""
    os.environ.setdefault("BASCULE_INSTANCE", "demo")
    if fresh:
        _forget()
    os.environ.update(private_settings())
    os.environ["BASCULE_CLOCK_SHIFT"] = str(
        (MORNING - datetime.now(MORNING.tzinfo)).total_seconds()
    )
    run_verb("migrate")
    done = home() / "demo-is-ready"
    if not done.exists():
        folder = home() / "district"
        _generate(folder, schools, students, years)
        run_verb("fill-demo", str(folder))
        done.touch()
    _say(f"Bascule is ready at http://127.0.0.1:{port}/ - choose whose desk to sit at.")
    from bascule.ops.serving import serve_pages

    return serve_pages(port)


def _forget() -> None:
    """Drop the demo's database, so that it is built anew."""
    from bascule.ops.cluster.launcher import run_cluster
    from bascule.ops.process import DATABASE

    cluster = run_cluster(instance())
    with cluster.connect_as_superuser() as server:
        server.execute(f"drop database if exists {DATABASE} with (force)")
    for name in ("district", "snapshots"):
        shutil.rmtree(cluster.places.home / name, ignore_errors=True)
    (cluster.places.home / "demo-is-ready").unlink(missing_ok=True)


def _generate(folder: Path, schools: Path | None, students: int | None, years: int) -> None:
    words = ["--out", str(folder), "--as-of", AS_OF.isoformat(), "--years", str(years)]
    words += ["--schools", str(schools)] if schools else []
    words += ["--students", str(students)] if students else []
    shutil.rmtree(folder, ignore_errors=True)
    run_verb("generate", *words)


def fill_demo(folder: Path) -> None:
    """Load the generated files, seat the cast, and run the first night. Runs as the loader."""
    from bascule.ops.nightly import run_night
    from bascule.ops.progress import told_progress

    files = [folder / name for name in FILES]
    seat_staff(files[0])
    with told_progress() as say:
        run_night(files=files[1:], home=home() / "snapshots", at=NIGHT, say=say)


def seat_staff(schools: Path) -> None:
    """Load the list of schools, and give each of the cast a position and an account."""
    from bascule.access.models import User
    from bascule.feeds.actions import load_package
    from bascule.kernel.actor import NIGHTLY
    from bascule.ops.cast import seat_cast

    load_package(NIGHTLY, path=schools, at=NIGHT)
    for key, person in seat_cast(since=date(2020, 7, 1)).items():
        User.objects.get_or_create(username=key, defaults={"person": person})


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
