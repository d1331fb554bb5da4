"""Who comes into the district during the year: newcomers, and former students who return."""

import numpy as np

from bascule.ops.generator import grades
from bascule.ops.generator.draws import draw_codes, pair_by_key
from bascule.ops.generator.moves import Ends, may_move, third_in_three_years
from bascule.ops.generator.plants import Kind
from bascule.ops.generator.population import NOWHERE, Population, create_students
from bascule.ops.generator.spells import Spells, spells_of
from bascule.ops.generator.state import District, Term

ENTRIES = {5: 0.45, 6: 0.25, 7: 0.15, 8: 0.1, 9: 0.05}
MAY_RETURN = (20, 21, 86)
RETURN_SHARE = 0.6
AGE_LIMIT_DAYS = 7850


def place_arrivals(arriving: Ends, district: District, term: Term) -> Spells:
    """Place the year's entries from outside by the as-of day and return their spells."""
    rng, people = district.rng, district.people
    day = rng.integers(term.october, len(term.days) - 10, len(arriving))
    early = arriving.in_september
    day[early] = rng.integers(3, term.october, len(arriving))[early]
    seen = day < term.seen
    arriving, day = arriving.at(seen), day[seen]
    on = term.days[day]
    student, entry = _returners(arriving, district, term)
    fresh = student == NOWHERE
    student[fresh] = create_students(
        people, district.schools, arriving.school[fresh], arriving.grade[fresh], term.year, rng
    )
    entry[fresh] = draw_codes(int(fresh.sum()), ENTRIES, rng)
    left_at = people["left_from"][student]
    people.place(student, arriving.school, arriving.grade)
    _note_returners(student[~fresh], left_at[~fresh], arriving.school[~fresh], district)
    people.note_change(student, on, is_move=False)
    return spells_of(
        len(arriving), student=student, school=arriving.school, grade=arriving.grade,
        year=term.year, start=on, end=term.last, entry=entry,
    )  # fmt: skip


def _returners(arriving: Ends, district: District, term: Term) -> tuple[np.ndarray, np.ndarray]:
    """Fill entries of Options schools with students who once dropped out (domain 1.2)."""
    people, rng = district.people, district.rng
    student = np.full(len(arriving), NOWHERE)
    slots = np.flatnonzero(
        district.schools.is_options[arriving.school]
        & (arriving.grade >= grades.GRADE_9)
        & ~arriving.in_september
        & (rng.random(len(arriving)) < RETURN_SHARE)
    )
    pool = np.flatnonzero(_may_return(district, term))
    left, right = pair_by_key(
        arriving.grade[slots],
        people["grade"][pool].astype(np.int64),
        district.schools.zone[arriving.school[slots]],
        district.schools.zone[people["home"][pool]],
        rng,
    )
    student[slots[left]] = pool[right]
    return student, np.full(len(arriving), 11, dtype=np.int8)


def _may_return(district: District, term: Term) -> np.ndarray:
    """Say who dropped out before this year, can finish at 21, and has had no recent changes."""
    people = district.people
    rested = may_move(people, term.first, term.last) & ~third_in_three_years(people, term.last)
    return (
        (people["school"] == NOWHERE)
        & np.isin(people["left_code"], MAY_RETURN)
        & (people["left_on"] < term.first - 30)
        & (_at_graduation(people, term) - people["born"] < AGE_LIMIT_DAYS)
        & rested
    )


def _at_graduation(people: Population, term: Term) -> np.ndarray:
    """Return the day on which each would graduate, coming back this year, a grade a year."""
    return term.last + 365 * (grades.GRADE_12 - people["grade"].astype(np.int64))


def _note_returners(
    student: np.ndarray, left: np.ndarray, back: np.ndarray, district: District
) -> None:
    """Record the gap between dropping out of one school and coming back to another."""
    people = district.people
    district.plants.note(
        Kind.GAP, student, left, people["left_on"][student] + 1,
        other_school=back, fires=True, detail="dropped out and came back",
    )  # fmt: skip
    people["troubled"][student] = True
