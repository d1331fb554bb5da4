"""The bands of an inactive student in words, and what to try next."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bascule.cases.models import CaseFile, Note
from bascule.kernel.wording import ENGLISH, sentence_of
from bascule.mobility.attempts import Attempts
from bascule.mobility.models import OutreachBands
from bascule.mobility.outreach_bands import (
    DIMENSIONS,
    FINISH,
    FLAGS,
    HIGH,
    LOW,
    MIDDLE,
    REACH,
    RETURN,
    UNKNOWN,
)
from bascule.web.templatetags.bascule import READERS

TONES = {HIGH: "kept", MIDDLE: "calm", LOW: "due", UNKNOWN: "held"}
TITLES: Mapping[str, Promise] = {
    REACH: lazy("Reach"), RETURN: lazy("Return"), FINISH: lazy("Finish"),
}  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """One band to narrow the list to, with how many are in it; `count` None is that of all."""

    words: str
    address: str
    is_chosen: bool
    count: int | None = None


@dataclass(frozen=True)
class ToldBand:
    """One band of a student and the facts that put them there."""

    title: str
    words: str
    tone: str
    told: str


def wanted_bands(said: Mapping[str, str]) -> dict[str, str]:
    """Return the band that an address names in each dimension; what is none narrows nothing."""
    return {key: said[key] for key in DIMENSIONS if said.get(key) in OutreachBands.Band.values}


def band_chips(
    counts: Mapping[str, Counter[str]], wanted: Mapping[str, str]
) -> list[tuple[str, list[Chip]]]:
    """Return, for each dimension, the bands that the list can be narrowed to."""
    return [(str(TITLES[key]), list(_chips(key, counts[key], wanted))) for key in DIMENSIONS]


def _chips(key: str, counts: Counter[str], wanted: Mapping[str, str]) -> Iterator[Chip]:
    yield Chip(_("All"), _address({**wanted, key: ""}), key not in wanted)
    for band in OutreachBands.Band:
        chosen = wanted.get(key) == band
        if counts[band] or chosen:
            place = _address({**wanted, key: band.value})
            yield Chip(str(band.label), place, chosen, counts[band])


def _address(bands: Mapping[str, str]) -> str:
    return f"?{urlencode({key: band for key, band in bands.items() if band})}"


def told_bands(bands: OutreachBands) -> list[ToldBand]:
    """Say each band of a student with its facts, in the reader's language."""
    return [
        ToldBand(
            str(TITLES[key]), str(OutreachBands.Band(getattr(bands, key)).label),
            TONES[getattr(bands, key)], " ".join(_sentences(bands, key)),
        )
        for key in DIMENSIONS
    ]  # fmt: skip


def told_flags(bands: OutreachBands) -> list[str]:
    """Say what sets a student apart whatever the bands are."""
    return _sentences(bands, FLAGS)


def _sentences(bands: OutreachBands, key: str) -> list[str]:
    voice = ENGLISH if get_language() == "en" else READERS
    return [voice.say(sentence_of(each)) for each in bands.told.get(key, ())]


def bands_of(case: CaseFile) -> OutreachBands | None:
    """Return the bands of a case that came with them; None where no night has made them yet."""
    return getattr(case, "outreach_bands", None)


def next_words(attempts: Attempts, first: str) -> str:
    """Say what to try next, as the log of attempts has it; `first` what was drawn by lot."""
    if attempts.is_enough:
        return _("Enough was tried: the case says how to go on.")
    if kind := attempts.next_kind(first):
        return _("Next: %(kind)s") % {"kind": kind_words(kind)}
    return _("Next: go on with what worked best")


def tried_words(attempts: Attempts) -> str:
    """Say how much was tried, of how much is needed before anybody is given up."""
    words = _("Kinds tried: %(tried)s of %(kinds)s, over %(passed)s of %(days)s school days.")
    return words % {
        "tried": len(attempts.tried), "kinds": attempts.kinds_needed,
        "passed": attempts.school_days, "days": attempts.school_days_needed,
    }  # fmt: skip


def kind_words(kind: str) -> str:
    """Say a kind of attempt inside a sentence."""
    return str(Note.Kind(kind).label).lower()
