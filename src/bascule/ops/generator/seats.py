"""How many students each school and grade holds on the first day of every year."""

import numpy as np

from bascule.ops.generator.schools import Schools


def largest_remainder(weights: np.ndarray, total: int) -> np.ndarray:
    """Split `total` in proportion to `weights` (>= 0, not all 0) into whole numbers.

    Each gets the floor of its quota; the rest goes to the largest remainders, ties to the
    earlier entry (Hamilton's method).
    """
    quota = weights * (total / weights.sum())
    whole = np.floor(quota + 1e-9).astype(np.int64)
    rest = total - int(whole.sum())
    order = np.argsort(-(quota - whole), kind="stable")
    whole[order[:rest]] += 1
    return whole


def school_seats(schools: Schools, students: int | None) -> np.ndarray:
    """Return each school's enrollment: the published one, or `students` split in proportion."""
    published = schools.enrollment
    if students is None or students == int(published.sum()):
        return published.copy()
    return largest_remainder(published.astype(float), students)


def grade_seats(schools: Schools, enrolled: np.ndarray) -> np.ndarray:
    """Split each school's enrollment evenly over its grades: shape (schools, 14).

    Pre-kindergarten is half a grade, as it is offered to half of the age. Uneven counts rotate
    with the school's place, so that no grade collects all the remainders of the district.
    """
    seats = np.zeros(schools.offers.shape, dtype=np.int64)
    for place, count in enumerate(enrolled):
        offered = np.flatnonzero(schools.offers[place])
        turned = np.roll(offered, place % len(offered))
        weights = np.where(turned == 0, 0.5, 1.0)
        seats[place, turned] = largest_remainder(weights, int(count))
    return seats
