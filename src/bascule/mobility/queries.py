"""Questions about what the rules of mobility found, and about the seats of Options programs."""

from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.kernel.row_reading import Reading
from bascule.mobility.models import Flag, SeatHold
from bascule.roster.models import Student

STANDING = Reading(
    Flag,
    "where student_id = %(student)s and cleared_at is null order by began_on desc, rule",
)


def standing_flags(student: Student) -> list[Flag]:
    """Return what is found of a student now, the newest first. The student must be in view."""
    return STANDING.rows(student=student.pk)


def unended_hold(case: CaseFile) -> SeatHold | None:
    """Return the hold of a case that nobody has ended, with line, program and school.

    An offer among them may have lapsed: its `until_at` has come. The case must be in view.
    """
    held = SeatHold.objects.filter(case=case, ended_at__isnull=True)
    return held.select_related("line__program__school").first()


def accepted_hold(case: CaseFile) -> SeatHold | None:
    """Return the seat that was accepted for a case and is still the student's, or None."""
    held = unended_hold(case)
    return held if held and held.accepted_at else None


def receiving_school(case: CaseFile) -> Organization | None:
    """Return the school whose seat was accepted for a case, or None while none is."""
    held = accepted_hold(case)
    return held.line.program.school if held else None
