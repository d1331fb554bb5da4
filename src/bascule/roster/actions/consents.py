"""Write down what a family agreed to or refused for a student. The newest answer holds."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.clock import today
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.kernel.row_reading import Reading
from bascule.roster.models import Consent, Guardian, Student
from bascule.roster.policies import SEE, SEE_CONSENT

WRITTEN_BY = ("work_cases", "request_transfer")
"""Who speaks with families: any one of these permissions, about a student in view."""

KNOWN = Reading(
    Consent,
    "where student_id = %(student)s and starts_on <= %(day)s"
    " order by starts_on desc, roster_consent.id desc",
    parents=("guardian",),
)


@transaction.atomic
def record_consent(
    actor: Actor,
    *,
    student: Student,
    purpose: str,
    answer: str,
    guardian: Guardian | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Consent:
    """Record an answer for a purpose from `starts_on` (today) to `ends_on` (until another one).

    An earlier answer ends the day before; the same answer that already holds is returned. Raises
    Refusal for a purpose or an answer of no kind, for a span that ends before it starts or that
    begins before the answer it replaces, and where `guardian` does not answer for the student.
    """
    _require_writer(actor, student)
    first = starts_on or today()
    _require_sense(actor, student, purpose, answer, guardian)
    if ends_on is not None and ends_on < first:
        raise Refusal("not-possible", _("The last day lies before the first day."))
    known = Consent.objects.filter(student=student, purpose=purpose).order_by("-starts_on").first()
    if known is not None and _holds(known, first):
        if (known.answer, known.guardian, known.ends_on) == (answer, guardian, ends_on):
            return known
        _end_before(known, first)
    consent = Consent.objects.create(
        student=student, guardian=guardian, purpose=purpose, answer=answer, starts_on=first,
        ends_on=ends_on,
    )  # fmt: skip
    record_decision(
        actor, "record_consent", kind="student", uuid=student.uuid,
        particulars={"purpose": _told(purpose), "answer": answer, "from": str(first)},
    )  # fmt: skip
    return consent


def _require_sense(
    actor: Actor, student: Student, purpose: str, answer: str, guardian: Guardian | None
) -> None:
    if purpose not in Consent.Purpose.values or answer not in Consent.Answer.values:
        raise Refusal("no-such-answer", _("Say for what the family answers, and what."))
    if purpose not in dict(purposes_of(actor)):
        raise NotPermitted("not-permitted", _("This is for who sees such help."), SEE.lifted_by)
    if guardian is not None and not guardian.guardianships.filter(student=student).exists():
        words = _("%(name)s does not answer for this student.") % {"name": guardian}
        raise Refusal("not-possible", words)


@transaction.atomic
def end_consent(actor: Actor, *, consent: Consent, ends_on: date) -> Consent:
    """End an answer with the day `ends_on`; one that has ended earlier stays as it is."""
    _require_writer(actor, consent.student)
    if ends_on < consent.starts_on:
        raise Refusal("not-possible", _("The last day lies before the first day."))
    if consent.ends_on is not None and consent.ends_on <= ends_on:
        return consent
    consent.ends_on = ends_on
    consent.save(update_fields=["ends_on"])
    record_decision(
        actor, "end_consent", kind="student", uuid=consent.student.uuid,
        particulars={"purpose": _told(consent.purpose), "on": str(ends_on)},
    )  # fmt: skip
    return consent


def heed_restricted_refusals(actor: Actor, *, alias: Student, keeper: Student, day: date) -> None:
    """Let what was refused for an alias end what was permitted for its keeper, from `day` on.

    Only for restricted purposes: to ask whoever combines the records would tell them that a
    family seeks help (ADR 0070). Parted again, the keeper stays refused until the family is asked.
    """
    refused = Consent.objects.filter(student=alias, answer=Consent.Answer.REFUSED)
    for refusal in refused.exclude(purpose__in=Consent.OPEN_PURPOSES):
        permitted = Consent.objects.filter(
            student=keeper, purpose=refusal.purpose, answer=Consent.Answer.GRANTED
        )
        for permission in permitted:
            first = max(day, refusal.starts_on, permission.starts_on)
            if _holds(permission, first) and _holds(refusal, first):
                _refuse_from(actor, permission, first)


def _refuse_from(actor: Actor, permission: Consent, first: date) -> None:
    """Replace the rest of a permission by a refusal; all of it, where it has not begun before."""
    if permission.starts_on >= first:
        permission.answer = Consent.Answer.REFUSED
        permission.save(update_fields=["answer"])
    else:
        last, permission.ends_on = permission.ends_on, first - timedelta(days=1)
        permission.save(update_fields=["ends_on"])
        Consent.objects.create(
            student=permission.student, purpose=permission.purpose, starts_on=first, ends_on=last,
            answer=Consent.Answer.REFUSED,
        )  # fmt: skip
    record_decision(
        actor, "end_consent", kind="student", uuid=permission.student.uuid,
        particulars={"purpose": _told(permission.purpose), "on": str(first)},
    )  # fmt: skip


def may_record_consents(actor: Actor) -> bool:
    """Say whether the actor writes down answers, about students in view."""
    return any(actor.may(permission) for permission in WRITTEN_BY)


def purposes_of(actor: Actor) -> list[tuple[str, object]]:
    """Return the purposes for which the actor writes answers down, with their words."""
    return [
        (key, words) for key, words in Consent.Purpose.choices
        if actor.sees_restricted or key in Consent.OPEN_PURPOSES
    ]  # fmt: skip


def _told(purpose: str) -> str:
    """What a record that others may read says of a purpose."""
    return purpose if purpose in Consent.OPEN_PURPOSES else "restricted"


def consents_on(actor: Actor, student: Student, day: date) -> dict[str, Consent]:
    """Return the answer that holds on `day` for each purpose, of those that the actor may see."""
    known = KNOWN.rows(student=student.pk, day=day)
    return {row.purpose: row for row in SEE_CONSENT.keep(known, actor) if _holds(row, day)}


def _holds(consent: Consent, day: date) -> bool:
    return consent.ends_on is None or consent.ends_on >= day


def _end_before(known: Consent, first: date) -> None:
    if known.starts_on >= first:
        raise Refusal("not-possible", _("A later answer for this purpose is already recorded."))
    known.ends_on = first - timedelta(days=1)
    known.save(update_fields=["ends_on"])


def _require_writer(actor: Actor, student: Student) -> None:
    SEE.require(student, actor)
    if not may_record_consents(actor):
        raise NotPermitted("not-permitted", _("You may not write down consents."), SEE.lifted_by)
