"""Which day or school year a file's name claims, and whether it only repeats an earlier one.

The district's own public file for 2023-24 repeats 2022-23 in every value
(domain/networks-community.md, trap 1); an export that has got stuck does the same every night.
"""

import re
from datetime import date

_DAY = re.compile(r"(20\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")
_YEARS = re.compile(r"(?<!\d)(?:20)?(\d\d)[-_]?(?:20)?(\d\d)(?!\d)")

Vintage = date | int


def vintage_of(name: str) -> Vintage | None:
    """Return the day that a file name claims, else the school year (the year it ends), else None.

    Days are `2026-11-20` or `20261120`; school years `SY2627`, `2026-27` or `2026-2027`.
    """
    if day := _DAY.search(name):
        try:
            return date(*(int(part) for part in day.groups()))
        except ValueError:
            return None
    for found in _YEARS.finditer(name):
        first, last = int(found[1]), int(found[2])
        if last == first + 1:
            return 2000 + last
    return None


def is_later(name: str, than: str) -> bool:
    """Say whether one name claims a later day, or a later school year, than the other."""
    new, old = vintage_of(name), vintage_of(than)
    if isinstance(new, date) and isinstance(old, date):
        return new > old
    return isinstance(new, int) and isinstance(old, int) and new > old
