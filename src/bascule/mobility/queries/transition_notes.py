"""Questions about the notes that go with a student. Who may see the student reads them."""

from bascule.kernel.actor import Actor
from bascule.kernel.row_reading import Reading
from bascule.mobility.models import RestrictedPart, TransitionNote
from bascule.mobility.policies import SEE_RESTRICTED_PART
from bascule.roster.models import Student

NOTES = Reading(
    TransitionNote,
    "where student_id = %(student)s order by signed_at desc, mobility_transitionnote.id desc",
    parents=("school",),
)
LATEST = Reading(TransitionNote, f"{NOTES.rest} limit 1")


def transition_notes(student: Student) -> list[TransitionNote]:
    """Return the notes of a student in view, the newest first, each with the school of its day."""
    return NOTES.rows(student=student.pk)


def latest_transition_note(student: Student) -> TransitionNote | None:
    """Return the note that holds for a student in view; None where nobody has signed one."""
    found = LATEST.rows(student=student.pk)
    return found[0] if found else None


def restricted_parts(actor: Actor, student: Student) -> dict[int, str]:
    """Return what only the restricted tier reads, by the id of the note; nothing for who may not.

    Nobody is asked for a part that they may not read, so that nothing tells whether there is one.
    """
    if not actor.sees_restricted:
        return {}
    parts = SEE_RESTRICTED_PART.filter(RestrictedPart.objects.filter(note__student=student), actor)
    return dict(parts.values_list("note_id", "text"))
