"""What a cell of a OneRoster file may hold, by kind of column (standards.md 1.2, CSV 1.2.1).

A check takes a value that is not blank and returns the `Fault` or None. `repair` gives the value
that tolerant mode reads instead of a well-known deviation, so that strict never does.
"""

import re
import string
from collections.abc import Callable
from functools import cache

from bascule.feeds.standards.cell_rules import day_text
from bascule.feeds.standards.csv_lines import Fault
from bascule.feeds.standards.oneroster.columns import FileColumn, Vocabulary

Check = Callable[[str], Fault | None]

NOT_IN_GUID, GUID_LENGTH = r"[^0-9A-Za-z.\-_/@]", 255
NOT_IN_GUID_LIST = r"[^0-9A-Za-z.\-_/@,]"
IN_GUID = f"{string.digits}{string.ascii_letters}.-_/@".encode()
"""The bytes of identifiers: the same rule as NOT_IN_GUID, for whole columns at once."""
_NOT_IN_GUID = re.compile(NOT_IN_GUID)
_DATE_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z", re.ASCII)
_LOOSE_DATE_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,15})", re.ASCII)
_FLOAT = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_PAIR = re.compile(r"\{[^:{}]+:[^:{}]+\}")


def guid_fault(value: str) -> Fault | None:
    """Check an identifier: 1-255 characters from 0-9 A-Z a-z . - _ / @."""
    if len(value) <= GUID_LENGTH and not _NOT_IN_GUID.search(value):
        return None
    text = f"“{_short(value)}” is no identifier: 1-255 of the characters 0-9 A-Z a-z . - _ / @."
    return Fault("invalid-guid", text)


@cache
def date_fault(value: str) -> Fault | None:
    """Check a date: a day of the calendar written YYYY-MM-DD."""
    if day_text(value) is not None:
        return None
    return Fault("invalid-date", f"“{_short(value)}” is not a date written YYYY-MM-DD.")


@cache
def date_time_fault(value: str) -> Fault | None:
    """Check an instant: UTC with milliseconds, YYYY-MM-DDTHH:MM:SS.sssZ."""
    match = _DATE_TIME.fullmatch(value)
    if match and day_text(match[1]) is not None:
        return None
    text = f"“{_short(value)}” is not an instant written YYYY-MM-DDTHH:MM:SS.sssZ (UTC)."
    return Fault("invalid-datetime", text)


def loose_date_time_fault(value: str) -> Fault | None:
    """Check an instant as tolerant mode takes it: a date, with or without a time of any form."""
    match = _LOOSE_DATE_TIME.fullmatch(value)
    return None if match and day_text(match[1]) is not None else date_time_fault(value)


def year_fault(value: str) -> Fault | None:
    """Check a school year: the four digits of the year in which it ends."""
    if _YEAR.fullmatch(value):
        return None
    text = f"“{_short(value)}” is not a year written YYYY (the year in which it ends)."
    return Fault("invalid-year", text)


def boolean_fault(value: str) -> Fault | None:
    """Check a truth value: exactly `true` or `false`."""
    if value in ("true", "false"):
        return None
    return Fault("invalid-boolean", f"“{_short(value)}” must be exactly true or false.")


def integer_fault(value: str) -> Fault | None:
    """Check a whole number in base 10."""
    if _INTEGER.fullmatch(value):
        return None
    return Fault("invalid-integer", f"“{_short(value)}” is not a whole number.")


def float_fault(value: str) -> Fault | None:
    """Check a finite decimal number."""
    if _FLOAT.fullmatch(value) and abs(float(value)) != float("inf"):
        return None
    return Fault("invalid-float", f"“{_short(value)}” is not a number.")


def list_fault(value: str) -> Fault | None:
    """Check a list: items separated by commas without spaces around them, none empty."""
    for item in value.split(","):
        if not item or item != item.strip():
            text = f"“{_short(value)}” must be items with commas and no spaces between them."
            return Fault("invalid-list", text)
    return None


def guids_fault(value: str) -> Fault | None:
    """Check a list of identifiers; a space makes an item no identifier."""
    if "" in value.split(","):
        return list_fault(value)
    return next((fault for item in value.split(",") if (fault := guid_fault(item))), None)


def pairs_fault(value: str) -> Fault | None:
    """Check a list of `{Type:Id}` items, as in userIds and scoreScaleValue."""
    fault = list_fault(value)
    if fault is None and not all(_PAIR.fullmatch(item) for item in value.split(",")):
        text = f"“{_short(value)}” must be items written {{Type:Id}} with commas between them."
        return Fault("invalid-list", text)
    return fault


def word_check(vocabulary: Vocabulary) -> Check:
    """Return the check for one word of a vocabulary."""
    known = ", ".join(sorted(vocabulary.words)) + (" or ext:…" if vocabulary.extensible else "")

    def check(value: str) -> Fault | None:
        if value in vocabulary.words:
            return None
        if vocabulary.extensible and value.startswith("ext:") and value.strip() != "ext:":
            return None
        return Fault("invalid-enum", f"“{_short(value)}” must be one of {known}.")

    return check


def words_check(vocabulary: Vocabulary) -> Check:
    """Return the check for a list of words of a vocabulary."""
    check_word = word_check(vocabulary)

    def check(value: str) -> Fault | None:
        fault = list_fault(value)
        return fault or next((f for item in value.split(",") if (f := check_word(item))), None)

    return check


_CHECKS: dict[str, Check] = {
    "guid": guid_fault,
    "guids": guids_fault,
    "date": date_fault,
    "datetime": date_time_fault,
    "year": year_fault,
    "boolean": boolean_fault,
    "integer": integer_fault,
    "float": float_fault,
    "list": list_fault,
    "pairs": pairs_fault,
}


def check_of(column: FileColumn) -> Check | None:
    """Return the check of a column's values; None for free text."""
    if column.vocabulary is not None:
        made = words_check if column.kind == "words" else word_check
        return cache(made(column.vocabulary))
    return _CHECKS.get(column.kind)


def repair(column: FileColumn, value: str) -> str | None:
    """Return what tolerant mode reads for a well-known deviation, or None where there is none.

    Truth values and words in another case, spaces around list items, and nothing else: a date
    in another order cannot be told from a right one. A cell of spaces is an empty one.
    """
    if value.isspace():
        return ""
    if column.kind == "boolean":
        return value.strip().lower() if value.strip().lower() in ("true", "false") else None
    if column.kind == "word" and column.vocabulary is not None:
        same = {word.lower(): word for word in column.vocabulary.words}
        return same.get(value.strip().lower())
    if column.kind in ("list", "guids", "pairs"):
        joined = ",".join(item.strip() for item in value.split(",") if item.strip())
        check = check_of(column)
        return joined if joined and check is not None and check(joined) is None else None
    return None


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:57]}…"
