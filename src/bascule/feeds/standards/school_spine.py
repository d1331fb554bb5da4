"""The public school spine: one row a school, read into the district, its networks and schools.

Format: `cps/derived/schools_master.csv` (a CPS profile joined with place and enrollment). Only
`school_id` and `short_name` are needed; every other column may be missing. Networks come from
the column `network` (Network 1-17, ISP, Options, Charter, Contract) and have no row of their own:
their key is the name in lower case with hyphens, as in the OneRoster package of the district.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bascule.feeds.reading import (
    Batch,
    FileRead,
    Reason,
    Rejected,
    Row,
    Verdict,
    batch_of_rows,
    judge,
)
from bascule.feeds.standards.cell_rules import Rule, is_identifier, is_number
from bascule.feeds.standards.csv_blocks import WIDTH, header_of, row_count
from bascule.feeds.standards.csv_lines import Fault, Line, lines_of

TARGET = "organization"
NEEDED = ("school_id", "short_name")
UNASSIGNED = "Unassigned"
GOVERNANCE_OF_TYPE = {"Charter": "charter", "Contract": "contract"}
GOVERNANCE_OF_NETWORK = {"Charter": "charter", "Contract": "contract", "Options": "options"}
COLUMNS = {
    "short_name": "short_name",
    "rcdts": "state_identifier",
    "finance_id": "identifier",
    "category": "level",
    "grades": "grades",
    "address": "address",
    "zip": "postal_code",
    "lat": "latitude",
    "lon": "longitude",
    "community_area": "community_area",
    "enrolment_sy2425": "enrollment",
}
"""Their column to ours, taken as it stands; an empty cell is not reported."""

RULES: dict[str, Rule] = {"school_id": is_identifier, "enrolment_sy2425": is_number}


@dataclass(frozen=True)
class SchoolSpine:
    """The standard `school_spine` (see the module)."""

    key: str = "school_spine"
    title: str = "school spine (CSV)"
    targets: tuple[str, ...] = (TARGET,)

    @property
    def owns(self) -> Mapping[str, frozenset[str]]:
        """Return the columns the spine owns: what a school is and where it lies."""
        return {TARGET: frozenset({*COLUMNS.values(), "name", "kind", "parent_key", "governance"})}

    def recognizes(self, path: Path) -> bool:
        """Say whether the file is a CSV with a school's id and short name in its header."""
        if path.suffix.lower() != ".csv" or not path.is_file():
            return False
        return set(NEEDED) <= set(header_of(path))

    def open(
        self, path: Path, *, strict: bool = False, options: Mapping[str, str] | None = None
    ) -> "SpinePackage":
        """Open a spine. Options `district_key` and `district_name` name the district."""
        chosen = options or {}
        return SpinePackage(
            path,
            strict,
            chosen.get("district_key", "district"),
            chosen.get("district_name", "The district"),
        )


@dataclass
class SpinePackage:
    """One opened spine (see `reading.Package`)."""

    path: Path
    strict: bool
    district_key: str
    district_name: str
    standard_key: str = "school_spine"

    @cached_property
    def files(self) -> Mapping[str, FileRead]:
        """Return the one file with its schools counted."""
        name = self.path.name
        return {name: FileRead(name, "bulk", row_count(self.path), (TARGET,))}

    def check(self) -> Verdict:
        """Judge the header, and in strict mode every row."""
        header, name = header_of(self.path), self.path.name
        reasons = [
            Reason(name, 1, column, "missing-column", f"The column “{column}” is missing.")
            for column in NEEDED
            if column not in header
        ]
        reasons += [
            Reason(name, 1, column, "missing-column", f"{column} is missing.", "warning")
            for column in (*COLUMNS, "long_name", "network", "school_type")
            if column not in header and column not in NEEDED
        ]
        reasons += [
            Reason(name, 1, column, "repeated-column", f"The column “{column}” stands twice.")
            for column in sorted({column for column in header if header.count(column) > 1})
        ]
        if self.strict and judge(reasons).verdict == "accept":
            for row in self.rows():
                reasons += row.reasons if isinstance(row, Rejected) else ()
        return judge(reasons)

    def batches(self) -> Iterator[Batch | Rejected]:
        """Stream the district, its networks and its schools, parents first."""
        rows = list(self.rows())
        yield from (row for row in rows if isinstance(row, Rejected))
        yield batch_of_rows(TARGET, self.path.name, [row for row in rows if isinstance(row, Row)])

    def rows(self) -> Iterator[Row | Rejected]:
        """Yield organizations one by one, and the rows that fail."""
        file = self.path.name
        district = {"name": self.district_name, "kind": "district", "governance": "district"}
        yield Row(TARGET, file, 1, self.district_key, dict(district))
        schools, rejected = self._read()
        yield from rejected
        for name, line in self._networks(schools).items():
            yield Row(TARGET, file, line, network_key(name), self._network(name))
        for line, cells in schools:
            yield Row(TARGET, file, line, cells["school_id"], school_values(cells))

    def _read(self) -> tuple[list[tuple[int, dict[str, str]]], list[Rejected]]:
        schools: list[tuple[int, dict[str, str]]] = []
        rejected: list[Rejected] = []
        seen: set[str] = set()
        header = header_of(self.path)
        with self.path.open("rb") as stream:
            for line in list(lines_of(stream))[1:]:
                cells = dict(zip(header, line.cells, strict=False))
                faults = _faults(line, header, cells, seen)
                if faults:
                    rejected.append(self._rejected(line, cells, faults))
                else:
                    seen.add(cells["school_id"])
                    schools.append((line.number, cells))
        return schools, rejected

    def _rejected(
        self, line: Line, cells: Mapping[str, str], faults: list[tuple[str | None, Fault]]
    ) -> Rejected:
        file = self.path.name
        reasons = tuple(Reason(file, line.number, column, *fault) for column, fault in faults)
        key = cells.get("school_id") or None
        return Rejected(TARGET, file, line.number, key, tuple(line.cells), reasons)

    def _networks(self, schools: list[tuple[int, dict[str, str]]]) -> dict[str, int]:
        """Return each network with the line that names it first."""
        found: dict[str, int] = {}
        for line, cells in schools:
            found.setdefault(cells.get("network") or UNASSIGNED, line)
        return found

    def _network(self, name: str) -> dict[str, str | None]:
        governance = GOVERNANCE_OF_NETWORK.get(name, "district")
        return {
            "name": name,
            "kind": "network",
            "parent_key": self.district_key,
            "governance": governance,
        }


def network_key(name: str) -> str:
    """Return the key of a network: `Network 1` is `network-1`, `ISP` is `network-isp`."""
    slug = name.lower().replace(" ", "-")
    return slug if slug.startswith("network") else f"network-{slug}"


def grade_word(grade: str) -> str:
    """Return a grade as all our files write it: PK, KG, 01 .. 12."""
    word = grade.strip()
    return "KG" if word == "K" else word.zfill(2) if word.isdecimal() else word


def school_values(cells: Mapping[str, str]) -> dict[str, str | None]:
    """Map one school's cells; governance follows its type, then its network."""
    values: dict[str, str | None] = {
        ours: cells.get(theirs) or None for theirs, ours in COLUMNS.items()
    }
    network = cells.get("network") or UNASSIGNED
    values["grades"] = ",".join(map(grade_word, (cells.get("grades") or "").split(","))) or None
    values["name"] = cells.get("long_name") or cells["short_name"]
    values["kind"] = "school"
    values["parent_key"] = network_key(network)
    values["governance"] = GOVERNANCE_OF_TYPE.get(
        cells.get("school_type", ""), GOVERNANCE_OF_NETWORK.get(network, "district")
    )
    return values


def _faults(
    line: Line, header: list[str], cells: Mapping[str, str], seen: set[str]
) -> list[tuple[str | None, Fault]]:
    if line.fault is not None:
        return [(None, line.fault)]
    if len(line.cells) != len(header):
        text = f"This line has {len(line.cells)} cells and the header has {len(header)}."
        return [(None, Fault(WIDTH, text))]
    found: list[tuple[str | None, Fault]] = [
        (column, fault)
        for column, value in cells.items()
        if (fault := _cell_fault(column, value)) is not None
    ]
    if cells["school_id"] in seen:
        text = f"The school “{cells['school_id']}” stands twice."
        found.append(("school_id", Fault("repeated-row", text)))
    return found


def _cell_fault(column: str, value: str) -> Fault | None:
    if not value.strip():
        text = f"{column} is empty. Every school needs it."
        return Fault("missing-value", text) if column in NEEDED else None
    rule = RULES.get(column)
    result = rule(value) if rule is not None else value
    return result if isinstance(result, Fault) else None


STANDARD = SchoolSpine()
"""The one instance that is registered."""
