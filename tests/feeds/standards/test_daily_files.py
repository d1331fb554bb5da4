"""Calendar, attendance, marks and programs: what is read, what is kept back."""

from pathlib import Path

import pytest

from bascule.feeds.reading import Rejected, Row, rows_of
from bascule.feeds.standards import (
    UnrecognizedFileError,
    recognize,
    recognized_in,
    standard_named,
)

FILES = {
    "calendar": (
        "school_id,date,kind,note",
        [",2026-09-07,holiday,Labor Day", "A,2026-09-08,school_day,"],
        [",2026-09-07,holyday,", ",2026-9-7,holiday,", ",,break,"],
        [("kind", "unknown-word"), ("date", "invalid-date"), ("date", "missing-value")],
    ),
    "attendance": (
        "student_id,school_id,date,kind",
        ["s1,A,2026-09-08,absent_unexcused", "s1,A,2026-09-09,tardy"],
        ["s1,A,2026-09-08,absent", "s1,,2026-09-08,tardy"],
        [("kind", "unknown-word"), ("school_id", "missing-value")],
    ),
    "attendance_month": (
        "student_id,school_id,month,days_enrolled,days_absent,days_unexcused,days_tardy",
        ["s1,A,2024-10,21,1.5,1,0"],
        ["s1,A,2024-13,21,1,,", "s1,A,2024-10,21,-1,,", "s1,A,2024-10,,1,,"],
        [
            ("month", "invalid-month"),
            ("days_absent", "invalid-number"),
            ("days_enrolled", "missing-value"),
        ],
    ),
    "marks": (
        "student_id,school_id,school_year,term,course,mark,credits_attempted,credits_earned",
        ["s1,A,2026,S1,c1,B,0.5,0.5", "s1,A,2026,S1,c2,,,"],
        ["s1,A,26,S1,c1,B,,", "s1,A,2026,T9,c1,B,,", "s1,A,2026,S1,c1,B,x,"],
        [
            ("school_year", "invalid-year"),
            ("term", "unknown-word"),
            ("credits_attempted", "invalid-number"),
        ],
    ),
    "programs": (
        "student_id,program,starts_on,ends_on",
        ["s1,homeless,2025-09-01,", "s1,el,2020-09-01,2026-06-12"],
        ["s1,homless,2025-09-01,", "s1,el,,2026-06-12", "s1,el,2025-09-01,2025-08-01"],
        [
            ("program", "unknown-word"),
            ("starts_on", "missing-value"),
            ("ends_on", "end-before-start"),
        ],
    ),
}


@pytest.mark.parametrize("key", FILES)
def test_good_rows_are_read_and_each_bad_row_is_kept_back_for_its_own_reason(
    tmp_path: Path, key: str
) -> None:
    header, good, bad, reasons = FILES[key]
    path = tmp_path / "file.csv"
    path.write_text("\n".join([header, *good, *bad]) + "\n", encoding="utf-8")
    standard = recognize(path)
    assert standard.key == key
    package = standard.open(path)
    assert package.check().verdict == "accept"
    rows = list(rows_of(package))
    found = [row for row in rows if isinstance(row, Row)]
    kept_back = [row for row in rows if isinstance(row, Rejected)]
    assert [row.line for row in found] == list(range(2, 2 + len(good)))
    assert [row.line for row in kept_back] == list(range(2 + len(good), 2 + len(good) + len(bad)))
    assert [reason[2:4] for row in kept_back for reason in row.reasons] == reasons
    strict = standard.open(path, strict=True).check()
    assert (strict.verdict, [reason[2:4] for reason in strict.reasons]) == ("reject", reasons)


def test_a_row_is_named_by_its_key_columns(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_text(f"{FILES['marks'][0]}\ns1,A,2026,S1,c1,B,0.5,0.5\n", encoding="utf-8")
    (row,) = rows_of(standard_named("marks").open(path))
    assert row == Row(
        "mark",
        "marks.csv",
        2,
        "s1|A|2026|S1|c1",
        {
            "student_key": "s1",
            "school_key": "A",
            "school_year": "2026",
            "term": "S1",
            "course": "c1",
            "mark": "B",
            "credits_attempted": "0.5",
            "credits_earned": "0.5",
        },
    )


def test_a_district_day_has_an_empty_school(tmp_path: Path) -> None:
    path = tmp_path / "calendar.csv"
    path.write_text("school_id,date,kind,note\n,2026-09-07,holiday,\n", encoding="utf-8")
    (row,) = rows_of(standard_named("calendar").open(path))
    assert isinstance(row, Row)
    assert (row.key, row.values) == ("|2026-09-07", {"day_on": "2026-09-07", "kind": "holiday"})


def test_an_unknown_file_is_refused_with_what_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "pupils.csv"
    path.write_text("name,born\n", encoding="utf-8")
    with pytest.raises(UnrecognizedFileError, match=r"pupils\.csv is none of .*OneRoster") as error:
        recognize(path)
    assert error.value.reason.code == "unrecognized-file"


def test_a_folder_is_listed_in_load_order_and_foreign_files_are_left_out(tmp_path: Path) -> None:
    for name, key in (("a.csv", "programs"), ("b.csv", "calendar")):
        (tmp_path / name).write_text(f"{FILES[key][0]}\n", encoding="utf-8")
    (tmp_path / "c.csv").write_text("school_id,short_name\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    found = [(path.name, standard.key) for path, standard in recognized_in(tmp_path)]
    assert found == [("c.csv", "school_spine"), ("b.csv", "calendar"), ("a.csv", "programs")]


def test_blocks_with_and_without_quotes_give_the_same_rows(tmp_path: Path) -> None:
    plain = tmp_path / "a.csv"
    quoted = tmp_path / "b.csv"
    header = FILES["programs"][0]
    plain.write_text(f"{header}\ns1,el,2020-09-01,\ns2,iep,2021-09-01,\n", encoding="utf-8")
    quoted.write_text(f'{header}\r\n"s1",el,2020-09-01,\r\ns2,"iep",2021-09-01,', encoding="utf-8")
    standard = standard_named("programs")
    rows = [[row[3:] for row in rows_of(standard.open(path))] for path in (plain, quoted)]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 2
    assert [standard.open(path).files[path.name].read for path in (plain, quoted)] == [2, 2]
