"""Reads a generated folder back with the standard library alone, and judges it by brute force.

Nothing here imports the generator or a rule: what the manifest says is compared with what the
plain words of docs/look-up/generated-district.md find in the files.
"""

import csv
import io
import zipfile
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path

DAY = timedelta(days=1)
PROOF = {"04", "33", "34", "40"}
NOWHERE = {"20", "21", "86", "99"}


@dataclass
class Claim:
    """One reported enrollment; a bound is None where the row was not sent or has no date."""

    school: str
    start: date | None
    end: date | None
    entry: str
    exit: str
    grade: str


class Folder:
    """A generated folder, read when asked."""

    def __init__(self, path: Path, as_of: date) -> None:
        self.path, self.as_of = path, as_of

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a CSV file."""
        with (self.path / name).open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    @cached_property
    def roster(self) -> dict[str, list[dict[str, str]]]:
        """Return the rows of the OneRoster files by name."""
        with zipfile.ZipFile(self.path / "oneroster.zip") as archive:
            return {
                name.removesuffix(".csv"): list(
                    csv.DictReader(io.TextIOWrapper(archive.open(name), encoding="utf-8"))
                )
                for name in archive.namelist()
            }

    @cached_property
    def school_days(self) -> list[date]:
        """Return the days in session, ascending."""
        rows = self.rows("calendar.csv")
        return [date.fromisoformat(r["date"]) for r in rows if r["kind"] == "school_day"]

    def days_between(self, first: date, last: date) -> int:
        """Count school days from `first` to `last`, both included."""
        return bisect_right(self.school_days, last) - bisect_left(self.school_days, first)

    @cached_property
    def manifest(self) -> list[dict[str, str]]:
        """Return the planted rows."""
        return self.rows("planted/manifest.csv")

    def planted(self, kind: str, fires: str) -> set[tuple[str, str]]:
        """Return (student, began_on) of the planted rows of a kind."""
        return {
            (row["student_id"], row["began_on"])
            for row in self.manifest
            if row["kind"] == kind and row["fires"] == fires
        }

    @cached_property
    def born(self) -> dict[str, date]:
        """Return birth dates by student."""
        rows = self.roster["demographics"]
        return {row["sourcedId"]: date.fromisoformat(row["birthDate"]) for row in rows}

    @cached_property
    def claims(self) -> dict[str, list[Claim]]:
        """Pair entries and withdrawals by school and date; impossible rows left out."""
        schools = {row["school_id"] for row in self.rows("schools.csv")}
        events: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
        for row in self.rows("enrollment_events.csv"):
            if row["school_id"] in schools and not row["date"].endswith("-02-30"):
                events[row["student_id"], row["school_id"]].append(row)
        found: dict[str, list[Claim]] = defaultdict(list)
        for (student, school), rows in events.items():
            found[student] += _paired(school, rows)
        for claims in found.values():
            claims.sort(key=lambda claim: claim.start or claim.end or date.min)
        return found


def _paired(school: str, rows: list[dict[str, str]]) -> list[Claim]:
    """Pair one student's rows at one school, which stand in the order of time."""
    claims: list[Claim] = []
    opened = False
    for row in rows:
        day = date.fromisoformat(row["date"]) if row["date"] else None
        if row["event"] == "E":
            claims.append(Claim(school, day, None, row["code"], "", row["grade"]))
            opened = True
        elif opened:
            claims[-1].end, claims[-1].exit = day, row["code"]
            opened = False
        else:
            claims.append(Claim(school, None, day, "", row["code"], row["grade"]))
    return claims


def overlaps(folder: Folder) -> set[tuple[str, str]]:
    """Find days that two schools claim: (student, first day in common)."""
    found = set()
    for student, claims in _whole(folder).items():
        for place, one in enumerate(claims):
            for other in claims[place + 1 :]:
                start = max(one.start, other.start)  # type: ignore[type-var]
                both = start <= min(one.end or folder.as_of, other.end or folder.as_of)
                if one.school != other.school and both:
                    found.add((student, str(start)))
    return found


def gaps(folder: Folder) -> set[tuple[str, str]]:
    """Find spans of more than 10 school days enrolled nowhere: (student, first day)."""
    found = set()
    for student, claims in _whole(folder).items():
        covered = claims[0].end or folder.as_of
        code = claims[0].exit
        for claim in [*claims[1:], None]:
            until = claim.start - DAY if claim and claim.start else folder.as_of
            named = code in PROOF | {"23", "06", "14"}
            if not named and folder.days_between(covered + DAY, until) > 10:
                found.add((student, str(covered + DAY)))
            if claim and (claim.end or folder.as_of) >= covered:
                covered, code = claim.end or folder.as_of, claim.exit
    return found


def returns(folder: Folder) -> set[tuple[str, str]]:
    """Find exits with code 33 or 40 and a return to the same school in 7 to 30 days."""
    return {
        (student, str(one.end))
        for student, claims in _whole(folder).items()
        for one, two in pairwise(claims)
        if one.school == two.school and one.end and one.exit in {"33", "40"}
        if 7 <= (two.start - one.end).days <= 30  # type: ignore[operator]
    }


def unproven(folder: Folder) -> set[tuple[str, str]]:
    """Find last exits whose code needs proof: (student, last day)."""
    return {
        (student, str(claims[-1].end))
        for student, claims in _whole(folder).items()
        if claims[-1].exit in PROOF
    }


def no_shows(folder: Folder) -> set[tuple[str, str]]:
    """Find exits with code 99: (student, first day)."""
    return {
        (student, str(claim.start))
        for student, claims in folder.claims.items()
        for claim in claims
        if claim.exit == "99"
    }


def incomplete(folder: Folder) -> set[str]:
    """Find students with a withdrawal without entry, or an old entry without withdrawal."""
    first_day = max(day for day in folder.school_days if _opens_year(folder, day))
    return {
        student
        for student, claims in folder.claims.items()
        for claim in claims
        if claim.start is None or (claim.end is None and claim.start < first_day)
    }


def highly_mobile(folder: Folder) -> set[str]:
    """Find students with two moves inside 12 months or three inside 36."""
    found = set()
    for student, days in _moves(folder).items():
        twice = any(later - sooner < 365 for sooner, later in pairwise(days))
        thrice = any(later - sooner < 1095 for sooner, later in zip(days, days[2:], strict=False))
        if twice or thrice:
            found.add(student)
    return found


def highly_mobile_now(folder: Folder) -> set[str]:
    """Find students with two moves in the 12 months, or three in the 36, up to the last day."""
    today = folder.as_of.toordinal()
    return {
        student
        for student, days in _moves(folder).items()
        if (len(days) >= 2 and today - days[-2] < 365)
        or (len(days) >= 3 and today - days[-3] < 1095)
    }


def _moves(folder: Folder) -> dict[str, list[int]]:
    """Return the days (as ordinals) on which each student changed schools without a promotion."""
    return {
        student: [
            two.start.toordinal()  # type: ignore[union-attr]
            for one, two in pairwise(claims)
            if one.school != two.school and one.exit != "05" and two.entry != "03"
        ]
        for student, claims in _whole(folder).items()
    }


def _opens_year(folder: Folder, day: date) -> bool:
    """Say whether `day` is the first school day of a year, and not after the as-of day."""
    place = bisect_left(folder.school_days, day)
    is_first = place == 0 or (day - folder.school_days[place - 1]).days > 40
    return is_first and day <= folder.as_of


def _whole(folder: Folder) -> dict[str, list[Claim]]:
    """Return the claims with both bounds known or open now; an old open one ends at the next."""
    whole = {}
    for student, claims in folder.claims.items():
        known = [claim for claim in claims if claim.start]
        for one, two in pairwise(known):
            if one.end is None and one.school == two.school and two.start:
                one = known[known.index(one)] = Claim(**vars(one))
                one.end = two.start - DAY
        if known:
            whole[student] = known
    return whole
