"""Names of invented persons, as places in tables of first and last names."""

import unicodedata
from dataclasses import dataclass

import numpy as np

from bascule.ops.generator.name_lists import FIRST, LAST
from bascule.ops.generator.schools import RACES

TWO_LAST_NAMES_SHARE = np.array([0.6, 0.12, 0.12, 0.12, 0.2])
"""By race: two Spanish family names, or a double-barreled one."""
LEVELING = 40
_BARRED = str.maketrans("łŁ", "lL")


@dataclass
class Names:
    """One entry per person: the places of the first and the last names, second last or -1."""

    first: np.ndarray
    last: np.ndarray
    second: np.ndarray

    def family(self) -> np.ndarray:
        """Return one number per distinct family name."""
        return self.last.astype(np.int64) * (len(LAST_NAMES) + 1) + self.second + 1


def _table(lists: list[list[str]]) -> tuple[list[str], list[np.ndarray]]:
    """Return all distinct names, and for each list the places of its names."""
    names = list(dict.fromkeys(name for part in lists for name in part))
    place = {name: number for number, name in enumerate(names)}
    return names, [np.array([place[name] for name in part]) for part in lists]


LAST_NAMES, _LAST_OF = _table([LAST[race] for race in RACES])
FIRST_NAMES, _FIRST_OF = _table([FIRST[race][sex] for race in RACES for sex in (0, 1)])


def draw_names(race: np.ndarray, sex: np.ndarray, rng: np.random.Generator) -> Names:
    """Draw names that are common in each race and sex (0 = girls); frequent ones more often."""
    last, second = draw_last(race, rng)
    return Names(draw_first(race, sex, rng), last, second)


def draw_last(
    race: np.ndarray, rng: np.random.Generator, *, all_two: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Draw family names; many Hispanic ones are two, with `all_two` everybody's."""
    last = _drawn(_LAST_OF, race, rng)
    second = _drawn(_LAST_OF, race, rng)
    two = (rng.random(len(race)) < TWO_LAST_NAMES_SHARE[race]) | all_two
    return last, np.where(two & (second != last), second, -1)


def draw_first(race: np.ndarray, sex: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw first names."""
    return _drawn(_FIRST_OF, 2 * race.astype(np.int64) + sex, rng)


def _drawn(lists: list[np.ndarray], which: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw from the list numbered `which` of each entry; weights fall off slowly with the rank."""
    drawn = np.zeros(len(which), dtype=np.int64)
    for number, places in enumerate(lists):
        mine = np.flatnonzero(which == number)
        weight = 1.0 / (np.arange(len(places)) + LEVELING)
        drawn[mine] = places[np.searchsorted(np.cumsum(weight / weight.sum())[:-1],
                                             rng.random(len(mine)))]  # fmt: skip
    return drawn


def last_names_as_text(names: Names, race: np.ndarray) -> list[str]:
    """Return family names as text: `García López`, `Reed-Moore`, `Nowak`."""
    single = [*LAST_NAMES, ""]
    return [
        f"{single[one]}{'-' if of else ' '}{single[two]}" if two >= 0 else single[one]
        for one, two, of in zip(
            names.last.tolist(), names.second.tolist(), race.tolist(), strict=True
        )
    ]


def folded(name: str) -> str:
    """Return a name in lower case without accents: `Núñez` becomes `nunez`."""
    plain = unicodedata.normalize("NFKD", name.translate(_BARRED))
    return "".join(letter for letter in plain.lower() if letter.isalpha())


def misspelled(name: str) -> str:
    """Return how a hurried clerk might write a first name: without accents, or two letters off.

    Always differs from `name`.
    """
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", name.translate(_BARRED))
        if not unicodedata.combining(letter)
    )
    if plain != name:
        return plain
    middle = len(name) // 2
    return name[:middle] + name[middle] + name[middle:]


def edit_distances(names: list[str]) -> np.ndarray:
    """Return the Levenshtein distance of every pair of names (none empty): shape (n, n)."""
    length = np.array([len(name) for name in names])
    letters = np.zeros((len(names), int(length.max())), dtype=np.int32)
    for row, name in enumerate(names):
        letters[row, : len(name)] = [ord(letter) for letter in name]
    everyone = np.arange(len(names))
    table = np.empty((letters.shape[1] + 1, len(names), len(names)), dtype=np.int16)
    table[:] = np.arange(len(table))[:, None, None]
    result = np.zeros((len(names), len(names)), dtype=np.int16)
    for column in range(letters.shape[1]):
        table = _next_column(table, letters, column)
        done = np.flatnonzero(length == column + 1)
        result[:, done] = table[length[:, None], everyone[:, None], done[None, :]]
    return result


def _next_column(table: np.ndarray, letters: np.ndarray, column: int) -> np.ndarray:
    """Return the next column of the edit-distance table of every pair at once."""
    after = np.empty_like(table)
    after[0] = column + 1
    for row in range(len(table) - 1):
        differ = letters[:, None, row] != letters[None, :, column]
        edited = np.minimum(after[row], table[row + 1]) + 1
        after[row + 1] = np.minimum(edited, table[row] + differ)
    return after


def similar_first_names() -> np.ndarray:
    """Say for each pair of first names whether one may be the other misspelled or shortened.

    Similar: at most two edits, or at most four in ten letters edited, or one begins the other,
    accents and case ignored.
    """
    plain = [folded(name) for name in FIRST_NAMES]
    distance = edit_distances(plain)
    length = np.array([len(name) for name in plain])
    longer = np.maximum(length[:, None], length[None, :])
    begins = np.array([[a.startswith(b) or b.startswith(a) for b in plain] for a in plain])
    return (distance <= 2) | (distance <= 0.4 * longer) | begins
