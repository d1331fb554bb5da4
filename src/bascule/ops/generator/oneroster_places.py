"""Academic sessions, organizations and courses of the OneRoster package."""

from datetime import date, timedelta

from bascule.ops.generator import grades
from bascule.ops.generator.calendar import SchoolYear
from bascule.ops.generator.courses import Course, all_courses
from bascule.ops.generator.oneroster_package import DISTRICT, OneRosterZip
from bascule.ops.generator.schools import Schools

ONE_DAY = timedelta(days=1)


def network_id(name: str) -> str:
    """Return the sourcedId of a network: `Network 1` becomes `network-1`."""
    slug = name.lower().replace(" ", "-")
    return slug if slug.startswith("network") else f"network-{slug}"


def year_id(year: int) -> str:
    """Return the sourcedId of a school year, named by its end."""
    return f"sy-{year}"


def term_ids(year: int) -> tuple[str, str]:
    """Return the sourcedIds of both semesters."""
    return f"sy-{year}-s1", f"sy-{year}-s2"


def write_sessions(package: OneRosterZip, calendar: SchoolYear) -> None:
    """Write the school year and its two semesters; end dates are exclusive."""
    year, middle = calendar.year, calendar.semester_ends_on + ONE_DAY
    after = calendar.last_day + ONE_DAY
    rows: list[tuple[str, str, str, date, date, str]] = [
        (year_id(year), f"{year - 1}-{year}", "schoolYear", calendar.first_day, after, ""),
        (term_ids(year)[0], "Semester 1", "semester", calendar.first_day, middle, year_id(year)),
        (term_ids(year)[1], "Semester 2", "semester", middle, after, year_id(year)),
    ]
    ids, titles, types, starts, ends, parents = zip(*rows, strict=True)
    with package.file("academicSessions") as file:
        file.write(
            ids, title=titles, type=types, startDate=starts, endDate=ends,
            parentSourcedId=parents, schoolYear=[str(year)] * len(rows),
        )  # fmt: skip


def write_orgs(package: OneRosterZip, schools: Schools, district_name: str) -> None:
    """Write the district, its networks (type local) and its schools, parents first."""
    networks = list(dict.fromkeys(schools.networks))
    ids = [DISTRICT, *map(network_id, networks), *schools.ids]
    types = ["district", *["local"] * len(networks), *["school"] * len(schools)]
    parents = ["", *[DISTRICT] * len(networks), *map(network_id, schools.networks)]
    with package.file("orgs") as file:
        file.write(
            ids, name=[district_name, *networks, *schools.names], type=types, identifier=ids,
            parentSourcedId=parents,
        )  # fmt: skip


def write_courses(package: OneRosterZip) -> None:
    """Write the district's courses; they are the same every year."""
    courses: tuple[Course, ...] = all_courses()
    ids = [course.id for course in courses]
    with package.file("courses") as file:
        file.write(
            ids,
            title=[course.title for course in courses],
            courseCode=ids,
            grades=[grades.LABELS[course.grade] for course in courses],
            orgSourcedId=[DISTRICT] * len(ids),
            subjects=[course.subject for course in courses],
            subjectCodes=[course.subject_code for course in courses],
        )
