"""Declarations found at start: one dictionary by key that refuses a second owner of a key."""

from collections.abc import Iterator
from typing import Generic, TypeVar

D = TypeVar("D")


class Registry(Generic[D]):
    """Declared things of one kind by their stable key, in order of registration."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self._by_key: dict[str, D] = {}

    def add(self, key: str, declared: D) -> D:
        """Register `declared`; raise ValueError where the key is taken by another."""
        if self._by_key.setdefault(key, declared) is not declared:
            raise ValueError(f"two declarations of {self.noun} {key!r}")
        return declared

    def __getitem__(self, key: str) -> D:
        if key not in self._by_key:
            raise KeyError(f"no {self.noun} is called {key!r}")
        return self._by_key[key]

    def __iter__(self) -> Iterator[D]:
        return iter(self._by_key.values())

    def __contains__(self, key: str) -> bool:
        return key in self._by_key
