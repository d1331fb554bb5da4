"""Why a row that was read well still cannot be loaded, in sentences a person can act on."""

from bascule.feeds.reading import Reason
from bascule.feeds.standards.oneroster.canonical import COLUMN_MAP
from bascule.kernel.merging import Faulty

FAULTS: dict[str, tuple[str, str]] = {
    "unknown-organization": (
        "org_key",
        "No organization is called {value}. Load it first, or correct the row.",
    ),
    "unknown-school": (
        "school_key",
        "No school is called {value}. Load the list of schools first, or correct the row.",
    ),
    "unknown-session": (
        "session_keys",
        "No academic session is called {value}. Load it first, or correct the row.",
    ),
    "unknown-parent-session": (
        "parent_key",
        "No academic session is called {value}. Load it first, or correct the row.",
    ),
    "unknown-course": (
        "course_key",
        "No course is called {value}. Load it first, or correct the row.",
    ),
    "unknown-section": (
        "section_key",
        "No class is called {value}. Load it first, or correct the row.",
    ),
    "unknown-user": (
        "person_key",
        "Nobody who may hold this role is called {value}. Load the user with a role of that kind.",
    ),
    "unknown-student": (
        "student_key",
        "No student is called {value}. Load the student first, or correct the row.",
    ),
    "unknown-guardian": (
        "guardian_key",
        "No guardian is called {value}. Give the user the role guardian, parent or relative.",
    ),
    "person-without-role": (
        "sourcedId",
        "Nobody says what {value} is: student, guardian or staff. Add a role for this user.",
    ),
    "too-many-credits": ("credits_earned", "More than 999 credits for one course cannot be right."),
    "end-before-start": ("ends_on", "The last day lies before the first day. Correct one of them."),
    "too-long": ("", "“{value}” is longer than we can keep. Shorten it in the source."),
    "repeated-row": (
        "",
        "Another row has the same key, {value}, and counts instead of this one. Remove one.",
    ),
}
"""The column in our words, and the sentence, by the stable code of the fault."""


def reason_of(row: Faulty) -> Reason:
    """Return the reason of a row kept back, with the column as its file calls it."""
    column, sentence = FAULTS[row.code]
    theirs = COLUMN_MAP.get(row.file.removesuffix(".csv"), {}).get(column, column)
    value = row.value if len(row.value) <= 60 else f"{row.value[:57]}…"
    return Reason(row.file, row.line, theirs or None, row.code, sentence.format(value=value))
