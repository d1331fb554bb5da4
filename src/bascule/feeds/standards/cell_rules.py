"""What a cell of our own CSV files may hold: one small rule for each kind of value.

A rule takes the cell's text and returns the text to load, or the `Fault` that keeps the row
back. Used on the distinct values of a column, so a rule may be written plainly.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache

from bascule.feeds.standards.csv_lines import Fault

Rule = Callable[[str], str | Fault]
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


@cache
def day_text(value: str) -> str | None:
    """Return `value` if it is a day of the calendar written YYYY-MM-DD, else None."""
    if len(value) != 10 or value[4] != "-" or value[7] != "-" or not value.isascii():
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return None


def is_day(value: str) -> str | Fault:
    """Accept a day between 1900 and 2199 written YYYY-MM-DD."""
    return dated("%Y-%m-%d")(value)


def dated(form: str) -> Rule:
    """Return the rule for days written in `form` (a strptime format); the result is ISO."""

    def rule(value: str) -> str | Fault:
        day = day_text(value) if form == "%Y-%m-%d" else _reformatted(value, form)
        if day is None:
            sample = date(2026, 9, 30).strftime(form)
            return Fault("invalid-date", f"“{value}” is not a date like {sample}.")
        if not EARLIEST.isoformat() <= day <= LATEST.isoformat():
            return Fault("invalid-date", f"“{value}” lies outside the years 1900 to 2199.")
        return day

    return rule


def _reformatted(value: str, form: str) -> str | None:
    try:
        return datetime.strptime(value, form).date().isoformat()  # noqa: DTZ007  (a day, no zone)
    except ValueError:
        return None


def is_month(value: str) -> str | Fault:
    """Accept a month written YYYY-MM."""
    if day_text(f"{value}-01") is None:
        return Fault("invalid-month", f"“{value}” is not a month like 2026-09.")
    return value


def is_identifier(value: str) -> str | Fault:
    """Accept an identifier of 1-255 characters without spaces at its ends."""
    if value.strip() != value or len(value) > 255 or not value.isprintable():
        return Fault("invalid-identifier", f"“{value}” is not an identifier.")
    return value


def is_text(value: str) -> str | Fault:
    """Accept any text; spaces at its ends are dropped."""
    return value.strip()


def is_number(value: str) -> str | Fault:
    """Accept a decimal number that is not negative, such as 0.5."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or "e" in value.lower():
        return Fault("invalid-number", f"“{value}” is not a number of 0 or more.")
    return value


def is_school_year(value: str) -> str | Fault:
    """Accept the four-digit year in which a school year ends."""
    if len(value) == 4 and value.isdecimal() and value.isascii() and "1900" <= value <= "2199":
        return value
    return Fault("invalid-year", f"“{value}” is not the year in which a school year ends.")


def one_of(words: Iterable[str], title: str) -> Rule:
    """Return the rule for a closed list of words."""
    return translated({word: word for word in words}, title)


def translated(words: Mapping[str, str], title: str) -> Rule:
    """Return the rule that turns each of their words into ours and refuses every other."""

    def rule(value: str) -> str | Fault:
        if value in words:
            return words[value]
        known = ", ".join(words)
        return Fault("unknown-word", f"“{value}” is no {title}. Use one of: {known}.")

    return rule
