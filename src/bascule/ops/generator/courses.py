"""The courses that the district teaches, by grade; a course's id is the OneRoster `sourcedId`."""

from dataclasses import dataclass

from bascule.ops.generator import grades


@dataclass(frozen=True)
class Course:
    """A course of one grade; `credits` a semester (0.5 in high school, 0 before)."""

    id: str
    title: str
    grade: int
    subject: str
    credits: float

    @property
    def subject_code(self) -> str:
        """Return the subject's code: its capitals, e.g. `SS` for Social Science."""
        return "".join(word[0] for word in self.subject.split())


_CORE = ("English", "Mathematics", "Science", "Social Science")
_HIGH = {
    9: ("English I", "Algebra I", "Biology", "World Studies", "Spanish I", "Physical Education I",
        "Art I"),
    10: ("English II", "Geometry", "Chemistry", "United States History", "Spanish II",
         "Physical Education II", "Music I"),
    11: ("English III", "Algebra II", "Physics", "Civics", "Computer Science", "Career Studies I",
         "Drama I"),
    12: ("English IV", "Statistics", "Environmental Science", "Economics", "Career Studies II",
         "Senior Seminar", "Financial Literacy"),
}  # fmt: skip
_SUBJECTS = (*_CORE, "Elective", "Elective", "Elective")


def homeroom(grade: int) -> Course:
    """Return the homeroom course of a grade."""
    label = grades.LABELS[grade]
    return Course(f"HR-{label}", f"Homeroom {label}", grade, "Homeroom", 0.0)


def courses_of(grade: int) -> tuple[Course, ...]:
    """Return the courses with marks of a grade: none below grade 6, four cores, then seven."""
    number = grade - 1
    if number >= 9:
        return tuple(
            Course(f"HS-{number:02d}-{place + 1}", title, grade, _SUBJECTS[place], 0.5)
            for place, title in enumerate(_HIGH[number])
        )
    if number >= 6:
        return tuple(
            Course(f"MS-{number:02d}-{place + 1}", f"{title} {number}", grade, title, 0.0)
            for place, title in enumerate(_CORE)
        )
    return ()


def all_courses() -> tuple[Course, ...]:
    """Return every course, homerooms first."""
    homerooms = tuple(homeroom(grade) for grade in range(grades.COUNT))
    return homerooms + tuple(c for grade in range(grades.COUNT) for c in courses_of(grade))
