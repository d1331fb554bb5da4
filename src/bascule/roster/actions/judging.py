"""What stewards say of look-alikes, and how the loader brings the roster in line with it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import Refusal
from bascule.roster.actions.combining import combine_students, separate_students
from bascule.roster.models import Alias, Judgment, LookAlike, Student
from bascule.roster.policies import DECIDE


@transaction.atomic
def judge_pair(
    actor: Actor,
    *,
    pair: LookAlike,
    answer: str,
    survivor: Student | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Judgment:
    """Say that a pair is one student, of whom `survivor` remains, or that it is two.

    The newest word holds, so the same word again is the one that is there, and the other word
    takes it back. Raises NotPermitted for whoever may not decide, and Refusal where `survivor` is
    missing or is neither of the two.
    """
    DECIDE.require(pair, actor)
    if answer not in Judgment.Answer.values:
        raise Refusal("no-such-answer", _("Say whether this is one student or two."))
    remains = survivor if answer == Judgment.Answer.SAME else None
    if answer == Judgment.Answer.SAME:
        _require_one_of(pair, survivor)
    newest = pair.judgments.first()
    if newest is not None and (newest.answer, newest.survivor) == (answer, remains):
        return newest
    said = Judgment.objects.create(
        pair=pair, answer=answer, survivor=remains, reason=reason.strip()[:400],
        user_id=actor.user_id, actor_name=actor.name, at=at or now(),
    )  # fmt: skip
    particulars = {"survivor": str(remains.uuid)} if remains else {}
    record_decision(
        actor, f"judge_{answer}", kind="look_alike", uuid=pair.uuid, particulars=particulars
    )
    return said


def _require_one_of(pair: LookAlike, survivor: Student | None) -> None:
    if survivor is None or survivor.pk not in (pair.first_id, pair.second_id):
        raise Refusal("no-survivor", _("Say which of the two records remains."))


def carry_out_judgments(actor: Actor, *, at: datetime) -> dict[str, int]:
    """Bring together and apart what stewards said since the last time; count both.

    Each judgment is one transaction and says what became of it; one that another word came after
    is passed over.
    """
    counts = {"brought together": 0, "brought apart": 0, "not possible": 0}
    wanted = Judgment.objects.filter(done_at=None).select_related("pair__first", "pair__second")
    for said in wanted.order_by("id"):
        with transaction.atomic():
            done, said.outcome = _carry_out(actor, said, at)
            if done:
                counts[done] += 1
            said.done_at = at
            said.save(update_fields=["done_at", "outcome"])
    return counts


def _carry_out(actor: Actor, said: Judgment, at: datetime) -> tuple[str, str]:
    """Return under what to count a judgment, and the sentence that says what became of it."""
    if Judgment.objects.filter(pair=said.pair_id, pk__gt=said.pk).exists():
        return "", _("Another word came after it.")
    known = Alias.objects.filter(judgment__pair=said.pair_id, undone_at__isnull=True).first()
    if said.answer == Judgment.Answer.DIFFERENT:
        if known is None:
            return "", _("They stay two students.")
        separate_students(actor, alias=known, at=at)
        return "brought apart", _("They are two students again.")
    try:
        with transaction.atomic():
            if known is not None:
                separate_students(actor, alias=known, at=at)
            _combine(actor, said, at)
    except Refusal as refusal:
        return "not possible", refusal.reason[:200]
    return "brought together", _("They are one student.")


def _combine(actor: Actor, said: Judgment, at: datetime) -> None:
    one, other = said.pair.first, said.pair.second
    remains = one if said.survivor_id == one.pk else other
    merged = other if remains is one else one
    combine_students(actor, student=merged, survivor=remains, judgment=said, at=at)
