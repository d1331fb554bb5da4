"""Days as pages write them: a list names the same few days again and again."""

from datetime import date
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bascule.kernel.refusal import Refusal

FORMATS = {"es": "j b Y"}
"""How a language writes a day where it is not Aug 24, 2026: 24 ago 2026."""


def written_day(day: date | None) -> str:
    """Write a day as every page does, in the language of who reads: Aug 24, 2026; None as ""."""
    return _written(day, get_language() or "") if day else ""


@lru_cache(maxsize=10_000)
def _written(day: date, language: str) -> str:
    """Write a day; kept for each language, for to format one takes longer than to look it up."""
    return date_format(day, FORMATS.get(language, "M j, Y"))


def day_in(text: str) -> date:
    """Read a day that a form sends, 2026-11-23; Refusal where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("unreadable", _("Say the day: it cannot be read.")) from None
