"""An XLSX file holds every cell with its type, and none that a spreadsheet would run."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bascule.kernel.spreadsheet import neutral_cell
from bascule.kernel.workbook import Sheet, sheet_titles, xlsx_bytes

AT = datetime(2026, 11, 20, 14, tzinfo=UTC)
EVERY_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)
WITHOUT = {0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}  # XML has no place for these two


def read(*sheets: Sheet) -> Workbook:
    return load_workbook(io.BytesIO(xlsx_bytes(sheets, at=AT)))


def test_days_numbers_and_texts_keep_their_type() -> None:
    row = ["0042", 42, Decimal("4.2"), date(2026, 11, 20), AT, None, "2026-11-20"]
    leaf = read(Sheet("Rows", ["a"] * 7, [row])).active
    cells = next(iter(leaf.iter_rows(min_row=2)))
    assert [cell.value for cell in cells] == [
        "0042", 42, 4.2, datetime(2026, 11, 20), datetime(2026, 11, 20, 8), None, "2026-11-20",  # noqa: DTZ001
    ]  # fmt: skip
    assert [cell.number_format for cell in cells[:5]] == [
        "@", "General", "General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "https://example.org", "42", "{=1}", "-"])
def test_no_text_becomes_a_formula_a_link_or_a_number(text: str) -> None:
    cell = read(Sheet("Rows", [text], [[text]])).active["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (neutral_cell(text), "s", None)


@given(st.lists(st.lists(EVERY_TEXT, min_size=2, max_size=2), max_size=4))
def test_every_text_comes_back(rows: list[list[str]]) -> None:
    leaf = read(Sheet("Rows", ["a", "b"], rows)).active
    back = [[cell or "" for cell in row] for row in leaf.iter_rows(values_only=True)]
    back += [["", ""]] * (len(rows) + 1 - len(back))
    kept = [[neutral_cell(cell).translate(WITHOUT) for cell in row] for row in rows]
    assert back == [["a", "b"], *kept]


def test_a_control_character_does_not_spoil_the_file() -> None:
    leaf = read(Sheet("Rows", ["a"], [["one\x01two"], ["three"]])).active
    assert leaf["A3"].value == "three"


def test_the_first_sheet_may_tell_what_the_others_held() -> None:
    seen: list[int] = []

    def rows() -> Iterator[list[int]]:
        for number in range(3):
            seen.append(number)
            yield [number]

    def about() -> Iterator[list[object]]:
        yield ["Rows", len(seen)]

    book = read(Sheet("About", ["what", ""], about()), Sheet("Rows", ["n"], rows()))
    assert book.sheetnames == ["About", "Rows"]
    assert book["About"]["B2"].value == 3


def test_a_cell_that_would_be_cut_is_refused() -> None:
    with pytest.raises(ValueError, match="larger than a spreadsheet"):
        xlsx_bytes([Sheet("Rows", ["a"], [["x" * 32_768]])], at=AT)


@given(st.lists(EVERY_TEXT, min_size=1, max_size=6))
def test_sheets_have_names_that_the_format_allows(titles: list[str]) -> None:
    made = sheet_titles(titles)
    assert len({name.lower() for name in made}) == len(titles)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in made)
    assert read(*[Sheet(title, ["a"], []) for title in titles]).sheetnames == made
