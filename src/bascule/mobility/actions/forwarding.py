"""A flagged record is not forwarded (325 ILCS 50/5, 55/5; domain/mobility.md 1.3, 6.1 item 5)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal

Guard = Callable[..., Refusal | None]
STOPPING = ("raised", "missing_child", "reported")
"""The states of a data flag that may be a missing child's: what is not known yet counts as one."""


def stopping_flags(case: CaseFile) -> QuerySet[CaseFile]:
    """Return the open flags on the student of `case` that stop every forwarding."""
    return CaseFile.objects.filter(
        workflow="data_flag", student=case.student_id, student__isnull=False, state__in=STOPPING,
        tier=CaseFile.Tier.STUDENT, closed_at__isnull=True,
    )  # fmt: skip


def missing_child_in_the_way(
    actor: Actor, *, case: CaseFile, answers: dict[str, Any], at: datetime
) -> Refusal | None:
    """Return why nothing may be released or sent about this student; None where nothing is open.

    For `unless` of every step that forwards a student or a record.
    """
    if not stopping_flags(case).exists():
        return None
    return Refusal(
        "missing-child-flag",
        _("A flag on this student stops every forwarding: the request goes to State Police."),
        _("the data steward"),
    )


def unless_flagged(otherwise: Guard) -> Guard:
    """Return a guard for `unless`: first the flag, then what else stands in the way."""

    def guard(
        actor: Actor, *, case: CaseFile, answers: dict[str, Any], at: datetime
    ) -> Refusal | None:
        asked: dict[str, Any] = {"case": case, "answers": answers, "at": at}
        return missing_child_in_the_way(actor, **asked) or otherwise(actor, **asked)

    return guard
