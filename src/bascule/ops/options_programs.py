"""Invented programs and seats for the Options schools of a demo's district, of any size.

Every school has a day program, every third one evenings; the numbers of seats follow from the
school's key alone, so that the same district has the same seats each time.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from zlib import crc32

from django.db.models import Q

from bascule.directory.models import Organization
from bascule.kernel.actor import Actor
from bascule.mobility.actions.seats import keep_change
from bascule.mobility.models import OptionsProgram, SeatLine

NETWORK = "Options"
AT = datetime(2026, 1, 12, 15, tzinfo=UTC)
WINDOWS = (
    ("Semester 2, 2025\u201326", date(2026, 1, 26), date(2026, 6, 30)),
    ("Semester 1, 2026\u201327", date(2026, 7, 1), date(2027, 1, 22)),
    ("Semester 2, 2026\u201327", date(2027, 1, 25), date(2027, 6, 30)),
)
"""When students start, as in the demo's calendar; the district publishes its own windows [?]."""
YOUNG, OLDER, ALL = ("09", "10"), ("11", "12"), ("09", "12")
General = SeatLine.Service.GENERAL
Shape = tuple[tuple[str, str], str, int, int]


def seat_programs(actor: Actor, *, source: str = "sis") -> int:
    """Give every Options school its programs and seats, written down by `actor`; return the lines.

    A school that has programs keeps them as they are.
    """
    # A charter school of the Options network is reported as a charter, and not as `is_options`.
    of_options = Q(is_options=True) | Q(memberships__parent__name=NETWORK)
    schools = Organization.objects.filter(
        of_options, source=source, kind=Organization.Kind.SCHOOL, options_programs=None
    )
    lines = 0
    for turn, school in enumerate(schools.order_by("source_key").distinct("source_key")):
        lines += _open_lines(actor, _day_program(school, turn), _day_shapes(turn))
        if turn % 3 == 0:
            lines += _open_lines(actor, _evening_program(school), ((OLDER, General, 8, 4),))
    return lines


def _day_program(school: Organization, turn: int) -> OptionsProgram:
    schedule = OptionsProgram.Schedule
    return OptionsProgram.objects.create(
        school=school, name="Day program", youngest_age=15, oldest_age=20,
        schedule=schedule.HALF_DAY if turn % 2 else schedule.FULL_DAY,
        languages=["English", "Espa\u00f1ol"], supports=["Counselor on site", "Job coach"],
    )  # fmt: skip


def _evening_program(school: Organization) -> OptionsProgram:
    return OptionsProgram.objects.create(
        school=school, name="Evening program", youngest_age=17, oldest_age=20,
        fewest_credits=Decimal(8), schedule=OptionsProgram.Schedule.EVENING,
        languages=["English"], supports=["Child care"],
    )  # fmt: skip


def _day_shapes(turn: int) -> Iterator[Shape]:
    """Bands of grades, service, the fewest seats and how many more there may be."""
    yield YOUNG, General, 12, 9
    yield OLDER, General, 12, 9
    yield ALL, SeatLine.Service.EL if turn % 2 else SeatLine.Service.IEP, 3, 3


def _open_lines(actor: Actor, program: OptionsProgram, shapes: Iterator[Shape] | tuple[Shape, ...]
                ) -> int:  # fmt: skip
    opened = 0
    for (lowest, highest), service, fewest, more in shapes:
        for window, starts_on, ends_on in WINDOWS:
            line = SeatLine.objects.create(
                program=program, lowest_grade=lowest, highest_grade=highest, window=window,
                starts_on=starts_on, ends_on=ends_on, service=service,
            )  # fmt: skip
            _open_seats(actor, line, fewest, more)
            opened += 1
    return opened


def _open_seats(actor: Actor, line: SeatLine, fewest: int, more: int) -> None:
    """Open the seats of a line; here and there a room is added or lost in its course."""
    draw = crc32(f"{line.program.school.source_key} {line}".encode())
    seats = fewest + draw % more
    keep_change(actor, line=line, seats=seats, effective_on=AT.date(), at=AT,
                reason="Agreed with the school for the semester")  # fmt: skip
    if draw % 5 == 0:
        keep_change(actor, line=line, seats=2, effective_on=line.starts_on, at=AT,
                    reason="One more teacher from the first day")  # fmt: skip
    elif draw % 7 == 0:
        keep_change(actor, line=line, seats=-1, effective_on=line.starts_on, at=AT,
                    reason="A room is lent to the neighbor school")  # fmt: skip
