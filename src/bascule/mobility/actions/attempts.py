"""A student is given up as not to be found only after enough was tried."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bascule.cases.models import CaseFile, Note
from bascule.directory.queries import school_calendar
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.kernel.refusal import Refusal
from bascule.mobility.attempts import Attempts, weighed


def attempts_on(case: CaseFile, at: datetime) -> Attempts:
    """Return what the contacts noted on a case amount to at an instant."""
    noted = case.notes.values_list("kind", "at")
    return weighed(
        [(kind, local_day(when)) for kind, when in noted], local_day(at), school_calendar()
    )


def too_few_attempts(
    actor: Actor, *, case: CaseFile, answers: dict[str, Any], at: datetime
) -> Refusal | None:
    """Return what is still to be tried; None where it is enough, or somebody knows the student.

    Who was reached and does not want to come was found: there is nothing more to try.
    """
    attempts = attempts_on(case, at)
    if attempts.is_enough or answers.get("whereabouts") == "known":
        return None
    words = _(
        "%(kinds)s kinds of attempts over %(days)s school days come first; so far it is %(tried)s"
        " over %(passed)s. Not tried: %(untried)s."
    ) % {
        "kinds": attempts.kinds_needed, "days": attempts.school_days_needed,
        "tried": len(attempts.tried), "passed": attempts.school_days,
        "untried": untried_words(attempts),
    }  # fmt: skip
    return Refusal("too-few-attempts", words)


def untried_words(attempts: Attempts) -> str:
    """Return the kinds that were not tried, in words."""
    return ", ".join(str(Note.Kind(kind).label).lower() for kind in attempts.untried)
