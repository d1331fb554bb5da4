"""Gives everybody a name so that only the planted pairs look alike.

Look-alike: same family name, similar first names, birth dates within 45 days (the window of the
registration search, domain/mobility.md 1.4). Planted to fire: a second record of one student.
Planted not to fire: twins, and the same name with birth dates farther apart.
"""

import numpy as np

from bascule.ops.generator.names import (
    FIRST_NAMES,
    Names,
    draw_first,
    draw_last,
    draw_names,
    misspelled,
    similar_first_names,
)
from bascule.ops.generator.plants import Kind
from bascule.ops.generator.population import NEVER, NOWHERE, Population
from bascule.ops.generator.state import District

WINDOW = 45
KEEP_APART = 60
FIRST_NAMES_ONLY = 3
NAMESAKE_AT_LEAST, NAMESAKE_AT_MOST = 90, 400


def name_everybody(district: District) -> tuple[Names, list[str]]:
    """Draw names without accidental look-alikes; return them and everybody's first name as text.

    The second record of a student keeps the family name and misspells the first.
    """
    people, rng = district.people, district.rng
    names = draw_names(people["race"], people["sex"], rng)
    source = _sources(district)
    _settle(names, people, source, rng)
    records = np.flatnonzero(people["record_of"] != NOWHERE)
    text = [FIRST_NAMES[place] for place in names.first.tolist()]
    for record in records.tolist():
        text[record] = misspelled(text[record])
    return names, text


def _sources(district: District) -> np.ndarray:
    """Return whose whole name each student takes over (own place if nobody's); note namesakes."""
    people = district.people
    source = np.arange(len(people))
    record = people["record_of"] != NOWHERE
    source[record] = people["record_of"][record]
    elder, younger = _namesakes(district, int(record.sum()))
    source[younger] = elder
    source = source[source][source]
    twin = np.flatnonzero(people["twin_of"] != NOWHERE)
    for who, other, detail in (
        (younger, elder, "same name, born more than 45 days apart"),
        (twin, people["twin_of"][twin], "twins: same family name and birth date"),
    ):
        district.plants.note(
            Kind.LOOK_ALIKE, who, people["home"][who], np.full(len(who), NEVER),
            other_school=people["home"][other], other_student=other, fires=False, detail=detail,
        )  # fmt: skip
    return source


def _namesakes(district: District, records: int) -> tuple[np.ndarray, np.ndarray]:
    """Choose pairs of unrelated students born 90 to 400 days apart to bear one name."""
    people, rng = district.people, district.rng
    alone = (people["record_of"] == NOWHERE) & (people["twin_of"] == NOWHERE)
    alone[people["record_of"][people["record_of"] != NOWHERE]] = False
    alone[people["twin_of"][people["twin_of"] != NOWHERE]] = False
    order = np.flatnonzero(alone)
    order = order[np.argsort(people["born"][order], kind="stable")]
    born = people["born"][order]
    elder = rng.permutation(len(order))[: 4 * max(3, records // 6)]
    younger = np.searchsorted(born, born[elder] + rng.integers(NAMESAKE_AT_LEAST, 200, len(elder)))
    fits = (younger < len(order)) & (np.isin(younger, elder, invert=True))
    elder, younger = order[elder[fits]], order[younger[fits]]
    same = (people["sex"][elder] == people["sex"][younger]) & (
        people["born"][younger] - people["born"][elder] <= NAMESAKE_AT_MOST
    )
    same &= people["race"][elder] == people["race"][younger]
    elder, younger = elder[same], younger[same]
    _, first = np.unique(younger, return_index=True)
    return elder[first], younger[first]


def _settle(names: Names, people: Population, source: np.ndarray, rng: np.random.Generator) -> None:
    """Redraw names until no two students look alike but a record and its source."""
    similar = similar_first_names()
    doubtful = np.arange(len(people))
    for attempt in range(60):
        _follow(names, people, source)
        worse = _colliding(names, people, source, similar, doubtful)
        if not len(worse):
            return
        redraw = source[worse]
        race, sex = people["race"][redraw], people["sex"][redraw]
        names.first[redraw] = draw_first(race, sex, rng)
        if attempt >= FIRST_NAMES_ONLY:
            names.last[redraw], names.second[redraw] = draw_last(race, rng, all_two=True)
        _follow(names, people, source)
        families = np.unique(names.family()[np.r_[worse, redraw]])
        doubtful = np.flatnonzero(np.isin(names.family(), families))
    raise RuntimeError("too few names for so many students")


def _follow(names: Names, people: Population, source: np.ndarray) -> None:
    """Copy the names of sources, and the family names of elder twins."""
    twin = np.flatnonzero(people["twin_of"] != NOWHERE)
    elder = people["twin_of"][twin]
    names.last[twin], names.second[twin] = names.last[elder], names.second[elder]
    for column in (names.first, names.last, names.second):
        column[:] = column[source]


def _colliding(
    names: Names,
    people: Population,
    source: np.ndarray,
    similar: np.ndarray,
    among: np.ndarray,
) -> np.ndarray:
    """Return the later one of each pair of `among` that looks alike, records of one excepted."""
    family, born = names.family()[among], people["born"][among].astype(np.int64)
    order = among[np.lexsort((born, family))]
    family, born = names.family()[order], people["born"][order].astype(np.int64)
    found = []
    place = np.arange(len(order))
    step = 1
    while len(place := place[place + step < len(order)]):
        other = place + step
        near = (family[other] == family[place]) & (born[other] - born[place] <= KEEP_APART)
        place, other = place[near], other[near]
        one, two = order[place], order[other]
        alike = similar[names.first[one], names.first[two]] & (source[one] != source[two])
        found.append(two[alike])
        step += 1
    return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int64)
