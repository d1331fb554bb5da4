"""The OneRoster 1.2.1 zip: one manifest and the bulk files, with fixed time stamps.

Rules: 1EdTech OneRoster CSV binding 1.2.1 (standards.md 1.2 to 1.4). Bulk: `status` and
`dateLastModified` stay blank; the set is closed; end dates are exclusive.
"""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bascule.ops.generator.csv_files import Column, CsvFile

ALL_FILES = (
    "academicSessions", "categories", "classes", "classResources", "courses", "courseResources",
    "demographics", "enrollments", "lineItemLearningObjectiveIds", "lineItems",
    "lineItemScoreScales", "orgs", "resources", "resultLearningObjectiveIds", "results",
    "resultScoreScales", "roles", "scoreScales", "userProfiles", "userResources", "users",
)  # fmt: skip

COLUMNS = {
    "academicSessions": "title type startDate endDate parentSourcedId schoolYear",
    "orgs": "name type identifier parentSourcedId",
    "courses": "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    "classes": "title grades courseSourcedId classCode classType location schoolSourcedId "
    "termSourcedIds subjects subjectCodes periods",
    "users": "enabledUser username userIds givenName familyName middleName identifier email sms "
    "phone agentSourcedIds grades password userMasterIdentifier preferredGivenName "
    "preferredMiddleName preferredFamilyName primaryOrgSourcedId pronouns",
    "roles": "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId",
    "enrollments": "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
    "demographics": "birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican "
    "nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces "
    "hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation cityOfBirth "
    "publicSchoolResidenceStatus",
}

DISTRICT = "district"
MAY_HOLD_COMMAS = ("orgs", "courses", "classes")


class OneRosterZip:
    """A package under construction; files are written one after the other."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.rows: dict[str, int] = {}

    @contextmanager
    def file(self, name: str) -> Iterator["OneRosterFile"]:
        """Open one of the data files for writing, e.g. `users`."""
        with self._archive.open(f"{name}.csv", "w") as sink:
            columns = ("sourcedId", "status", "dateLastModified", *COLUMNS[name].split())
            with CsvFile(sink, columns) as file:
                yield OneRosterFile(file, columns, quoted=name in MAY_HOLD_COMMAS)
                self.rows[name] = file.rows

    def write_manifest(self, system: str) -> None:
        """Write `manifest.csv`, which declares every file bulk or absent."""
        lines = ["propertyName,value", "manifest.version,1.0", "oneroster.version,1.2"]
        lines += [f"file.{name},{'bulk' if name in self.rows else 'absent'}" for name in ALL_FILES]
        lines.append(f"source.systemName,{system}")
        with self._archive.open("manifest.csv", "w") as sink:
            sink.write(("\n".join(lines) + "\n").encode())


class OneRosterFile:
    """One data file; cells that a caller does not name stay empty."""

    def __init__(self, file: CsvFile, columns: Sequence[str], *, quoted: bool) -> None:
        self._file = file
        self._quoted = quoted
        self._columns = columns

    def write(self, sourced_id: Column | Sequence[str], **cells: Column | Sequence[str]) -> None:
        """Append rows; raises KeyError for a column that the file does not have."""
        unknown = set(cells) - set(self._columns)
        if unknown:
            raise KeyError(f"no such column: {sorted(unknown)}")
        ids = pa.array(sourced_id)
        blank = pa.nulls(len(ids), pa.string())
        cells = {"sourcedId": ids, **cells}
        self._file.write(
            [pa.array(cells.get(name, blank)) for name in self._columns], quoted=self._quoted
        )


@contextmanager
def new_package(path: Path, system: str) -> Iterator[OneRosterZip]:
    """Open a new package; the manifest is written at the end."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        package = OneRosterZip(archive)
        yield package
        package.write_manifest(system)


def joined_text(*parts: Column | str) -> pa.Array:
    """Join columns and fixed texts element by element into text."""
    texts = [part if isinstance(part, str) else pc.cast(pa.array(part), pa.string())
             for part in parts]  # fmt: skip
    return pc.binary_join_element_wise(*texts, "")


def constant(text: str, count: int) -> pa.Array:
    """Return `text` in every row."""
    return pa.repeat(text, count)


def true_or_false(mask: np.ndarray) -> pa.Array:
    """Return the texts `true` and `false`."""
    return pa.array(["false", "true"]).take(pa.array(mask.astype(np.int8)))
