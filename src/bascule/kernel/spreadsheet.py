"""Lists as files that a spreadsheet opens, with no cell that it would run. No Django import."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

_RUNS = tuple("=+-@\t\r\n|%＝＋－＠")
BYTE_ORDER_MARK = "\ufeff"  # by it a spreadsheet knows that the text is UTF-8


def neutral_cell(value: object) -> str:
    """Return the text of a cell; what a spreadsheet would run gets an apostrophe in front.

    None is empty, a day is ISO 8601. Spaces before it do not hide a formula.
    """
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_RUNS) or text[:1] in _RUNS else text


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV file (RFC 4180, UTF-8 with a byte order mark), each cell neutralized."""
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([neutral_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()
