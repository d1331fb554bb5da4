"""The rules that one row of a data file must keep by itself (standards.md 1.2-1.4).

Lifecycle columns by mode, required values, kinds and vocabularies, then the rules that hold
between cells of the row. What a row refers to is judged in `references`.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from bascule.feeds.standards.csv_lines import Fault
from bascule.feeds.standards.oneroster.columns import LEGACY_USER_COLUMNS, DataFile, FileColumn
from bascule.feeds.standards.oneroster.headers import Layout
from bascule.feeds.standards.oneroster.values import (
    Check,
    check_of,
    date_time_fault,
    guid_fault,
    loose_date_time_fault,
    repair,
)

CASE_URN = "urn:uuid:"
MISSING = "missing-value"


class CellFault(NamedTuple):
    """A fault and the column it stands in; `mended` is the value tolerant mode reads."""

    column: str
    fault: Fault
    mended: str | None = None


class _Cell(NamedTuple):
    place: int
    column: FileColumn
    check: Check | None


Cells = list[str]


class RowRules:
    """The row rules of one file under one header and mode: call with the row's cells."""

    def __init__(self, file: DataFile, layout: Layout, mode: str, *, strict: bool) -> None:
        self.file, self.layout, self.mode, self.strict = file, layout, mode, strict
        columns = file.columns + (LEGACY_USER_COLUMNS if layout.has_legacy_roles else ())
        self._cells = [
            _Cell(layout.places[column.name], column, check_of(column))
            for column in columns
            if column.name in layout.places
        ]
        self._between = [
            rule for names, rule in _BETWEEN if all(name in layout.places for name in names)
        ]

    def faults(self, cells: Cells) -> list[CellFault]:
        """Return every fault of a row that has the header's width."""
        found: list[CellFault] = []
        source_id = cells[self.layout.places["sourcedId"]]
        fault = guid_fault(source_id) if source_id else _missing("sourcedId")
        if fault is not None:
            found.append(CellFault("sourcedId", fault))
        found.extend(self._lifecycle(cells))
        for place, column, check in self._cells:
            value = cells[place]
            if column.required and (not value or value.isspace()):
                found.append(CellFault(column.name, _missing(column.name)))
            elif not value:
                continue
            elif check is not None and (fault := check(value)) is not None:
                found.append(CellFault(column.name, fault, repair(column, value)))
        if not found:
            for rule in self._between:
                found.extend(rule(self, cells))
        return found

    def value(self, cells: Cells, name: str) -> str:
        """Return a cell by its column's name; empty where the file lacks the column."""
        place = self.layout.places.get(name)
        return "" if place is None else cells[place]

    def is_deleted(self, cells: Cells) -> bool:
        """Say whether the row asks for its record to be deleted."""
        return self.value(cells, "status") == "tobedeleted"

    def _lifecycle(self, cells: Cells) -> Iterator[CellFault]:
        status, at = self.value(cells, "status"), self.value(cells, "dateLastModified")
        if self.mode == "bulk":
            if status:
                yield CellFault("status", _forbidden("status"))
            if at:
                yield CellFault("dateLastModified", _forbidden("dateLastModified"))
            return
        if status not in ("active", "tobedeleted"):
            yield CellFault("status", _status_fault(status))
        fault = date_time_fault(at) if at else _needed_in_delta("dateLastModified")
        if fault is not None:
            readable = not at or loose_date_time_fault(at) is None
            yield CellFault("dateLastModified", fault, at if readable else None)


def _missing(name: str) -> Fault:
    return Fault(MISSING, f"{name} is empty. Every row needs a value.")


def _forbidden(name: str) -> Fault:
    text = f"{name} must be blank in a bulk file. Empty the column, or declare the file delta."
    return Fault("forbidden-in-bulk", text)


def _needed_in_delta(name: str) -> Fault:
    return Fault("required-in-delta", f"{name} is empty. Every row of a delta file needs it.")


def _status_fault(status: str) -> Fault:
    if not status:
        return _needed_in_delta("status")
    return Fault("invalid-status", f"“{status}” must be active or tobedeleted.")


def _span_rule(first: str, last: str) -> Callable[[RowRules, Cells], Iterator[CellFault]]:
    def rule(rules: RowRules, cells: Cells) -> Iterator[CellFault]:
        begins, ends = rules.value(cells, first), rules.value(cells, last)
        if not begins or not ends or ends > begins:
            return
        if ends < begins:
            text = f"{last} {ends} lies before {first} {begins}."
            yield CellFault(last, Fault("end-before-begin", text))
        else:
            text = f"{last} is exclusive, so {begins} to {ends} has no day; it is read as one day."
            yield CellFault(last, Fault("same-day-span", text))

    return rule


def _school_year_rule(rules: RowRules, cells: Cells) -> Iterator[CellFault]:
    """The school year is the year in which it ends: the session's last year or the one after."""
    year, ends = rules.value(cells, "schoolYear"), rules.value(cells, "endDate")
    if year and ends and int(year) - int(ends[:4]) not in (0, 1):
        text = f"schoolYear {year} is not the year in which a session until {ends} ends."
        yield CellFault("schoolYear", Fault("school-year-mismatch", text))


def _subjects_rule(rules: RowRules, cells: Cells) -> Iterator[CellFault]:
    """Subjects and codes pair by place; a course may give neither, and must not give half."""
    subjects, codes = rules.value(cells, "subjects"), rules.value(cells, "subjectCodes")
    if _length(subjects) != _length(codes):
        text = f"{_length(subjects)} subjects and {_length(codes)} subjectCodes do not pair."
        yield CellFault("subjectCodes", Fault("unpaired-subjects", text))


def _length(value: str) -> int:
    return value.count(",") + 1 if value else 0


def _score_rule(rules: RowRules, cells: Cells) -> Iterator[CellFault]:
    low, high = rules.value(cells, "resultValueMin"), rules.value(cells, "resultValueMax")
    if low and high and float(low) > float(high):
        text = f"resultValueMin {low} is greater than resultValueMax {high}."
        yield CellFault("resultValueMin", Fault("invalid-score-range", text))


def _objective_rule(rules: RowRules, cells: Cells) -> Iterator[CellFault]:
    value = rules.value(cells, "learningObjectiveId")
    digits = value.removeprefix(CASE_URN)
    shape = [len(part) for part in digits.split("-")] == [8, 4, 4, 4, 12]
    is_urn = value.startswith(CASE_URN) and shape and set(digits) <= set("0123456789abcdef-")
    if rules.value(cells, "source") == "case" and not is_urn:
        text = "A learning objective of source case must be a urn:uuid: with a UUID."
        yield CellFault("learningObjectiveId", Fault("invalid-objective", text))


_BETWEEN: tuple[tuple[tuple[str, ...], Callable[[RowRules, Cells], Iterator[CellFault]]], ...] = (
    (("startDate", "endDate"), _span_rule("startDate", "endDate")),
    (("beginDate", "endDate"), _span_rule("beginDate", "endDate")),
    (("schoolYear", "endDate"), _school_year_rule),
    (("subjects", "subjectCodes"), _subjects_rule),
    (("resultValueMin", "resultValueMax"), _score_rule),
    (("source", "learningObjectiveId"), _objective_rule),
)
