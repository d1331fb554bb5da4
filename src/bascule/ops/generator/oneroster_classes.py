"""Classes of the running year, who teaches them and who sits in them."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from bascule.ops.generator import grades
from bascule.ops.generator.courses import Course, courses_of, homeroom
from bascule.ops.generator.csv_files import dates, words
from bascule.ops.generator.draws import random_rank_within
from bascule.ops.generator.oneroster_package import (
    OneRosterFile,
    OneRosterZip,
    constant,
    joined_text,
)
from bascule.ops.generator.oneroster_places import term_ids
from bascule.ops.generator.schools import Schools

CLASS_SIZE, CLASSES_PER_TEACHER = 28, 5


@dataclass(frozen=True)
class Seated:
    """The students enrolled on the as-of day: id, school, grade, first day there."""

    id: np.ndarray
    school: np.ndarray
    grade: np.ndarray
    start: np.ndarray

    def at(self, places: np.ndarray) -> "Seated":
        """Return the students at `places`."""
        return Seated(*(column[places] for column in vars(self).values()))


@dataclass(frozen=True)
class Sections:
    """The classes of one course: school and number of each, and its teacher's number."""

    course: Course
    school: np.ndarray
    number: np.ndarray

    @property
    def teacher(self) -> np.ndarray:
        """Return the number of the teacher within school and course; homerooms have one each."""
        shared = self.course.subject != "Homeroom"
        return self.number // CLASSES_PER_TEACHER if shared else self.number


def write_classes(
    package: OneRosterZip, seated: Seated, schools: Schools, year: int, rng: np.random.Generator
) -> list[Sections]:
    """Write enrollments and classes; return the classes, so that their teachers can be hired."""
    built = []
    with package.file("enrollments") as file:
        for grade in range(grades.COUNT):
            pupils = seated.at(np.flatnonzero(seated.grade == grade))
            if not len(pupils.id):
                continue
            for course in (homeroom(grade), *courses_of(grade)):
                built.append(_seat_pupils(file, pupils, course, schools, rng))
                _seat_teachers(file, built[-1], schools)
    with package.file("classes") as file:
        for sections in built:
            _write_sections(file, sections, schools, year)
    return built


def class_ids(sections: Sections, schools: Schools) -> pa.Array:
    """Return the sourcedIds of classes: school, course and number."""
    school = words(schools.ids, sections.school)
    return joined_text(school, f"-{sections.course.id}-", sections.number + 1)


def teacher_ids(sections: Sections, schools: Schools) -> pa.Array:
    """Return the sourcedIds of the teacher of each class."""
    school = words(schools.ids, sections.school)
    return joined_text("T-", school, f"-{sections.course.id}-", sections.teacher + 1)


def _seat_pupils(
    file: OneRosterFile,
    pupils: Seated,
    course: Course,
    schools: Schools,
    rng: np.random.Generator,
) -> Sections:
    """Divide each school's pupils of a grade into classes of at most 28 and write them."""
    number = random_rank_within(pupils.school, rng) // CLASS_SIZE
    placed = Sections(course, pupils.school, number)
    count = len(pupils.id)
    file.write(
        joined_text("E-", pupils.id, f"-{course.id}"),
        classSourcedId=class_ids(placed, schools),
        schoolSourcedId=words(schools.ids, pupils.school),
        userSourcedId=joined_text(pupils.id),
        role=constant("student", count),
        primary=constant("false", count),
        beginDate=dates(pupils.start),
    )
    key = np.unique(pupils.school.astype(np.int64) * 1000 + number)
    return Sections(course, key // 1000, key % 1000)


def _seat_teachers(file: OneRosterFile, sections: Sections, schools: Schools) -> None:
    """Write the teacher of each class."""
    classes, count = class_ids(sections, schools), len(sections.school)
    file.write(
        joined_text("ET-", classes),
        classSourcedId=classes,
        schoolSourcedId=words(schools.ids, sections.school),
        userSourcedId=teacher_ids(sections, schools),
        role=constant("teacher", count),
        primary=constant("true", count),
    )


def _write_sections(file: OneRosterFile, sections: Sections, schools: Schools, year: int) -> None:
    """Write the classes of one course."""
    course, count = sections.course, len(sections.school)
    is_homeroom = course.subject == "Homeroom"
    ids = class_ids(sections, schools)
    file.write(
        ids,
        title=joined_text(f"{course.title} - ", sections.number + 1),
        grades=constant(grades.LABELS[course.grade], count),
        courseSourcedId=constant(course.id, count),
        classCode=ids,
        classType=constant("homeroom" if is_homeroom else "scheduled", count),
        schoolSourcedId=words(schools.ids, sections.school),
        termSourcedIds=constant(",".join(term_ids(year)), count),
        subjects=constant(course.subject, count),
        subjectCodes=constant(course.subject_code, count),
    )
