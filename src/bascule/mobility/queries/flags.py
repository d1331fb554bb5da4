"""Questions about what the rules of mobility found."""

from bascule.kernel.row_reading import Reading
from bascule.mobility.models import Flag
from bascule.roster.models import Student

STANDING = Reading(
    Flag,
    "where student_id = %(student)s and cleared_at is null order by began_on desc, rule",
)


def standing_flags(student: Student) -> list[Flag]:
    """Return what is found of a student now, the newest first. The student must be in view."""
    return STANDING.rows(student=student.pk)
