"""Fields of an Ed-Fi record: what must be there, and what is refused when it is not."""

from typing import TYPE_CHECKING

from bascule.feeds.standards.cell_rules import day_text
from bascule.feeds.standards.edfi.interchange import text_at

if TYPE_CHECKING:
    from lxml.etree import _Element


class RefusedRecordError(ValueError):
    """A record that cannot be mapped: the element, a code and a sentence."""

    def __init__(self, column: str, code: str, message: str) -> None:
        super().__init__(message)
        self.column, self.code = column, code


def needed(element: "_Element", path: str) -> str:
    """Return the text at a path. Raises RefusedRecordError where it is missing."""
    value = text_at(element, path)
    if value is None:
        column = path.rpartition("/")[2]
        raise RefusedRecordError(column, "missing-value", f"{path} is missing or empty.")
    return value


def needed_day(element: "_Element", path: str) -> str:
    """Return the day at a path. Raises RefusedRecordError where it is missing or no day."""
    return checked_day(needed(element, path), path)


def checked_day(value: str, path: str) -> str:
    """Return a day as it stands. Raises RefusedRecordError where it is none."""
    day = day_text(value)
    if day is None:
        text = f"“{value}” is not a date written YYYY-MM-DD."
        raise RefusedRecordError(path.rpartition("/")[2], "invalid-date", text)
    return day
