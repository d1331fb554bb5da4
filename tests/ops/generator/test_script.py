"""The script of the last 120 school days agrees with the files and visits every state."""

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest

from bascule.ops.generator.__main__ import main
from tests.ops.generator.conftest import AS_OF
from tests.ops.generator.reading import Folder

Line = dict[str, Any]

AFTER = {
    "submit": "submitted", "claim": "eligibility", "pass_eligibility": "prevention",
    "finish_prevention": "counseling", "offer": "offered", "waitlist": "waitlisted",
    "accept_offer": "intake", "lapse_offer": "counseling", "finish_intake": "release_requested",
    "release": "enrolled",
    "refuse_release": "release_escalated", "escalate": "release_escalated",
    "force_release": "enrolled", "confirm_first_day": "records",
    "confirm_records": "stabilizing", "check": "stabilizing", "close_stable": "closed_stable",
    "close_left": "left_again", "close_returned": "returned", "deny": "denied",
    "withdraw": "withdrawn", "enroll_at_once": "at_once",
}  # fmt: skip
BEFORE = {
    "submit": {"draft"}, "claim": {"submitted"}, "pass_eligibility": {"eligibility"},
    "finish_prevention": {"prevention"}, "offer": {"counseling"}, "waitlist": {"counseling"},
    "accept_offer": {"offered"}, "lapse_offer": {"offered"}, "finish_intake": {"intake"},
    "release": {"release_requested", "release_escalated"},
    "refuse_release": {"release_requested"}, "escalate": {"release_requested"},
    "force_release": {"release_escalated"}, "confirm_first_day": {"enrolled"},
    "confirm_records": {"records"}, "check": {"stabilizing"}, "close_stable": {"stabilizing"},
    "close_left": {"enrolled", "records", "stabilizing"}, "close_returned": {"records"},
    "deny": {"eligibility"}, "withdraw": {"counseling"},
    "enroll_at_once": {"prevention"},
}  # fmt: skip


@pytest.fixture(scope="module")
def port_alder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The whole invented district over two years."""
    out = tmp_path_factory.mktemp("port-alder")
    assert main(["--years", "2", "--as-of", str(AS_OF), "--out", str(out)]) == 0
    return Folder(out, AS_OF)


@pytest.fixture(scope="module")
def script(port_alder: Folder) -> list[Line]:
    """The lines of its script."""
    text = (port_alder.path / "planted/script.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def requests(script: list[Line]) -> dict[str, list[Line]]:
    """Return the lines of each transfer request by student."""
    found = defaultdict(list)
    for line in script:
        if line["verb"] in {"request_transfer", "take_step", "refuse_release"}:
            found[line["student_id"]].append(line)
    return found


def test_lines_stand_in_the_order_of_time_within_120_school_days(
    port_alder: Folder, script: list[Line]
) -> None:
    moments = [datetime.fromisoformat(line["at"]) for line in script]
    assert len(script) > 400
    assert moments == sorted(moments)
    days = [day for day in port_alder.school_days if day <= AS_OF]
    assert {moment.date() for moment in moments} <= set(days[-120:])
    assert all(moment.utcoffset() for moment in moments)


def test_every_request_walks_through_the_workflow_without_a_jump(script: list[Line]) -> None:
    for lines in requests(script).values():
        assert lines[0]["verb"] == "request_transfer"
        state = "draft"
        for line in lines[1:]:
            assert state in BEFORE[line["step"]], line
            state = AFTER[line["step"]]


def test_every_state_has_a_request_in_it_today(script: list[Line]) -> None:
    states = Counter(
        AFTER[lines[-1]["step"]] if "step" in lines[-1] else "draft"
        for lines in requests(script).values()
    )
    assert set(states) == {"draft", *AFTER.values()}
    assert min(states.values()) >= 1


def test_a_confirmed_first_day_is_the_entry_of_the_roster(
    port_alder: Folder, script: list[Line]
) -> None:
    confirmed = 0
    for student, lines in requests(script).items():
        if any(line.get("step") == "close_returned" for line in lines):
            continue
        days = {line.get("step"): date.fromisoformat(line["at"][:10]) for line in lines}
        if "confirm_first_day" in days:
            confirmed += 1
            moves = {
                (one.end, two.start)
                for one, two in pairwise(port_alder.claims[student])
                if two.school in {"700301", "700302"}
            }
            left = days.get("release") or days["force_release"]
            assert (left, days["confirm_first_day"]) in moves
    assert confirmed >= 5


def test_calls_go_to_students_who_have_left(port_alder: Folder, script: list[Line]) -> None:
    calls = [line for line in script if line["verb"] == "log_contact"]
    assert len(calls) >= 30
    for line in calls:
        last = port_alder.claims[line["student_id"]][-1]
        assert last.exit in {"20", "21", "86", "99"}
        assert last.end is not None
        assert last.end < date.fromisoformat(line["at"][:10])


def test_all_five_specialists_work_and_one_is_absent_today(
    port_alder: Folder, script: list[Line]
) -> None:
    workers = {line["actor"] for line in script if line["verb"] == "take_step"}
    assert {f"transition_specialist:{number}" for number in range(5)} <= workers
    open_ones = [
        line["actor"]
        for line in script
        if line["verb"] == "record_absence" and line["ends_on"] is None
    ]
    assert open_ones == ["transition_specialist:2"]
    planned = [
        (line["actor"], line["starts_on"], line["ends_on"])
        for line in script
        if line["verb"] == "record_absence" and line["starts_on"] > line["at"][:10]
    ]
    assert planned == [
        ("transition_specialist:4", "2026-12-07", "2026-12-11"),
        ("transition_specialist:3", "2026-12-09", "2026-12-10"),
    ]
    for line in script:
        if line["verb"] == "end_absence":
            assert line["ends_on"] < line["at"][:10]


def test_about_one_step_in_ten_is_late(port_alder: Folder, script: list[Line]) -> None:
    allowed = {"claim": 1, "pass_eligibility": 2, "finish_prevention": 3, "offer": 3}
    late = total = 0
    for lines in requests(script).values():
        for one, two in pairwise(lines):
            if two.get("step") in allowed:
                total += 1
                late += _school_days(port_alder, one, two) > allowed[two["step"]]
    assert total > 80
    assert 0.03 <= late / total <= 0.2


def _school_days(folder: Folder, one: Line, two: Line) -> int:
    """Count the school days from one line to another."""
    first, last = (date.fromisoformat(line["at"][:10]) for line in (one, two))
    return bisect_right(folder.school_days, last) - bisect_right(folder.school_days, first)
