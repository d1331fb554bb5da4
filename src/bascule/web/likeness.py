"""How alike two records are, in words: each thing compared, and what it weighs."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bascule.roster.models import LookAlike

WORDS: dict[tuple[str, str], str | Promise] = {
    ("given", "same"): _("Same first name"),
    ("given", "swapped"): _("First and family name swapped"),
    ("given", "one_letter"): _("First names one letter apart"),
    ("given", "similar"): _("Similar first names"),
    ("given", "other"): _("Different first names"),
    ("family", "same"): _("Same family name"),
    ("family", "swapped"): _("Family and first name swapped"),
    ("family", "one_letter"): _("Family names one letter apart"),
    ("family", "similar"): _("Similar family names"),
    ("family", "other"): _("Different family names"),
    ("birth", "same"): _("Born on the same day"),
    ("birth", "near"): _("Born within 45 days"),
    ("sex", "same"): _("Same sex"),
    ("sex", "other"): _("Different sex"),
    ("state_id", "same"): _("Same state number"),
    ("state_id", "other"): _("Different state numbers"),
    ("enrollment", "follows"): _("One came when the other left"),
    ("enrollment", "later"): _("Never at school on the same day"),
    ("enrollment", "short"): _("Both at school for 60 days or less"),
    ("enrollment", "both"): _("Both at school for more than 60 days"),
}
VERY_LIKELY, LIKELY = 6.6, 3.2  # bits: 99 and 90 of 100 such pairs are one student


@dataclass(frozen=True)
class Likeness:
    """What speaks for one student (positive weights) and what against, and both together."""

    verdict: str | Promise
    reasons_for: tuple[str | Promise, ...]
    reasons_against: tuple[str | Promise, ...]


def likeness_of(pair: LookAlike) -> Likeness:
    """Say in words why a pair is proposed, the weightiest reason first."""
    by_weight = sorted(pair.reasons, key=lambda reason: -abs(reason[2]))
    told = [(WORDS.get((key, level), f"{key}: {level}"), bits) for key, level, bits in by_weight]
    return Likeness(
        _verdict(pair.weight),
        tuple(words for words, bits in told if bits > 0),
        tuple(words for words, bits in told if bits <= 0),
    )


def _verdict(weight: float) -> str | Promise:
    if weight >= VERY_LIKELY:
        return _("very likely one student")
    return _("likely one student") if weight >= LIKELY else _("perhaps one student")
