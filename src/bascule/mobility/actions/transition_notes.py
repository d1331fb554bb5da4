"""Sign what goes with a student to the next school. Signed once, and never changed."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.clock import now, today
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.models import RestrictedPart, TransitionNote
from bascule.mobility.models.transition_notes import LONGEST
from bascule.mobility.placement_facts import FIGURES
from bascule.mobility.queries import latest_transition_note
from bascule.roster.models import Student
from bascule.roster.one_student import credits_earned, marks_of
from bascule.roster.policies import SEE

WORDS = ("strengths", "connecting", "learning", "people", "plan", "after")
WRITTEN_BY = ("work_cases", "request_transfer")
"""Who knows a student well enough: any one of these permissions, about a student in view."""


def may_sign_notes(actor: Actor) -> bool:
    """Say whether the actor signs notes, about students in view."""
    return any(actor.may(permission) for permission in WRITTEN_BY)


@transaction.atomic
def sign_transition_note(
    actor: Actor,
    *,
    student: Student,
    words: Mapping[str, str],
    finish_on: date | None = None,
    restricted: str = "",
    at: datetime | None = None,
) -> TransitionNote:
    """Sign a note about `student`: `words` by the keys of WORDS, and what is for few eyes apart.

    The credits of the day are kept with it. The same words again are one note. Raises NotPermitted
    for who may not, and Refusal where nothing is said, where a text is longer than LONGEST, and for
    a month that is over.
    """
    _require_writer(actor, student)
    said = {key: words.get(key, "").strip() for key in WORDS}
    _require_sense(said, finish_on, restricted.strip())
    known = latest_transition_note(student)
    if known is not None and not restricted.strip() and _says(known, said, finish_on):
        return known
    note = TransitionNote.objects.create(
        student=student, school_id=student.school_id, **said, finish_on=finish_on,
        credits=credits_earned(marks_of(student)), credits_needed=FIGURES.credits_to_graduate,
        signed_by=actor.user_id, signed_name=actor.signature(is_restricted=False),
        signed_at=at or now(),
    )  # fmt: skip
    if restricted.strip():
        RestrictedPart.objects.create(note=note, text=restricted.strip())
    record_decision(
        actor, "sign_transition_note", kind="student", uuid=student.uuid,
        particulars={"note": str(note.uuid)},
    )  # fmt: skip
    return note


def _require_writer(actor: Actor, student: Student) -> None:
    SEE.require(student, actor)
    if not may_sign_notes(actor):
        raise NotPermitted("not-permitted", _("You may not sign transition notes."), SEE.lifted_by)


def _require_sense(said: Mapping[str, str], finish_on: date | None, restricted: str) -> None:
    if not any((*said.values(), finish_on, restricted)):
        raise Refusal("empty", _("Say at least one thing that the next school should know."))
    if any(len(text) > LONGEST for text in (*said.values(), restricted)):
        words = _("A part is longer than %(number)s characters.") % {"number": LONGEST}
        raise Refusal("too-long", words)
    if finish_on is not None and finish_on < today().replace(day=1):
        raise Refusal("not-to-come", _("The month in which the student finishes is over."))


def _says(known: TransitionNote, said: Mapping[str, str], finish_on: date | None) -> bool:
    same_words = all(getattr(known, key) == text for key, text in said.items())
    return same_words and known.finish_on == finish_on
