"""What is known of Options programs, as the facts that one is chosen by."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from bascule.directory.models import Organization
from bascule.kernel.clock import local_day
from bascule.mobility.great_circle import Point
from bascule.mobility.models import OptionsProgram
from bascule.mobility.placement_facts import Line, ProgramFacts
from bascule.mobility.queries.seats import Standing, current_lines, standings


def programs_at(at: datetime) -> list[ProgramFacts]:
    """Return every Options program with the lines in which a student can still start, by school."""
    lines = current_lines(local_day(at)).select_related(None)  # the programs are read below
    return programs_with(standings(lines, at))


def programs_with(standing: Iterable[Standing]) -> list[ProgramFacts]:
    """Return every Options program, by school, with those of its lines that are given."""
    by_program = defaultdict(list)
    for each in standing:
        by_program[each.line.program_id].append(_line(each))
    programs = OptionsProgram.objects.select_related("school")
    return [_program(each, tuple(by_program[each.pk])) for each in programs]


def place_of_school(school: Organization | None) -> Point | None:
    """Return where a school lies, or None where nobody reports it."""
    if school is None or school.latitude is None or school.longitude is None:
        return None
    return Point(float(school.latitude), float(school.longitude))


def _line(standing: Standing) -> Line:
    line = standing.line
    return Line(
        line.lowest_grade, line.highest_grade, line.service, line.window, line.starts_on,
        standing.capacity, standing.free, str(line.uuid),
    )  # fmt: skip


def _program(program: OptionsProgram, lines: tuple[Line, ...]) -> ProgramFacts:
    return ProgramFacts(
        key=str(program.uuid),
        name=program.name,
        school=str(program.school.uuid),
        school_name=program.school.name,
        place=place_of_school(program.school),
        ages=(program.youngest_age, program.oldest_age),
        credits=(program.fewest_credits, program.most_credits),
        schedule=program.schedule,
        lines=lines,
        is_alop=program.school.governance == Organization.Governance.ALOP,
    )
