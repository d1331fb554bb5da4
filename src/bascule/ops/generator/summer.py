"""From the last day of one year to the first of the next: who is promoted, leaves, arrives.

On the first day every school holds exactly its seats, grade by grade. Nobody moves inside the
district in summer but by promotion, or because the own school has no seat left in the next grade.
"""

from dataclasses import dataclass

import numpy as np

from bascule.ops.generator import grades
from bascule.ops.generator.draws import draw_codes, pair_by_key, random_rank_within
from bascule.ops.generator.former import seat_former_students
from bascule.ops.generator.moves import may_move, third_in_three_years
from bascule.ops.generator.population import NOWHERE, Population, create_students
from bascule.ops.generator.returns import exit_codes, fewer_nowhere
from bascule.ops.generator.state import District, Roster, Term

YEAR_END, PROMOTED, GRADUATED, DROPPED_OUT, AGED_OUT = 1, 5, 6, 20, 14
START, FROM_ANOTHER_SCHOOL, TRANSFER, FIRST = 2, 3, 4, 1
GRADUATION_SHARE, GRADUATION_SHARE_OPTIONS, REPEAT_SHARE = 0.9, 0.7, 0.6
LEAVING_SHARE, LEAVING_SHARE_OPTIONS, LEAVING_BY_MOBILITY = 0.012, 0.15, 0.05
NEW_ENTRIES = {5: 0.4, 6: 0.25, 7: 0.15, 8: 0.15, 9: 0.05}
AGE_LIMIT_DAYS = 7670


@dataclass
class Summer:
    """One entry per student enrolled on the last day: exit code, next school (-1: none), grade,
    and the entry code there."""

    student: np.ndarray
    school: np.ndarray
    grade: np.ndarray
    exit: np.ndarray
    next_school: np.ndarray
    entry: np.ndarray

    def settle(self, places: np.ndarray, school: np.ndarray, leave: int, enter: int) -> None:
        """Give the students at `places` their next school and both codes."""
        self.next_school[places] = school
        self.exit[places] = leave
        self.entry[places] = enter


def first_roster(district: District, year: int) -> Roster:
    """Fill every seat before the first year: all of them were already here."""
    school, grade = _seats_as_rows(district.seats)
    people = district.people
    who = create_students(people, district.schools, school, grade, year, district.rng)
    _plant_twins(people, who, district)
    entry = np.where((grade == grades.PK) | (grade == grades.KG), FIRST, START)
    nobody = np.empty(0, dtype=np.int64)
    return Roster(who, entry, nobody, nobody, nobody)


def end_year(district: District, term: Term) -> tuple[Summer, np.ndarray, np.ndarray]:
    """Decide what becomes of everybody after the year of `term`.

    Returns the outcome, the places in it of those who will not come though they are expected,
    and the seats still vacant by school and grade.
    """
    summer = _last_day(district)
    going = _finish_and_leave(summer, district, term)
    vacant = district.seats.copy()
    over = _stay(summer, vacant, going, district)
    promoted = ~going & ~_offers(summer, district)
    _seat(summer, vacant, promoted, (PROMOTED, FROM_ANOTHER_SCHOOL), district)
    allowed = may_move(district.people, term.first, term.last) & ~third_in_three_years(
        district.people, term.last
    )
    _seat(summer, vacant, over & allowed[summer.student], (YEAR_END, TRANSFER), district)
    missing = _draw_no_shows(summer, going, district)
    _apply(summer, district, term)
    return summer, missing, vacant


def _last_day(district: District) -> Summer:
    """List everybody who is enrolled on the last day; the grade is already next year's."""
    people, who = district.people, district.people.enrolled()
    grade = people["grade"][who].astype(np.int64)
    count = len(who)
    return Summer(
        who,
        people["school"][who].astype(np.int64),
        grade + 1,
        np.zeros(count, dtype=np.int8),
        np.full(count, NOWHERE),
        np.zeros(count, dtype=np.int8),
    )


def _offers(summer: Summer, district: District) -> np.ndarray:
    """Say whose own school has the next grade."""
    inside = np.minimum(summer.grade, grades.GRADE_12)
    return district.schools.offers[summer.school, inside] & (summer.grade <= grades.GRADE_12)


def _finish_and_leave(summer: Summer, district: District, term: Term) -> np.ndarray:
    """Graduate, repeat or end grade 12; draw who leaves; return the mask of all who go."""
    rng, schools = district.rng, district.schools
    options = schools.is_options[summer.school]
    done = summer.grade > grades.GRADE_12
    drawn = rng.random(len(summer.student))
    graduates = done & (drawn < np.where(options, GRADUATION_SHARE_OPTIONS, GRADUATION_SHARE))
    young = term.last + 365 - district.people["born"][summer.student] < AGE_LIMIT_DAYS
    repeats = done & ~graduates & young & (rng.random(len(drawn)) < REPEAT_SHARE)
    summer.grade[repeats] = grades.GRADE_12
    share = np.where(options, LEAVING_SHARE_OPTIONS, LEAVING_SHARE)
    share = share + LEAVING_BY_MOBILITY * schools.mobility[summer.school] * ~options
    leaves = ~done & (drawn < share)
    summer.exit[leaves] = exit_codes(summer.grade, options, district)[leaves]
    summer.exit[graduates] = GRADUATED
    without = done & ~graduates & ~repeats
    code = fewer_nowhere(np.where(young, DROPPED_OUT, AGED_OUT), district)
    summer.exit[without] = code[without]
    return leaves | (done & ~repeats)


def _stay(summer: Summer, vacant: np.ndarray, going: np.ndarray, district: District) -> np.ndarray:
    """Keep students in their own school while it has seats; return the mask of those over."""
    stays = np.flatnonzero(~going & _offers(summer, district))
    keys = summer.school[stays] * grades.COUNT + summer.grade[stays]
    rank = random_rank_within(keys, district.rng)
    fits = rank < vacant.ravel()[keys]
    kept = stays[fits]
    summer.settle(kept, summer.school[kept], YEAR_END, START)
    _take(vacant, summer.school[kept], summer.grade[kept])
    over = np.zeros(len(going), dtype=bool)
    over[stays[~fits]] = True
    return over


def _seat(
    summer: Summer,
    vacant: np.ndarray,
    wanting: np.ndarray,
    codes: tuple[int, int],
    district: District,
) -> None:
    """Seat students in near schools with a vacant seat in their grade, never at Options schools."""
    schools, want = district.schools, np.flatnonzero(wanting)
    school, grade = _seats_as_rows(vacant * ~schools.is_options[:, None])
    near = (schools.zone[summer.school[want]], schools.zone[school])
    left, right = pair_by_key(summer.grade[want], grade, near[0], near[1], district.rng)
    other = summer.school[want[left]] != school[right]
    who, where = want[left[other]], school[right[other]]
    summer.settle(who, where, *codes)
    _take(vacant, where, summer.grade[who])


def _draw_no_shows(summer: Summer, going: np.ndarray, district: District) -> np.ndarray:
    """Choose, among those who leave a school that expects them back, who says nothing."""
    silent = going & _offers(summer, district) & (summer.grade > grades.GRADE_1)
    chosen = np.flatnonzero(silent)
    wanted = round(district.shares.no_show * len(going))
    chosen = district.rng.permutation(chosen)[:wanted]
    summer.exit[chosen] = YEAR_END
    return chosen


def _apply(summer: Summer, district: District, term: Term) -> None:
    """Write the outcome into the population; whoever found no seat leaves the district."""
    people = district.people
    without = summer.exit == 0
    options = district.schools.is_options[summer.school]
    summer.exit[without] = exit_codes(summer.grade, options, district)[without]
    gone = summer.next_school == NOWHERE
    on = np.full(int(gone.sum()), term.last)
    people.remove(summer.student[gone], summer.exit[gone], on)
    people.place(summer.student[~gone], summer.next_school[~gone], summer.grade[~gone])
    changed = summer.student[summer.entry == TRANSFER]
    people.note_change(changed, np.full(len(changed), term.last + 60), is_move=False)


def next_roster(
    summer: Summer, missing: np.ndarray, vacant: np.ndarray, district: District, term: Term
) -> Roster:
    """Fill the seats still vacant with newcomers and list who starts the next year."""
    back, back_entry = seat_former_students(vacant, district, term)
    school, grade = _seats_as_rows(vacant)
    fresh = create_students(
        district.people, district.schools, school, grade, term.year + 1, district.rng
    )
    _plant_twins(district.people, fresh, district)
    young = (grade == grades.PK) | (grade == grades.KG)
    entry = np.where(young, FIRST, draw_codes(len(fresh), NEW_ENTRIES, district.rng))
    stays = summer.next_school != NOWHERE
    return Roster(
        np.r_[summer.student[stays], back, fresh],
        np.r_[summer.entry[stays], back_entry, entry],
        summer.student[missing],
        summer.school[missing],
        summer.grade[missing],
    )


def _seats_as_rows(seats: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return school and grade of every seat of a (schools, 14) table, one entry per seat."""
    school, grade = np.nonzero(seats)
    count = seats[school, grade]
    return np.repeat(school, count), np.repeat(grade, count)


def _take(vacant: np.ndarray, school: np.ndarray, grade: np.ndarray) -> None:
    """Take one seat per entry out of `vacant`."""
    np.subtract.at(vacant, (school, grade), 1)


def _plant_twins(people: Population, fresh: np.ndarray, district: District) -> None:
    """Let some newcomers be twins of the newcomer listed before them, in the same seat group."""
    wanted = round(district.shares.twins * len(fresh))
    later = np.flatnonzero(_same_seat_group(people, fresh))[::2]
    chosen = later[later % 2 == 1]
    chosen = district.rng.permutation(chosen)[:wanted]
    younger, elder = fresh[chosen], fresh[chosen - 1]
    for name in ("born", "race", "home"):
        people[name][younger] = people[name][elder]
    people["twin_of"][younger] = elder


def _same_seat_group(people: Population, fresh: np.ndarray) -> np.ndarray:
    """Say which newcomers have the school and grade of the one before them."""
    school, grade = people["school"][fresh], people["grade"][fresh]
    same = np.zeros(len(fresh), dtype=bool)
    same[1:] = (school[1:] == school[:-1]) & (grade[1:] == grade[:-1])
    return same
