"""A sentence as a format with its values: kept in English, told in the reader's language.

No Django import: who tells it says how words are translated and how a day is written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


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


def kept_sentence(sentence: Sentence) -> dict[str, Any]:
    """Return a sentence as JSON can keep it, to be told later in any language."""
    values = {name: _kept_value(value) for name, value in sentence.values.items()}
    return {"text": sentence.text, "values": values}


def _kept_value(value: Value) -> Any:
    if isinstance(value, Counted):
        return {"one": value.one, "many": value.many, "number": value.number}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def sentence_of(kept: Mapping[str, Any]) -> Sentence:
    """Return the sentence that was kept."""
    return Sentence(
        kept["text"], **{name: _value_of(value) for name, value in kept["values"].items()}
    )


def _value_of(kept: Any) -> Any:
    if isinstance(kept, Mapping):
        return date.fromisoformat(kept["day"]) if "day" in kept else Counted(**kept)
    return kept


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
