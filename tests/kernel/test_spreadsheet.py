"""No cell of a list runs in a spreadsheet, and no text is lost."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bascule.kernel.spreadsheet import csv_bytes, neutral_cell


@pytest.mark.parametrize(
    "formula",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0@x", "|calc", "%x",
     "＝1", "=HYPERLINK(\"http://example.org\")"],
)  # fmt: skip
def test_what_would_run_gets_an_apostrophe(formula: str) -> None:
    assert neutral_cell(formula) == f"'{formula}"


@pytest.mark.parametrize("text", ["Adair, Sam", "08", "a=b", "", " Sam", "O'Neil", "2026-11-20"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert neutral_cell(text) == text


def test_nothing_is_empty_and_a_day_is_written_out() -> None:
    assert (neutral_cell(None), neutral_cell(date(2026, 11, 20))) == ("", "2026-11-20")


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2))
)
def test_a_file_read_back_holds_every_cell_and_none_runs(rows: list[list[str]]) -> None:
    text = csv_bytes(["a", "b"], rows).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["a", "b"], *[[neutral_cell(cell) for cell in row] for row in rows]]
    cells = [cell for row in read[1:] for cell in row]
    assert [
        cell
        for cell in cells
        if cell.strip(" \u00a0")[:1] in "=+-@\t\r\n|%" and cell.strip(" \u00a0")
    ] == []
