"""Vectorized draws and pairings that every part of the generator uses."""

import numpy as np


def rank_within(keys: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return each entry's rank (0, 1, ...) among the entries with its key, by ascending `order`."""
    places = np.lexsort((order, keys))
    ordered = keys[places]
    starts = np.flatnonzero(np.r_[ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]])
    lengths = np.diff(np.r_[starts, len(keys)])
    ranks = np.empty(len(keys), dtype=np.int64)
    ranks[places] = np.arange(len(keys)) - np.repeat(starts, lengths)
    return ranks


def random_rank_within(keys: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return each entry's rank among the entries with its key, in random order."""
    return rank_within(keys, rng.random(len(keys)))


def round_randomly(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Round each value up with the probability of its fraction, so that the mean is kept."""
    return np.floor(values + rng.random(len(values))).astype(np.int64)


def draw_codes(count: int, weights: dict[int, float], rng: np.random.Generator) -> np.ndarray:
    """Draw `count` codes with the given weights (any positive scale)."""
    share = np.array(list(weights.values()))
    return rng.choice(np.array(list(weights)), count, p=share / share.sum()).astype(np.int8)


def pair_by_key(
    left_keys: np.ndarray,
    right_keys: np.ndarray,
    left_near: np.ndarray,
    right_near: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Pair entries of two lists that have the same key; return the places of both sides.

    As many pairs as the shorter side of each key allows, chosen at random; within a key,
    entries with close `near` values (such as the zone of a school) tend to be paired.
    """
    size = int(max(left_keys.max(initial=-1), right_keys.max(initial=-1))) + 1
    room = np.minimum(
        np.bincount(left_keys, minlength=size), np.bincount(right_keys, minlength=size)
    )
    sides = []
    for keys, near in ((left_keys, left_near), (right_keys, right_near)):
        kept = np.flatnonzero(random_rank_within(keys, rng) < room[keys])
        jitter = near[kept] + rng.normal(0.0, 1.5, len(kept))
        sides.append(kept[np.lexsort((jitter, keys[kept]))])
    return sides[0], sides[1]
