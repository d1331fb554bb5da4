"""A sentence as a format with its values: kept in English, told in the reader's language.

No Django import: who tells it says how words are translated and how a day is written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Counted:
    """A number with its noun: `one` and `many` are formats with the place `%(n)s`."""

    one: str
    many: str
    number: int


Value = str | int | date | Counted


class Sentence:
    """A format with named places, and what fills them."""

    def __init__(self, text: str, **values: Value) -> None:
        self.text = text
        self.values: Mapping[str, Value] = values


@dataclass(frozen=True)
class Voice:
    """How a language says things: a format, one of two formats by a number, a day."""

    translated: Callable[[str], str]
    counted: Callable[[str, str, int], str]
    day: Callable[[date], str]

    def say(self, sentence: Sentence) -> str:
        """Return the sentence in words."""
        values = {name: self._word(value) for name, value in sentence.values.items()}
        return self.translated(sentence.text) % values

    def _word(self, value: Value) -> str:
        if isinstance(value, Counted):
            return self.counted(value.one, value.many, value.number) % {"n": value.number}
        return self.day(value) if isinstance(value, date) else str(value)


ENGLISH = Voice(
    translated=lambda text: text,
    counted=lambda one, many, number: one if number == 1 else many,
    day=lambda day: f"{day:%b} {day.day}, {day.year}",
)
"""What is stored, and what the command line says."""
