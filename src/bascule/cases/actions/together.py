"""One verb on many cases at once: each by itself, and each with an answer of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from bascule.cases.models import CaseFile
from bascule.kernel.refusal import Refusal, Stale


@dataclass(frozen=True)
class Seen:
    """A case as somebody chose it: the revision is the one that was shown."""

    case: CaseFile
    revision: int


@dataclass(frozen=True)
class Outcome:
    """What came of the verb on one case; `refusal` is None where it was done."""

    case: CaseFile
    refusal: Refusal | None


def on_each(chosen: Sequence[Seen], act: Callable[[CaseFile], object]) -> list[Outcome]:
    """Do `act` on each case in its turn; what is refused for one takes nothing from the others.

    A case that moved since it was shown is left alone.
    """
    return [Outcome(each.case, _refusal(each, act)) for each in chosen]


def _refusal(seen: Seen, act: Callable[[CaseFile], object]) -> Refusal | None:
    """Do `act` whole or not at all, and return what stood in its way."""
    if seen.case.revision != seen.revision:
        return Stale("case-moved", _("Somebody moved this case while you were looking at it."))
    try:
        with transaction.atomic():
            act(seen.case)
    except Refusal as refusal:
        return refusal
    return None
