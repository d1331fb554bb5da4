"""The header of a data file: which cell holds which column, and what deviates from 1.2.1.

Strict (standards.md 1.2): every column of the file present, in order and in case, names unique,
extra columns only at the right end and named `metadata.…`. Tolerant finds columns by name in
any order or case, and near misses by spelling, and warns about each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from bascule.feeds.reading import Reason
from bascule.feeds.standards.oneroster.columns import (
    COMMON,
    LEGACY_USER_COLUMNS,
    DataFile,
    FileColumn,
)

METADATA = "metadata."


@dataclass(frozen=True)
class Layout:
    """Where each known column stands in this file's rows; `width` is the header's length."""

    places: dict[str, int]
    width: int
    reasons: tuple[Reason, ...]
    has_legacy_roles: bool = False

    @property
    def is_usable(self) -> bool:
        """Say whether rows can be read under this header."""
        return all(reason.severity == "warning" for reason in self.reasons)


def layout_of(file: DataFile, header: list[str], *, strict: bool) -> Layout:
    """Judge a header and map its columns."""
    reasons = list(_name_reasons(file, header))
    if strict:
        reasons.extend(_strict_reasons(file, header))
        return Layout(_places(file.header, header), len(header), tuple(reasons))
    places, found = _tolerant_places(file, header)
    legacy = all(column.name in places for column in LEGACY_USER_COLUMNS)
    return Layout(places, len(header), (*reasons, *found), legacy and file.name == "users")


def _reason(file: DataFile, column: str, code: str, text: str) -> Reason:
    return Reason(file.file_name, 1, column, code, text)


def _places(names: tuple[str, ...], header: list[str]) -> dict[str, int]:
    return {name: header.index(name) for name in names if name in header}


def _name_reasons(file: DataFile, header: list[str]) -> Iterator[Reason]:
    for place, name in enumerate(header):
        if name == "":
            text = f"The name of column {place + 1} is empty. Remove the column."
            yield _reason(file, "", "empty-column-name", text)
        elif name in header[:place]:
            yield _reason(file, name, "repeated-column", f"The column “{name}” stands twice.")


def _strict_reasons(file: DataFile, header: list[str]) -> Iterator[Reason]:
    expected = file.header
    for name in expected:
        if name not in header:
            text = f"The column {name} is missing. All columns must be there, even if empty."
            yield _reason(file, name, "missing-column", text)
    standard = [name for name in header if name in expected]
    last = max((header.index(name) for name in standard), default=0)
    for place, name in enumerate(header):
        is_metadata = name.startswith(METADATA) and len(name) > len(METADATA)
        if is_metadata and place < last:
            text = f"“{name}” stands before {header[last]}; metadata columns come last."
            yield _reason(file, name, "metadata-column-position", text)
        elif name and not is_metadata and name not in expected:
            yield _unknown(file, name)
    yield from _order_reasons(file, standard)


def _order_reasons(file: DataFile, standard: list[str]) -> Iterator[Reason]:
    """Name the first column out of order: the rest follows from it."""
    wanted = [name for name in file.header if name in standard]
    for name, due in zip(standard, wanted, strict=False):
        if name != due:
            text = f"“{name}” stands where {due} must stand. Keep the order that OneRoster gives."
            yield _reason(file, name, "column-order", text)
            return


def _unknown(file: DataFile, name: str) -> Reason:
    text = f"“{name}” is no column of {file.file_name}. Extra columns are named metadata.…"
    return _reason(file, name, "unknown-column", text)


def _tolerant_places(file: DataFile, header: list[str]) -> tuple[dict[str, int], list[Reason]]:
    known = file.header + tuple(c.name for c in LEGACY_USER_COLUMNS if file.name == "users")
    places = _places(known, header)
    reasons: list[Reason] = []
    for place, name in enumerate(header):
        if name in known or name.startswith(METADATA) or not name:
            continue
        meant = _meant(name, [column for column in known if column not in places])
        if meant is None:
            text = f"“{name}” is no column of {file.file_name} and is ignored."
            reasons.append(_reason(file, name, "unknown-column", text))
        else:
            places[meant] = place
            text = f"“{name}” is read as {meant}. Correct the spelling."
            reasons.append(_reason(file, name, "misspelled-column", text))
    warnings = [reason._replace(severity="warning") for reason in reasons]
    warnings.extend(_order_warning(file, places))
    return places, [*warnings, *_missing(file, places)]


def _meant(name: str, missing: list[str]) -> str | None:
    same = [column for column in missing if column.lower() == name.strip().lower()]
    return next(iter(same or get_close_matches(name, missing, n=1, cutoff=0.88)), None)


def _order_warning(file: DataFile, places: dict[str, int]) -> Iterator[Reason]:
    found = [places[name] for name in file.header if name in places]
    if found != sorted(found):
        text = "The columns are not in the order that OneRoster gives. They are read by name."
        yield _reason(file, "", "column-order", text)._replace(severity="warning")


def _missing(file: DataFile, places: dict[str, int]) -> Iterator[Reason]:
    """A missing column that must hold a value cannot be read past; any other reads as empty."""
    columns = {column.name: column for column in file.columns}
    for name in file.header:
        if name in places:
            continue
        needed = name == COMMON[0] or _is_needed(columns.get(name))
        text = f"The column {name} is missing" + (
            "." if needed else "; its values count as not reported."
        )
        reason = _reason(file, name, "missing-column", text)
        yield reason if needed else reason._replace(severity="warning")


def _is_needed(column: FileColumn | None) -> bool:
    return column is not None and column.required
