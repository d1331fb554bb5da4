"""Entries and withdrawals: pairing (ADR 0020), mapped headers and rows kept back."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bascule.feeds.reading import Package, Rejected, Row, judge, rows_of
from bascule.feeds.standards import recognize
from bascule.feeds.standards.sis_ew import STANDARD

HEADER = "student_id,school_id,event,date,code,reason,grade"


def written(folder: Path, *lines: str, name: str = "enrollment_events.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return path


def claims(package: Package) -> list[tuple[str | None, ...]]:
    names = ("student_key", "school_key", "starts_on", "ends_on", "entry_code", "exit_code")
    rows = [row for row in rows_of(package) if isinstance(row, Row)]
    return [tuple(row.values.get(name) for name in (*names, "end_known")) for row in rows]


def kept_back(package: Package) -> list[tuple[int, str | None, str]]:
    rows = [row for row in rows_of(package) if isinstance(row, Rejected)]
    return [(row.line, reason.column, reason.code) for row in rows for reason in row.reasons]


def test_a_withdrawal_closes_the_entry_before_it_with_its_day_included(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "s1,A,W,2025-06-12,01,,09",
        "s1,A,E,2024-08-26,02,,09",
        "s1,B,E,2025-08-25,03,new home,10",
    )
    package = STANDARD.open(path)
    assert claims(package) == [
        ("s1", "A", "2024-08-26", "2025-06-12", "02", "01", "true"),
        ("s1", "B", "2025-08-25", None, "03", None, "true"),
    ]
    assert kept_back(package) == []
    assert package.check() == judge([])
    assert {name: (file.mode, file.read) for name, file in package.files.items()} == {
        "enrollment_events.csv": ("bulk", 3)
    }


def test_a_claim_carries_the_line_of_its_entry_and_a_key_of_its_first_day(tmp_path: Path) -> None:
    path = written(tmp_path, "s1,A,W,2025-06-12,01,,", "s1,A,E,2024-08-26,02,,")
    row = next(rows_of(STANDARD.open(path)))
    assert (row.line, row.key) == (3, "s1|A|2024-08-26")


def test_an_entry_while_open_ends_the_one_before_on_the_eve_and_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "s1,A,E,2024-08-26,02,,", "s1,A,E,2025-08-25,02,,")
    assert claims(STANDARD.open(path)) == [
        ("s1", "A", "2024-08-26", "2025-08-24", "02", None, "false"),
        ("s1", "A", "2025-08-25", None, "02", None, "true"),
    ]


def test_a_withdrawal_without_an_entry_is_kept_back_and_loses_nothing(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "s1,A,W,2024-09-03,33,,",
        "s1,A,E,2024-09-10,10,,",
        "s2,A,E,2024-08-26,02,,",
        "s2,B,W,2024-09-01,02,,",
    )
    package = STANDARD.open(path)
    assert claims(package) == [
        ("s1", "A", "2024-09-10", None, "10", None, "true"),
        ("s2", "A", "2024-08-26", None, "02", None, "true"),
    ]
    assert kept_back(package) == [
        (2, "event", "withdrawal-without-entry"),
        (5, "event", "withdrawal-without-entry"),
    ]


def test_leaving_and_returning_on_one_day_is_two_claims(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "s1,A,E,2024-08-26,02,,",
        "s1,A,E,2024-10-01,10,,",
        "s1,A,W,2024-10-01,30,,",
    )
    assert claims(STANDARD.open(path)) == [
        ("s1", "A", "2024-08-26", "2024-10-01", "02", "30", "true"),
        ("s1", "A", "2024-10-01", None, "10", None, "true"),
    ]


def test_entry_and_withdrawal_of_one_day_alone_are_a_membership_of_that_day(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "s1,A,W,2024-08-26,99,,", "s1,A,E,2024-08-26,02,,")
    package = STANDARD.open(path)
    assert claims(package) == [("s1", "A", "2024-08-26", "2024-08-26", "02", "99", "true")]
    assert kept_back(package) == []


def test_of_two_like_events_on_one_day_the_later_line_counts(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "s1,A,E,2024-08-26,02,,",
        "s1,A,W,2024-09-30,33,,",
        "s1,A,W,2024-09-30,02,,",
    )
    package = STANDARD.open(path)
    assert claims(package) == [("s1", "A", "2024-08-26", "2024-09-30", "02", "02", "true")]
    assert kept_back(package) == [(3, "event", "repeated-event")]


def test_each_bad_cell_is_kept_back_with_line_column_and_code(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "s1,A,E,2024-08-26,02,,09",
        ",A,E,2024-08-26,02,,09",
        "s3,A,X,2024-13-01,02,,09",
        "s4,A,E,8/26/2024,02,,09",
        "s5,A,E,2024-08-26",
        's6,A,E,2024-08-26,02,"said ""yes"", twice",09',
        's7,A,E,2024-08-26,02,un"quoted,09',
    )
    package = STANDARD.open(path)
    assert kept_back(package) == [
        (6, None, "wrong-number-of-cells"),
        (8, None, "stray-quote"),
        (3, "student_id", "missing-value"),
        (4, "event", "unknown-word"),
        (4, "date", "invalid-date"),
        (5, "date", "invalid-date"),
    ]
    assert [claim[0] for claim in claims(package)] == ["s1", "s6"]
    assert package.check().verdict == "accept"
    strict = STANDARD.open(path, strict=True).check()
    assert strict.verdict == "reject"
    assert Counter(reason.line for reason in strict.reasons) == {3: 1, 4: 2, 5: 1, 6: 1, 8: 1}


def test_a_line_that_is_not_utf_8_is_kept_back_alone(tmp_path: Path) -> None:
    path = tmp_path / "enrollment_events.csv"
    body = f"\ufeff{HEADER}\r\ns1,A,E,2024-08-26,02,Muñoz,09\r\n".encode()
    path.write_bytes(body + "s2,A,E,2024-08-26,02,Muñoz,09\r\n".encode("latin-1"))
    package = STANDARD.open(path)
    assert kept_back(package) == [(3, None, "not-utf-8")]
    assert [claim[0] for claim in claims(package)] == ["s1"]


def test_a_mapping_beside_the_file_reads_any_header(tmp_path: Path) -> None:
    path = tmp_path / "aspen.csv"
    path.write_text(
        "STD_ID|SKL|TYPE|ON|CODE\n1|A|Entry|08/26/2024|02\n1|A|Withdrawal|06/12/2025|01\n",
        encoding="utf-8",
    )
    (tmp_path / "aspen.csv.mapping.toml").write_text(
        'date_format = "%m/%d/%Y"\ndelimiter = "|"\n[columns]\nstudent_id = "STD_ID"\n'
        'school_id = "SKL"\nevent = "TYPE"\ndate = "ON"\ncode = "CODE"\n'
        '[events]\nEntry = "E"\nWithdrawal = "W"\n',
        encoding="utf-8",
    )
    assert recognize(path) is STANDARD
    package = STANDARD.open(path, strict=True)
    assert package.check() == judge([])
    assert claims(package) == [("1", "A", "2024-08-26", "2025-06-12", "02", "01", "true")]


def test_a_mapping_with_an_unknown_setting_is_refused_by_name(tmp_path: Path) -> None:
    path = written(tmp_path, "s1,A,E,2024-08-26,02,,")
    (tmp_path / f"{path.name}.mapping.toml").write_text("colums = 1\n", encoding="utf-8")
    verdict = STANDARD.open(path).check()
    assert (verdict.verdict, verdict.reasons[0].code) == ("reject", "bad-mapping")
    assert "colums" in verdict.reasons[0].message


def test_a_missing_column_and_an_empty_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("student_id,school_id,event,day\n", encoding="utf-8")
    verdict = STANDARD.open(path).check()
    assert [(reason.column, reason.code) for reason in verdict.reasons] == [
        ("date", "missing-column"),
        ("day", "unknown-column"),
        (None, "no-data-rows"),
    ]


def test_a_delta_yields_the_events_themselves(tmp_path: Path) -> None:
    path = written(tmp_path, "s1,A,W,2024-09-30,33,,", name="events-delta.csv")
    package = STANDARD.open(path)
    (row,) = rows_of(package)
    assert (row.target, row.key) == ("enrollment_event", "s1|A|2024-09-30|W")
    assert package.files["events-delta.csv"].mode == "delta"


EVENT = st.tuples(
    st.sampled_from("12"),
    st.sampled_from("AB"),
    st.sampled_from("EW"),
    st.integers(0, 5).map(lambda day: (date(2024, 9, 1) + timedelta(days=day)).isoformat()),
)


@given(st.lists(EVENT, max_size=12))
def test_every_event_is_in_one_claim_or_kept_back_and_claims_never_overlap(
    tmp_path_factory, events: list[tuple[str, str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("events")
    path = written(folder, *(",".join((*event, "", "", "")) for event in events))
    rows = list(rows_of(STANDARD.open(path)))
    found = [row for row in rows if isinstance(row, Row)]
    exits = sum(1 for row in found if row.values["end_known"] == "true" and "ends_on" in row.values)
    rejected = [row for row in rows if isinstance(row, Rejected)]
    assert len(found) + exits + len(rejected) == len(events)
    assert len({row.key for row in found}) == len(found)
    ends: dict[tuple[str | None, str | None], str] = {}
    for row in sorted(found, key=lambda row: row.values["starts_on"] or ""):
        place = row.values["student_key"], row.values["school_key"]
        first, last = row.values["starts_on"] or "", row.values.get("ends_on") or "9999-12-31"
        assert ends.get(place, "") <= first <= last
        ends[place] = last
