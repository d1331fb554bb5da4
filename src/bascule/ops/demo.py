"""The demo: generate a district, load it through the real feeds, run the night, serve.

The demo's clock starts on the same school morning every time, so that it looks alike in every
season; it then runs on at the real pace. Before that morning lie six nights, and between them
what the staff did (ADR 0033).
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from bascule.ops.demo_calendar import AS_OF, MORNING, NIGHT, NIGHTS, write_events_until
from bascule.ops.process import home, instance, private_settings, run_verb

SINCE = date(2020, 7, 1)
SCHOOLS, EVENTS, SCRIPT = "schools.csv", "enrollment_events.csv", "planted/script.jsonl"
FILES = ("calendar.csv", "oneroster.zip")
RECORDS = ("programs.csv", "marks.csv", "attendance_events.csv")
"""What only the last night reads: no rule of an earlier one looks at it."""
MOST_RECORDS = 100 * 2**20  # bytes; a large district's millions of rows take half an hour


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
    _migrate(is_fresh=fresh)
    done = home() / "demo-is-ready"
    if not done.exists():
        folder = home() / "district"
        _generate(folder, schools, students, years)
        run_verb("fill-demo", str(folder))
        done.touch()
    _say(f"Bascule is ready at http://127.0.0.1:{port}/ - choose whose desk to sit at.")
    from bascule.ops.serving import serve_pages

    return serve_pages(port, with_worker=True)


def _migrate(*, is_fresh: bool) -> None:
    """Bring the demo's database to this version, or say what to do where that cannot be."""
    try:
        run_verb("migrate")
    except subprocess.CalledProcessError:
        if is_fresh:
            raise
        raise SystemExit(
            "The demo's database was made by another version and cannot be brought to this one."
            ' Build it anew: make demo DEMO="--fresh"'
        ) from None


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


def fill_demo(folder: Path, *, is_measured: bool = True) -> None:
    """Seat the staff, then live through nights and days up to the morning. Runs as the loader.

    Measures are published by the last night alone, and not at all where the caller wants none.
    """
    from bascule.ops.demo_counts import count_demo
    from bascule.ops.progress import told_progress

    seat_staff(folder / SCHOOLS, script=folder / SCRIPT)
    with told_progress() as say, _player(folder / SCRIPT) as play_until:
        for night in NIGHTS:
            say(f"What the staff did up to {night:%B %-d} …")
            played = play_until(night)
            say(f"Up to {night:%B %-d} the staff's script: {played}")
            is_last = night == NIGHT
            _run_night(
                folder, night, say if is_last else lambda text: None,
                is_measured=is_measured and is_last,
            )  # fmt: skip
    for line in [f"The staff's script: {played}", *count_demo(MORNING).lines()]:
        _say(line)


def _run_night(
    folder: Path, at: datetime, say: Callable[[str], object], *, is_measured: bool
) -> None:
    """Run one night on what was known the evening before; the first one also gets the names.

    An earlier night stands for weeks of nights, so what changed in them all is approved at once.
    """
    from bascule.directory.models import Organization
    from bascule.kernel.clock import holding_clock
    from bascule.ops.nightly import run_night

    evening = at.date() - timedelta(days=1)
    events = write_events_until(
        folder / EVENTS, folder / "evenings" / evening.isoformat() / EVENTS, evening,
        _typed_late(folder / SCRIPT),
    )  # fmt: skip
    names = [folder / name for name in FILES] if at in (NIGHTS[0], NIGHT) else []
    records = _records(folder) if at == NIGHT else []
    schools = Organization.objects.filter(kind=Organization.Kind.SCHOOL)
    approved = [] if at == NIGHT else list(schools.values_list("source_key", flat=True))
    with holding_clock(at):
        run_night(
            files=[*names, events, *records], home=home() / "snapshots", at=at, say=say,
            is_measured=is_measured, allow=approved,
        )  # fmt: skip


def _typed_late(script: Path) -> dict[str, date]:
    """Return the students whose move the student system learned late, and when it did."""
    from bascule.ops.playing import read_script

    return {
        line["student_id"]: date.fromisoformat(line["typed_on"])
        for line in read_script(script) if "typed_on" in line
    }  # fmt: skip


def _records(folder: Path) -> list[Path]:
    """Return the files of records, or say how to load them where they would take long."""
    records = [folder / name for name in RECORDS]
    if sum(path.stat().st_size for path in records) <= MOST_RECORDS:
        return records
    _say(f"Programs, marks and attendance are left in {folder}: millions of rows."
         " To load them: bascule load FILE, each of the three.")  # fmt: skip
    return []


@contextmanager
def _player(script: Path) -> Iterator[Callable[[datetime], str]]:
    """Start the player as a process of its own, with the rights of people, not of the loader."""
    process = subprocess.Popen(  # noqa: S603 - our own verb
        [sys.executable, "-m", "bascule.ops.command_line", "play-demo", str(script)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    orders, answers = process.stdin, process.stdout
    if orders is None or answers is None:
        raise RuntimeError("the player has no pipes")

    def play_until(until: datetime) -> str:
        orders.write(f"{until.isoformat()}\n")
        orders.flush()
        if not (answer := answers.readline()):
            raise RuntimeError(f"the player ended with {process.wait()}")
        return answer.strip()

    try:
        yield play_until
    finally:
        orders.close()
        process.wait()


def play_demo(script: Path) -> None:
    """Play the script up to each instant that stands in a line of the input. Runs as people."""
    from bascule.ops.playing import Player, read_script

    player = None
    for line in sys.stdin:
        player = player or Player(read_script(script))
        player.play_until(datetime.fromisoformat(line.strip()))
        _say(f"{player.counts.total() - player.counts['refused']} played, "
             f"{player.counts['refused']} refused")  # fmt: skip
    for refused in player.refused if player else ():
        sys.stderr.write(f"refused: {refused}\n")


def seat_staff(schools: Path, script: Path | None = None) -> None:
    """Load the list of schools, and give each of the cast a position and an account.

    Every Options school gets programs and seats. With a script, everybody in a school whom it
    names is seated too.
    """
    from bascule.access.acting import actor_of
    from bascule.access.models import User
    from bascule.feeds.actions import load_package
    from bascule.kernel.actor import NIGHTLY
    from bascule.ops.cast import seat_cast
    from bascule.ops.options_programs import seat_programs
    from bascule.ops.school_staff import seat_school_staff

    load_package(NIGHTLY, path=schools, at=NIGHTS[0] - timedelta(days=365))
    for key, person in seat_cast(since=SINCE).items():
        User.objects.get_or_create(username=key, defaults={"person": person})
    seat_programs(actor_of(User.objects.get(username="lead")))
    if script:
        from bascule.ops.playing import read_script, schools_in

        seat_school_staff(schools_in(read_script(script)), since=SINCE)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
