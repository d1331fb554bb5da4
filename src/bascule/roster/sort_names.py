"""One key for the order of names in English and Spanish, and for searching them. Pure.

Lower case, ñ after n, accents dropped, everything but letters, digits and spaces removed
(docs: the measured reason stands in ADR 0003). The database orders it by code point.
"""

import re
import unicodedata

_DROPPED = re.compile(r"[^a-z0-9{ ]+")
_SPACES = re.compile(r"\s+")


def sort_key(name: str) -> str:
    """Return the key of a name; `ñ` becomes `n{`, which sorts after every other n."""
    lowered = unicodedata.normalize("NFC", name).lower().replace("ñ", "n{")
    plain = unicodedata.normalize("NFD", lowered).encode("ascii", "ignore").decode("ascii")
    return _SPACES.sub(" ", _DROPPED.sub(" ", plain)).strip()


def name_key(family: str, given: str, middle: str = "") -> str:
    """Return the key of a person's name, family name first."""
    return sort_key(" ".join(part for part in (family, given, middle) if part))
