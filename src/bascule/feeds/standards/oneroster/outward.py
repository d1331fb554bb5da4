"""Canonical rows turned into the cells of OneRoster files: the way back of `canonical`."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from bascule.feeds.reading import Mode, Row
from bascule.feeds.standards.oneroster.canonical import (
    COLUMN_MAP,
    ORGANIZATION_KINDS,
    PEOPLE,
    SESSION_KINDS,
)
from bascule.feeds.standards.oneroster.columns import DataFile

SOURCES: dict[str, tuple[str, ...]] = {
    "academicSessions": ("session",),
    "orgs": ("organization",),
    "courses": ("course",),
    "classes": ("section",),
    "users": (*PEOPLE, "person"),
    "roles": ("school_role",),
    "enrollments": ("section_enrollment",),
    "demographics": ("demographics",),
}
"""The files that are written and the targets whose rows go into each."""

Values = Mapping[str, str | None]

_THEIRS = {
    name: {theirs: ours for ours, theirs in columns.items()} for name, columns in COLUMN_MAP.items()
}


def day_after(day: str | None) -> str:
    """Return the exclusive end of a span from its inclusive last day; empty where it is open."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat() if day else ""


class RowWriter:
    """Turns the rows of one file into cells in the file's order; the plan is made once.

    The lifecycle columns are filled in a delta only. `agents` are the guardians by student.
    """

    def __init__(
        self, file: DataFile, mode: Mode, at: str, agents: Mapping[str, list[str]]
    ) -> None:
        theirs, made = _THEIRS[file.name], _MADE.get(file.name, {})
        self._mode, self._at, self._agents = mode, at, agents
        self._names = [theirs.get(name, "") for name in file.header]
        self._made = [(file.header.index(name), make) for name, make in made.items()]
        self._agent_place = file.header.index("agentSourcedIds") if file.name == "users" else None

    def cells(self, row: Row) -> list[str]:
        """Return a row's cells; what is not known is empty."""
        values = row.values
        cells = [values.get(name) or "" for name in self._names]
        cells[0] = row.key
        if self._mode == "delta":
            cells[1:3] = ["tobedeleted" if row.ends else "active", self._at]
        for place, make in self._made:
            cells[place] = make(values)
        if self._agent_place is not None:
            cells[self._agent_place] = ",".join(self._agents.get(row.key, ()))
        return cells


def _worded(ours: str, words: Mapping[str, str]) -> Callable[[Values], str]:
    back = {our: their for their, our in words.items() if not their.startswith("ext:")}

    def make(values: Values) -> str:
        word = values.get(ours) or ""
        return back.get(word, word)

    return make


def _ends(values: Values) -> str:
    return day_after(values.get("ends_on"))


def _role_type(values: Values) -> str:
    return "primary" if values.get("is_primary") == "true" else "secondary"


def _enabled(values: Values) -> str:
    """An account of which nothing is known counts as enabled; the column needs a value."""
    return values.get("enabled") or "true"


def _username(values: Values) -> str:
    """The column needs a value; where none is known, the name a person signs in with is none."""
    return values.get("username") or values.get("email") or values.get("identifier") or ""


_MADE: dict[str, dict[str, Callable[[Values], str]]] = {
    "orgs": {"type": _worded("kind", ORGANIZATION_KINDS)},
    "academicSessions": {"type": _worded("kind", SESSION_KINDS), "endDate": _ends},
    "users": {"enabledUser": _enabled, "username": _username},
    "roles": {"roleType": _role_type, "endDate": _ends},
    "enrollments": {"endDate": _ends},
}
