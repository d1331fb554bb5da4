"""Puts the OneRoster package of the running year together."""

from pathlib import Path

import numpy as np

from bascule.ops.generator.calendar import SchoolYear
from bascule.ops.generator.closing import History
from bascule.ops.generator.names import Names, last_names_as_text
from bascule.ops.generator.oneroster_classes import Seated, write_classes
from bascule.ops.generator.oneroster_package import new_package
from bascule.ops.generator.oneroster_people import (
    GUARDIAN_SHARE,
    StudentCards,
    hired_staff,
    write_demographics,
    write_roles,
    write_users,
)
from bascule.ops.generator.oneroster_places import write_courses, write_orgs, write_sessions
from bascule.ops.generator.spells import Spells
from bascule.ops.generator.state import District


def write_oneroster(
    path: Path,
    history: History,
    calendar: SchoolYear,
    district: District,
    ids: np.ndarray,
    names: Names,
    firsts: list[str],
    title: str,
) -> int:
    """Write the zip and return its number of data rows."""
    rng, schools = district.rng, district.schools
    cards = _cards(district, ids, names, firsts)
    seated = _seated(history, cards)
    with new_package(path, title) as package:
        write_sessions(package, calendar)
        write_orgs(package, schools, title)
        write_courses(package)
        classes = write_classes(package, seated, schools, calendar.year, rng)
        staff = hired_staff(schools, classes)
        write_users(package, cards, staff, rng)
        write_roles(package, _latest_claims(history, calendar.year), cards, staff, schools)
        write_demographics(package, cards)
    return sum(package.rows.values())


def _cards(district: District, ids: np.ndarray, names: Names, firsts: list[str]) -> StudentCards:
    """Collect what the package says of each student."""
    people = district.people
    enrolled = people["school"] >= 0
    guarded = enrolled & (district.rng.random(len(people)) < GUARDIAN_SHARE)
    return StudentCards(
        ids, firsts, last_names_as_text(names, people["race"]), people["born"], people["sex"],
        people["race"], enrolled, people["grade"], guarded,
    )  # fmt: skip


def _seated(history: History, cards: StudentCards) -> Seated:
    """Return the latest spell of everybody who is enrolled now."""
    last = history.spells.rows(history.last)
    now = last.rows(cards.enrolled[last["student"]])
    return Seated(cards.id[now["student"]], now["school"], now["grade"], now["start"])


def _latest_claims(history: History, year: int) -> Spells:
    """Return per student and school the latest claim of the running year, or the last ever."""
    spells = history.spells.rows((history.spells["year"] == year) | history.last)
    key = spells["student"].astype(np.int64) * 4096 + spells["school"]
    _, first_from_behind = np.unique(key[::-1], return_index=True)
    return spells.rows(np.sort(len(spells) - 1 - first_from_behind))
