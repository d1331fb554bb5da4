"""Invented programs and seats for the Options schools of a demo's district, of any size.

Every school has a day program, every third one evenings; the numbers of seats follow from the
school's key alone, so that the same district has the same seats each time.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from zlib import crc32

from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.mobility.actions.programs import open_line, open_program
from bascule.mobility.actions.seats import change_seats
from bascule.mobility.models import OptionsProgram, SeatLine
from bascule.mobility.queries import options_schools

AT = datetime(2026, 1, 12, 15, tzinfo=UTC)
WINDOWS = (
    ("Semester 2, 2025\u201326", date(2026, 1, 26), date(2026, 6, 30)),
    ("Semester 1, 2026\u201327", date(2026, 7, 1), date(2027, 1, 22)),
    ("Semester 2, 2026\u201327", date(2027, 1, 25), date(2027, 6, 30)),
)
"""When students start, as in the demo's calendar; the district publishes its own windows [?]."""
YOUNG, OLDEST, OLDER = "10", "12", ("11", "12")
Service = SeatLine.Service
Shape = tuple[tuple[str, str], Service, int, int]


def seat_programs(actor: Actor) -> int:
    """Let `actor` open programs and seats for every Options school; return how many lines.

    A school that has programs keeps them as they are.
    """
    schools = options_schools().filter(options_programs=None)
    lines = 0
    for turn, school in enumerate(schools.order_by("source_key")):
        lines += _open_lines(actor, _day_program(actor, school, turn), _day_shapes(school, turn))
        if turn % 3 == 0:
            evenings = _evening_program(actor, school)
            lines += _open_lines(actor, evenings, [(OLDER, Service.GENERAL, 8, 4)])
    return lines


def _day_program(actor: Actor, school: Organization, turn: int) -> OptionsProgram:
    schedule = OptionsProgram.Schedule
    return open_program(
        actor, school=school, name="Day program", ages=(15, 20),
        schedule=schedule.HALF_DAY if turn % 2 else schedule.FULL_DAY,
        languages=["English", "Espa\u00f1ol"], supports=["Counselor on site", "Job coach"],
    )  # fmt: skip


def _evening_program(actor: Actor, school: Organization) -> OptionsProgram:
    return open_program(
        actor, school=school, name="Evening program", ages=(17, 20),
        credit_range=(Decimal(8), None), schedule=OptionsProgram.Schedule.EVENING,
        languages=["English"], supports=["Child care"],
    )  # fmt: skip


def _day_shapes(school: Organization, turn: int) -> Iterator[Shape]:
    """Bands of grades, service, the fewest seats and how many more there may be."""
    lowest = _lowest_grade(school)
    yield (lowest, YOUNG), Service.GENERAL, 8, 6
    yield OLDER, Service.GENERAL, 7, 6
    yield (lowest, OLDEST), Service.EL if turn % 2 else Service.IEP, 3, 3


def _lowest_grade(school: Organization) -> str:
    """Return where the first band begins: some Options schools teach grade 8 and below too."""
    taught = [grade for grade in school.grades.split(",") if grade.isdecimal()]
    return min([*taught, "09"])


def _open_lines(actor: Actor, program: OptionsProgram, shapes: Iterable[Shape]) -> int:
    opened = 0
    for grades, service, fewest, more in shapes:
        for window, *days in WINDOWS:
            draw = crc32(f"{program.school.source_key} {program} {grades} {window}".encode())
            line = open_line(
                actor, program=program, grades=grades, window=window, days=(days[0], days[1]),
                service=service, seats=fewest + draw % more, at=AT,
                reason="Agreed with the school for the semester",
            )  # fmt: skip
            _change_in_course(actor, line, draw)
            opened += 1
    return opened


def _change_in_course(actor: Actor, line: SeatLine, draw: int) -> None:
    """Here and there a teacher comes or a room is lost on the first day of the window."""
    seats, reason = {
        0: (2, "One more teacher from the first day"),
        1: (-1, "A room is lent to the neighbor school"),
    }.get(draw % 6, (0, ""))
    if seats:
        change_seats(
            actor, line=line, seats=seats, effective_on=line.starts_on, reason=reason, at=AT
        )
