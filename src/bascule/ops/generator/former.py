"""Former students who come back on a first day, years after they left for another district.

Their old exit needed proof and had none; the new enrollment makes the question idle. So each of
them is a near miss of the unproven-transfer rule.
"""

import numpy as np

from bascule.ops.generator import grades
from bascule.ops.generator.draws import draw_codes, pair_by_key
from bascule.ops.generator.moves import may_move, third_in_three_years
from bascule.ops.generator.plants import Kind
from bascule.ops.generator.population import NOWHERE
from bascule.ops.generator.state import District, Term

LEFT_WITH = (4, 33, 34, 40)
BACK_WITH = {5: 0.6, 6: 0.25, 8: 0.15}
JULY_TO_JANUARY = 184
AT_LEAST_AWAY, MOST_YEARS_AWAY = 60, 3
DAYS_OF_SUMMER = 70


def seat_former_students(
    vacant: np.ndarray, district: District, term: Term
) -> tuple[np.ndarray, np.ndarray]:
    """Seat some former students in `vacant` seats (which it takes) of the year after `term`.

    Returns the students and their entry codes. Options schools have their own way back.
    """
    people, schools, rng = district.people, district.schools, district.rng
    who, grade = _candidates(district, term)
    open_seats = vacant * ~schools.is_options[:, None]
    school, level = np.nonzero(open_seats)
    seats = open_seats[school, level]
    school, level = np.repeat(school, seats), np.repeat(level, seats)
    near = (schools.zone[people["home"][who]], schools.zone[school])
    left, right = pair_by_key(grade, level, near[0], near[1], rng)
    who, school, level = who[left], school[right], level[right]
    np.subtract.at(vacant, (school, level), 1)
    _note(who, school, district)
    people.place(who, school, level)
    people.note_change(who, np.full(len(who), term.last + DAYS_OF_SUMMER), is_move=False)
    return who, draw_codes(len(who), BACK_WITH, rng)


def _candidates(district: District, term: Term) -> tuple[np.ndarray, np.ndarray]:
    """Draw who comes back, and the grade that their age asks for by now."""
    people = district.people
    rested = may_move(people, term.first, term.last) & ~third_in_three_years(people, term.last)
    away = (people["school"] == NOWHERE) & np.isin(people["left_code"], LEFT_WITH)
    away &= ~people["troubled"] & rested & (people["left_on"] < term.last - AT_LEAST_AWAY)
    who = np.flatnonzero(away)
    since = (people["left_on"][who] + JULY_TO_JANUARY).astype("datetime64[D]")
    years = term.year + 1 - (since.astype("datetime64[Y]").astype(np.int64) + 1970)
    grade = people["grade"][who] + years
    comes = (years <= MOST_YEARS_AWAY) & (grade <= grades.GRADE_12)
    comes &= district.rng.random(len(who)) < district.shares.comes_back
    return who[comes], grade[comes]


def _note(who: np.ndarray, school: np.ndarray, district: District) -> None:
    """Record the near misses on the last day before they left."""
    people = district.people
    district.plants.note(
        Kind.UNPROVEN, who, people["left_from"][who], people["left_on"][who],
        other_school=school, fires=False, detail="came back in a later year",
    )  # fmt: skip
    people["troubled"][who] = True
