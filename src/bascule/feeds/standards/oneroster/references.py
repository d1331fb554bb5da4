"""What the rows of a package may refer to, and the rules that hold between records.

Bulk rows: every reference resolves inside the package. Delta rows: a reference to a record that
is not here may point at one received earlier and is no error (standards.md 1.3); where both ends
are here, the rules between records hold for delta rows too. Files come in the order of
`columns.DATA_FILES`, so most references are judged at once; the rest wait for `closing`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import NamedTuple

from bascule.feeds.standards.csv_lines import Fault
from bascule.feeds.standards.oneroster.columns import DATA_FILES, DataFile, FileColumn
from bascule.feeds.standards.oneroster.repeats import repeated_id, repeated_ids, seen_before
from bascule.feeds.standards.oneroster.rows import CellFault, Cells, RowRules

_FACTS = {
    "orgs": ("type", "parentSourcedId"),
    "academicSessions": ("type", "parentSourcedId"),
    "userProfiles": ("userSourcedId",),
    "lineItems": ("classSourcedId", "resultValueMin", "resultValueMax"),
    "classes": ("schoolSourcedId",),
    "resources": ("roles",),
}
"""The cells of a record that other records' rules ask about."""


LOOSE = frozenset({"roles", "enrollments", "demographics"})
"""Files that no other refers to: their identifiers are compared once, at the end of the file."""


class Waiting(NamedTuple):
    """A reference that can be judged only when its target's file has been read."""

    file: str
    line: int
    column: str
    target: str
    value: str


@dataclass
class Records:
    """The records seen so far in a package, by file and identifier, and the references waiting.

    `modes` are the modes of the files that the package holds, by name without `.csv`. `unsure`
    are files that are due and could not be read whole: what refers to them is not judged, so
    that the cause is named and not its echo in every file below (standards.md 1.5, point 6).
    """

    modes: Mapping[str, str]
    unsure: set[str] = field(default_factory=set)
    known: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)
    primary_roles: set[tuple[str, str]] = field(default_factory=set)
    role_pairs: set[tuple[str, str]] = field(default_factory=set)  # of users with a primary org
    primary_orgs: dict[str, tuple[str, int]] = field(default_factory=dict)
    memberships: set[tuple[str, str]] = field(default_factory=set)
    roles_held: dict[str, set[str]] = field(default_factory=dict)
    loose: dict[str, list[tuple[Sequence[str], Sequence[int]]]] = field(default_factory=dict)
    agents: list[tuple[int, str]] = field(default_factory=list)

    def fact(self, file: str, identifier: str, place: int = 0) -> str | None:
        """Return a noted cell of a record, or None where the record is not in the package."""
        facts = self.known.get(file, {}).get(identifier)
        return None if facts is None or place >= len(facts) else facts[place]

    def repeats(self, rules: RowRules, block: Mapping[str, Sequence[str]]) -> list[int]:
        """Return the places of sound rows whose identifier, or whose primary role's user and
        org, stands before: they are to be judged by `note` and the record rules."""
        found: list[int] = []
        if rules.file.name not in LOOSE:
            found = seen_before(block["sourcedId"], self.known.get(rules.file.name, {}))
        if rules.file.name == "roles":
            kinds = block["roleType"]
            pairs = zip(block["userSourcedId"], block["orgSourcedId"], strict=True)
            primary = [
                pair if kind == "primary" else None for pair, kind in zip(pairs, kinds, strict=True)
            ]
            found += seen_before(primary, self.primary_roles)
        return found

    def note_sound(
        self, rules: RowRules, block: Mapping[str, Sequence[str]], lines: Sequence[int]
    ) -> None:
        """Remember sound rows, given by column, all at once; none of them repeats another."""
        file, source_ids = rules.file.name, block["sourcedId"]
        if file in LOOSE:
            self.loose.setdefault(file, []).append((source_ids, lines))
        else:
            facts = [block.get(name, [""] * len(lines)) for name in _FACTS.get(file, ())]
            cells = zip(*facts, strict=True) if facts else repeat(())
            self.known.setdefault(file, {}).update(zip(source_ids, cells, strict=False))
        if file == "roles":
            pairs = list(zip(block["userSourcedId"], block["orgSourcedId"], strict=True))
            if self.primary_orgs:
                self.role_pairs.update(pair for pair in pairs if pair[0] in self.primary_orgs)
            kinds = zip(pairs, block["roleType"], strict=True)
            self.primary_roles.update([pair for pair, kind in kinds if kind == "primary"])
        if file == "users" and rules.mode == "bulk":
            self._note_users(block, lines)

    def _note_users(self, block: Mapping[str, Sequence[str]], lines: Sequence[int]) -> None:
        """Keep the primary orgs for the end of roles.csv and the agents for that of users.csv."""
        orgs = block.get("primaryOrgSourcedId", ())
        if any(orgs):
            for user, org, line in zip(block["sourcedId"], orgs, lines, strict=False):
                if org:
                    self.primary_orgs[user] = (org, line)
        cells = zip(lines, block.get("agentSourcedIds", ()), strict=False)
        self.agents += [(line, cell) for line, cell in cells if cell]

    def note(self, rules: RowRules, cells: Cells, line: int, *, sound: bool) -> Iterator[CellFault]:
        """Remember a record; an identifier that stands twice in its file is a fault.

        An unsound row is remembered by its identifier alone: other rows may refer to it.
        """
        file, source_id = rules.file.name, rules.value(cells, "sourcedId")
        records = self.known.setdefault(file, {})
        if file in LOOSE:
            self.loose.setdefault(file, []).append(([source_id], [line]))
        elif source_id in records:
            yield CellFault("sourcedId", repeated_id(file, source_id))
        elif source_id:
            names = _FACTS.get(file, ()) if sound else ()
            records[source_id] = tuple(rules.value(cells, name) for name in names)
            org = rules.value(cells, "primaryOrgSourcedId") if file == "users" else ""
            if org and rules.mode == "bulk":
                self.primary_orgs[source_id] = (org, line)
        if file == "roles":
            pair = rules.value(cells, "userSourcedId"), rules.value(cells, "orgSourcedId")
            self.role_pairs.add(pair)

    def reference_faults(self, rules: RowRules, cells: Cells, line: int) -> Iterator[CellFault]:
        """Judge what one row refers to; forward references are put off to `closing`."""
        file = rules.file
        if rules.mode == "delta":
            return
        if file.name == "demographics":
            value = rules.value(cells, "sourcedId")
            yield from self._unresolved("sourcedId", "users", value)
        for column in reference_columns(file):
            for value in filter(None, rules.value(cells, column.name).split(",")):
                target = column.refers_to or ""
                if target == file.name and target in self.modes:
                    if value not in self.known[target]:
                        waiting = Waiting(file.name, line, column.name, target, value)
                        self.waiting.append(waiting)
                else:
                    yield from self._unresolved(column.name, target, value)

    def _unresolved(self, column: str, target: str, value: str) -> Iterator[CellFault]:
        if target in self.unsure:
            return
        if target not in self.modes:
            text = f"{column} refers to {target}.csv, which is not in the package."
            yield CellFault(column, Fault("missing-target-file", text))
        elif value not in self.known.get(target, {}):
            yield CellFault(column, missing_record(column, target, value))

    def closing(self, file: str) -> Iterator[tuple[int, CellFault]]:
        """Yield the faults that only the whole file shows: open references and parent circles."""
        records = self.known.get(file, {})
        for wait in self.waiting:
            if wait.file == file and file not in self.unsure and wait.value not in records:
                fault = missing_record(wait.column, wait.target, wait.value)
                yield wait.line, CellFault(wait.column, fault)
        self.waiting = [wait for wait in self.waiting if wait.file != file]
        if file == "users":
            yield from self._missing_agents()
        for line, source_id in repeated_ids(self.loose.pop(file, [])):
            yield line, CellFault("sourcedId", repeated_id(file, source_id))

    def _missing_agents(self) -> Iterator[tuple[int, CellFault]]:
        """Yield the agents of sound users that are nobody's identifier, once all users are read."""
        known, agents = self.known.get("users", {}), self.agents
        self.agents = []
        if "users" in self.unsure:
            return
        for line, cell in agents:
            for agent in cell.split(","):
                if agent not in known:
                    fault = missing_record("agentSourcedIds", "users", agent)
                    yield line, CellFault("agentSourcedIds", fault)

    def primary_org_faults(self) -> Iterator[tuple[int, CellFault]]:
        """Yield the users whose primary org they hold no role in, by their line in users.csv.

        Judged only where both files are bulk: a delta may leave the role out.
        """
        for user, (org, line) in self.primary_orgs.items():
            if self.modes.get("roles") == "bulk" and (user, org) not in self.role_pairs:
                text = f"The user “{user}” has no role at the primary org “{org}” in roles.csv."
                yield (
                    line,
                    CellFault("primaryOrgSourcedId", Fault("primary-org-without-role", text)),
                )

    def circle_faults(self, file: str) -> Iterator[CellFault]:
        """Yield one fault for each record that is its own ancestor."""
        for source_id in sorted(self.circles(file)):
            text = f"“{source_id}” is its own ancestor through parentSourcedId."
            yield CellFault("parentSourcedId", Fault("parent-circle", text))

    def circles(self, file: str) -> set[str]:
        """Return the identifiers of records that are their own ancestor (orgs and sessions)."""
        records = self.known.get(file, {})
        checked: set[str] = set()
        found: set[str] = set()
        for start in records:
            path: list[str] = []
            here: str | None = start
            while here and here in records and here not in checked and here not in path:
                path.append(here)
                here = self.fact(file, here, 1)
            if here in path:
                found.update(path[path.index(here) :])
            checked.update(path)
        return found


def reference_columns(file: DataFile) -> tuple[FileColumn, ...]:
    """Return the columns of a file that refer to records."""
    return _REFERENCES[file.name]


_REFERENCES = {
    name: tuple(column for column in file.columns if column.refers_to)
    for name, file in DATA_FILES.items()
}


def missing_record(column: str, target: str, value: str) -> Fault:
    """Return the fault of a reference whose record is not in the package."""
    text = f"{column} refers to “{value}”, which is no sourcedId of {target}.csv."
    return Fault("missing-record", text)
