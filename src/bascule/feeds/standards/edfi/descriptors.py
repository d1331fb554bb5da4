"""Ed-Fi descriptor values beside our local codes, both ways (standards.md 2.3).

A value of another namespace than `uri://ed-fi.org` is the district's own and is taken as the
local code. A value of Ed-Fi's is coarser than ours: it is read as the local code in `ENTRY_READ`
or `EXIT_READ`, and its own words are kept as the reason, so that nothing is lost. "Transferred"
is read as code 33, the exit that needs proof: a later entry in the district clears it, silence
does not (ADR 0022).
"""

from bascule.roster.codes import ENTRY_CODES, EXIT_CODES

EDFI = "uri://ed-fi.org/"

ENTRY_READ = {
    "Transfer": "19",
    "New to education system": "01",
    "Next year school": "02",
    "Re-entry": "11",
    "Other": "19",
}
EXIT_READ = {
    "Completed": "07",
    "Died or is permanently incapacitated": "24",
    "Dropout": "20",
    "End of school year": "01",
    "Enrolled in a high school diploma program": "98",
    "Expelled": "22",
    "Graduated": "06",
    "Incarcerated": "23",
    "Invalid enrollment": "30",
    "Involuntarily Removed": "98",
    "No show": "99",
    "Other": "98",
    "Reached maximum age": "14",
    "Transferred": "33",
    "Withdrawn": "21",
}
GRADES = {
    "PK": "Preschool/Prekindergarten",
    "KG": "Kindergarten",
    "01": "First grade",
    "02": "Second grade",
    "03": "Third grade",
    "04": "Fourth grade",
    "05": "Fifth grade",
    "06": "Sixth grade",
    "07": "Seventh grade",
    "08": "Eighth grade",
    "09": "Ninth grade",
    "10": "Tenth grade",
    "11": "Eleventh grade",
    "12": "Twelfth grade",
}
NO_GRADE = "No grade level"
GRADES_READ = {
    **{name: grade for grade, name in GRADES.items()},
    "Prekindergarten": "PK",
    "Preschool": "PK",
}
ABSENCES = {
    "absent_unexcused": ("Unexcused Absence", None),
    "absent_excused": ("Excused Absence", None),
    "absent_half_unexcused": ("Unexcused Absence", "0.5"),
    "absent_half_excused": ("Excused Absence", "0.5"),
    "tardy": ("Tardy", None),
    "left_early": ("Early departure", None),
}
"""Our kinds of attendance event: Ed-Fi's category, and the part of a day where it is not whole."""
PRESENT = frozenset({"In Attendance", "Present"})


def split_descriptor(text: str) -> tuple[str, str]:
    """Return namespace and code value of `uri://ed-fi.org/EntryTypeDescriptor#Transfer`."""
    namespace, _, value = text.rpartition("#")
    return namespace, value.strip()


def read_code(text: str | None, table: dict[str, str]) -> tuple[str | None, str | None]:
    """Return the local code and the reason of an entry or exit descriptor."""
    if not text:
        return None, None
    namespace, value = split_descriptor(text)
    if namespace.startswith(EDFI):
        return table.get(value), value
    return value, None


def entry_descriptor(code: str, namespace: str | None = None) -> str | None:
    """Return the descriptor of a local entry code: Ed-Fi's, or the district's own by its code."""
    if namespace is not None:
        return f"{namespace}/EntryTypeDescriptor#{code}"
    known = ENTRY_CODES.get(code)
    return f"{EDFI}EntryTypeDescriptor#{known.edfi if known else 'Other'}"


def exit_descriptor(code: str, namespace: str | None = None) -> str | None:
    """Return the descriptor of a local exit code: Ed-Fi's, or the district's own by its code."""
    if namespace is not None:
        return f"{namespace}/ExitWithdrawTypeDescriptor#{code}"
    known = EXIT_CODES.get(code)
    return f"{EDFI}ExitWithdrawTypeDescriptor#{known.edfi if known else 'Other'}"


def grade_descriptor(grade: str | None) -> str:
    """Return the grade level descriptor of a grade; one that we do not know is no grade level."""
    return f"{EDFI}GradeLevelDescriptor#{GRADES.get(grade or '', NO_GRADE)}"


def read_grade(text: str | None) -> str | None:
    """Return our grade of a grade level descriptor; Ed-Fi's own words where we have none."""
    value = split_descriptor(text or "")[1]
    return None if value in ("", NO_GRADE) else GRADES_READ.get(value, value)


def read_absence(category: str, duration: str | None) -> str | None:
    """Return our kind of an attendance category, a half day where the duration says so."""
    value = split_descriptor(category)[1]
    half = duration is not None and float(duration) < 1
    for kind, (name, part) in ABSENCES.items():
        if name == value and (part is not None) == (half and "Absence" in name):
            return kind
    return None
