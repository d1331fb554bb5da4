"""Grades as small integers: 0 is PK, 1 is KG, 2 is grade 01, ... 13 is grade 12."""

import numpy as np

PK, KG, GRADE_1, GRADE_6, GRADE_8, GRADE_9, GRADE_12 = 0, 1, 2, 7, 9, 10, 13
COUNT = 14

LABELS = ("PK", "KG", *(f"{number:02d}" for number in range(1, 13)))
"""As the feeds write them, in order (docs/look-up/feeds.md)."""

_SPINE = {"PK": PK, "K": KG, **{str(number): number + 1 for number in range(1, 13)}}


def offered_grades(listed: str) -> np.ndarray:
    """Return the mask of 14 grades that a spine cell such as `PK,K,1,2` lists.

    Raises KeyError for a grade that is not one of `PK`, `K`, `1` .. `12`.
    """
    mask = np.zeros(COUNT, dtype=bool)
    for word in filter(None, (part.strip() for part in listed.split(","))):
        mask[_SPINE[word]] = True
    return mask


def spine_cell(mask: np.ndarray) -> str:
    """Return the spine's spelling of a mask of grades: `PK,K,1,2`."""
    words = list(_SPINE)
    return ",".join(words[grade] for grade in np.flatnonzero(mask))
