"""Tables as one XLSX file: typed days and numbers, text as text. No Django import."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any

from xlsxwriter import Workbook

from bascule.kernel.clock import wall_time
from bascule.kernel.spreadsheet import neutral_cell

LONGEST_TITLE = 31  # characters, of a sheet's name; some more may not stand in it
_NOT_IN_TITLES = re.compile("[\\[\\]:*?/\\\\\x00-\x1f\ufffe-\U0010ffff]")
_NOT_IN_XML = re.compile("[\ufffe\uffff]")
_EDGES = "' "


@dataclass(frozen=True)
class Sheet:
    """One table of a file; `rows` are read once. Widths are in characters, the last one goes on."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[object]]
    widths: Sequence[int] = (18,)


def xlsx_bytes(sheets: Sequence[Sheet], *, at: datetime) -> bytes:
    """Return an XLSX file of `sheets`, in their order, made at the instant `at`.

    Days are days, numbers are numbers; all else is text, neutralized as in a CSV file. The first
    sheet is written last, so that its rows may tell what the others held. Rows go through files
    in a folder that nobody else may enter, so that memory does not grow with them. Raises
    ValueError for a cell or a sheet that is larger than the format allows: nothing is cut.
    """
    made = io.BytesIO()
    with (
        TemporaryDirectory(prefix="bascule-") as folder,
        Workbook(made, {"constant_memory": True, "tmpdir": folder}) as book,
    ):
        book.set_properties({"created": wall_time(at)})
        formats = _formats(book)
        titles = sheet_titles([sheet.title for sheet in sheets])
        leaves = [book.add_worksheet(title) for title in titles]
        for leaf, sheet in reversed(list(zip(leaves, sheets, strict=True))):
            _fill(leaf, sheet, formats)
    return made.getvalue()


def sheet_titles(titles: Iterable[str]) -> list[str]:
    """Return names that the format allows, each once whatever the case of its letters."""
    made: list[str] = []
    for title in titles:
        plain = _NOT_IN_TITLES.sub(" ", title).strip(_EDGES) or "-"
        name, again = plain[:LONGEST_TITLE].strip(_EDGES), 1
        while name.lower() in (each.lower() for each in made):
            again += 1
            end = f" ({again})"
            name = plain[: LONGEST_TITLE - len(end)] + end
        made.append(name)
    return made


def _formats(book: Workbook) -> dict[str, Any]:
    return {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
        "text": book.add_format({"num_format": "@"}),  # so that 0042 stays so when it is edited
    }


def _fill(leaf: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    columns = max(len(sheet.header), len(sheet.widths))
    for column in range(columns):
        leaf.set_column(column, column, sheet.widths[min(column, len(sheet.widths) - 1)])
    leaf.freeze_panes(1, 0)
    for column, title in enumerate(sheet.header):
        _check(leaf.write_string(0, column, neutral_cell(title), formats["head"]), sheet)
    for place, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            _check(_write(leaf, place, column, value, formats), sheet)


def _write(leaf: Any, row: int, column: int, value: object, formats: dict[str, Any]) -> int:
    """Write one cell; return 0, or what kept it out."""
    if value is None or value == "":
        return 0
    if isinstance(value, datetime):
        kept: int = leaf.write_datetime(row, column, wall_time(value), formats["instant"])
    elif isinstance(value, date):
        kept = leaf.write_datetime(row, column, value, formats["day"])
    elif isinstance(value, (int, float, Decimal)):
        kept = leaf.write_number(row, column, value)
    else:
        kept = leaf.write_string(row, column, _text(value), formats["text"])
    return kept


def _text(value: object) -> str:
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", neutral_cell(value))


def _check(kept: int, sheet: Sheet) -> None:
    if kept != 0:
        raise ValueError(f"the sheet {sheet.title!r} is larger than a spreadsheet may be")
