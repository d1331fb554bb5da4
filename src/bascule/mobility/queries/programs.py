"""What is known of Options programs, as the facts that one is chosen by."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import connection

from bascule.directory.models import Organization
from bascule.kernel.clock import local_day
from bascule.mobility.great_circle import Point
from bascule.mobility.models import OptionsProgram
from bascule.mobility.placement_facts import Line, ProgramFacts
from bascule.mobility.promises import FEWEST, WITHIN_DAYS, KeptPromises
from bascule.mobility.queries.seats import Standing, current_lines, standings


def programs_at(at: datetime) -> list[ProgramFacts]:
    """Return every Options program with the lines in which a student can still start, by school."""
    lines = current_lines(local_day(at)).select_related(None)  # the programs are read below
    return programs_with(standings(lines, at), kept_promises_at(at))


def kept_promises_at(at: datetime) -> dict[int, KeptPromises]:
    """Return what the programs kept of their promises in a year, by program; too few are none."""
    since = local_day(at) - timedelta(days=WITHIN_DAYS)
    with connection.cursor() as cursor:
        cursor.execute("select * from mobility_kept_promises(%s, %s)", [since, FEWEST])
        return {program: KeptPromises(judged, kept) for program, judged, kept in cursor.fetchall()}


def programs_with(
    standing: Iterable[Standing], promises: Mapping[int, KeptPromises] | None = None
) -> list[ProgramFacts]:
    """Return every Options program, by school, with those of its lines that are given."""
    by_program = defaultdict(list)
    for each in standing:
        by_program[each.line.program_id].append(_line(each))
    programs = OptionsProgram.objects.select_related("school")
    kept = promises or {}
    return [_program(each, tuple(by_program[each.pk]), kept.get(each.pk)) for each in programs]


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


def _program(
    program: OptionsProgram, lines: tuple[Line, ...], promises: KeptPromises | None
) -> ProgramFacts:
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
        promises=promises,
        is_alop=program.school.governance == Organization.Governance.ALOP,
    )
