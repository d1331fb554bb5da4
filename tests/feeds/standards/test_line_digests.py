"""One hash of all lines of a student: it changes with any of them, and with nothing else."""

from pathlib import Path

import pyarrow.compute as pc
import pytest

from bascule.feeds.standards.line_digests import lines_of_students, student_digests
from bascule.feeds.standards.sis_ew import STANDARD

HEADER = "student_id,school_id,event,date,code,reason,grade\n"
LINES = [
    "1,S1,E,2026-08-24,02,,10\n",
    "1,S1,W,2026-10-02,20,Moved,10\n",
    "2,S1,E,2026-08-24,02,,11\n",
]


def digests(path: Path, *lines: str, salt: str = "", encoding: str = "utf-8") -> dict[str, str]:
    path.write_bytes((HEADER + "".join(lines)).encode(encoding))
    found = student_digests(path, place=1, delimiter=",", salt=salt)
    return {} if found is None else {row["student_key"]: row["digest"] for row in found.to_pylist()}


def test_the_order_of_lines_does_not_matter_and_a_changed_cell_does(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    before = digests(path, *LINES)
    assert set(before) == {"1", "2"}
    assert digests(path, *reversed(LINES)) == before
    after = digests(path, LINES[0], LINES[1].replace("Moved", "moved"), LINES[2])
    assert (after["1"] != before["1"], after["2"] == before["2"]) == (True, True)


def test_a_line_more_or_twice_the_same_changes_the_digest(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    found = {digests(path, *lines)["1"] for lines in (LINES, LINES[1:], [*LINES, LINES[0]])}
    assert len(found) == 3


def test_another_salt_gives_other_digests_of_the_same_lines(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    one, other = digests(path, *LINES, salt="one"), digests(path, *LINES, salt="other")
    assert {one[key] != other[key] for key in ("1", "2")} == {True}


@pytest.mark.parametrize("line", ['"3",S1,E,2026-08-24,02,,10\n', " 3,S1,E,2026-08-24,02,,10\n"])
def test_a_key_that_a_plain_cut_would_mangle_gives_no_digests(tmp_path: Path, line: str) -> None:
    assert digests(tmp_path / "events.csv", *LINES, line) == {}


def test_bytes_that_are_not_utf_8_give_no_digests(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    assert digests(path, LINES[0].replace("02,,", "02,é,"), encoding="latin-1") == {}


@pytest.mark.parametrize("order", [(2, 0, 1), (0, 2, 1), (0, 1, 2)], ids=str)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"], ids=repr)
def test_the_lines_of_some_students_keep_their_numbers(
    tmp_path: Path, order: tuple[int, ...], end: str
) -> None:
    """Whether they stand together or not, in files of either line end and with blank lines."""
    path, lines = tmp_path / "events.csv", [LINES[place].replace("\n", end) for place in order]
    path.write_bytes((HEADER + "".join(lines)).encode())
    found = student_digests(path, place=1, delimiter=",", salt="")
    assert found is not None
    one = found.filter(pc.equal(found["student_key"], "1"))
    part = lines_of_students(path, one, place=1, delimiter=",")
    kept = (HEADER + "".join(lines)).encode().splitlines(keepends=True)
    numbers = [number for number, line in enumerate(kept, start=1) if line[:2] == b"1,"]
    own = b"".join(kept[number - 1] for number in numbers)
    assert (part.body, part.numbers.tolist()) == (own, numbers)


def test_a_last_line_without_its_end_counts_as_any(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    whole = digests(path, *LINES)
    assert digests(path, *LINES[:2], LINES[2].rstrip("\n")) == whole


def test_a_mapping_beside_the_file_changes_every_digest(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(HEADER + "".join(LINES), encoding="utf-8")
    before = STANDARD.open(path).digests("")  # type: ignore[attr-defined]
    beside = path.with_name(f"{path.name}.mapping.toml")
    beside.write_text('[events]\nE = "E"\nW = "W"\n', encoding="utf-8")
    after = STANDARD.open(path).digests("")  # type: ignore[attr-defined]
    assert set(before["digest"].to_pylist()) & set(after["digest"].to_pylist()) == set()


def test_two_cells_corrected_eight_bytes_apart_change_the_digest(tmp_path: Path) -> None:
    """DuckDB's own hash of these two lines is the same."""
    path = tmp_path / "events.csv"
    before = digests(path, "1,S000x0,E,grad4,2026-08-24,02\n")
    assert digests(path, "1,S000x7,E,grad3,2026-08-24,02\n") != before
