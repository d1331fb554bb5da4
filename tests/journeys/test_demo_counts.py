"""The demo's morning: queues, states and ledgers are filled by real verbs, and told at the end."""

import re
from datetime import date
from pathlib import Path

import pytest

from bascule.cases.registry import workflows
from bascule.ops.demo_calendar import AS_OF, NIGHTS, sittings, write_events_until
from tests.journeys.running_demo import Demo

QUEUE = re.compile(r"Today of (.+?) \((.+?)\): (\d+) rows, (\d+) late")
ONE_OF = re.compile(r"([a-z_0-9]+) (\d+)")


@pytest.fixture(scope="session")
def told(demo: Demo) -> str:
    """What the build of the demo printed, on one line."""
    return " ".join(Path(demo.log).read_text(encoding="utf-8").split())


def test_each_specialists_queue_holds_12_to_40_rows_and_5_to_15_percent_late(told: str) -> None:
    queues = QUEUE.findall(told)
    assert len(queues) == 5
    for desk, _, rows, late in queues:
        assert 12 <= int(rows) <= 40, desk
        assert 0.05 <= int(late) / int(rows) <= 0.15, desk


def test_who_covers_has_both_queues_and_no_more_than_40_rows(told: str) -> None:
    rows = {seen: 0 for _, seen, _, _ in QUEUE.findall(told)}
    for _, seen, number, _ in QUEUE.findall(told):
        rows[seen.removeprefix("covered by ")] += int(number)
    [covering] = [seen for seen in rows if seen.startswith("covered by ")]
    assert 24 <= rows[covering.removeprefix("covered by ")] <= 40


def test_a_case_stands_in_every_state_of_every_workflow(told: str) -> None:
    for flow in workflows():
        [states] = re.findall(rf"{re.escape(flow.title)}: ((?:[a-z_0-9]+ [\d,]+,? ?)+)", told)
        stands = {key for key, number in ONE_OF.findall(states) if int(number)}
        assert stands == {state.key for state in flow.states}, flow.key


def test_no_ledger_is_empty_and_nothing_was_refused(told: str) -> None:
    [ledgers] = re.findall(r"Ledgers: (.*)", told)
    counts = re.findall(r"([a-z]+) ([\d,]+)", ledgers)
    assert {name for name, _ in counts} >= {
        "decisions", "disclosures", "visits", "transitions", "notes", "absences", "reaches",
        "flags", "quarantine", "nights",
    }  # fmt: skip
    assert [name for name, number in counts if number == "0"] == []
    [(played, refused)] = re.findall(r"The staff's script: (\d+) played, (\d+) refused", told)
    assert (int(played) > 500, int(refused)) == (True, 0)


def test_an_evenings_file_holds_the_rows_up_to_that_day(tmp_path: Path) -> None:
    source = tmp_path / "events.csv"
    rows = ["student_id,school_id,event,date,code", "1,7,E,2026-08-24,02", "1,7,W,2026-09-01,33",
            "1,8,E,2026-09-02,05", "2,8,W,,33"]  # fmt: skip
    source.write_text("\n".join(rows) + "\n", encoding="utf-8")
    target = write_events_until(source, tmp_path / "evening" / "events.csv", date(2026, 9, 1))
    kept = [rows[0], rows[1], rows[2], rows[4]]
    assert target.read_text(encoding="utf-8").splitlines() == kept


def test_sittings_lie_between_the_first_night_and_the_last_evening() -> None:
    assert all(NIGHTS[0] < each < NIGHTS[-1] for each in sittings())
    assert sittings()[-1].date() == AS_OF
    assert sittings() == sorted(sittings())
