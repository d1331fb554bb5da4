"""What the tests of rounds begin with: students of three networks who wait for few seats."""

from collections.abc import Sequence
from datetime import date, timedelta

from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.mobility.models import OptionsProgram, SeatLine
from bascule.roster.models import Student
from tests.databases import as_role
from tests.world import AT, BUILDER, World

WINDOW, STARTS_ON, ENDS_ON = "Quarter 3", date(2027, 1, 25), date(2027, 4, 2)
SEATS = {"Mornings": 2, "Evenings": 1, "Workshop": 3}
RANKED = {
    "Adair": ("Mornings", "Evenings"),
    "Calloway": ("Mornings", "Evenings"),
    "Deng": ("Evenings",),
    "Escobar": ("Mornings", "Evenings", "Workshop"),
    "Galarza": ("Mornings",),
    "Ibarra": ("Evenings", "Mornings"),
    "Jansen": ("Mornings", "Evenings"),
    "Huang": (),
}


def waiting_world(world: World) -> dict[str, CaseFile]:
    """Three programs with six seats, and seven ranked transfers and one unranked, by family name.

    Adair, Calloway and Deng are of Network 1; the others of Network 2. Deng is on the waitlist.
    """
    with as_role("loader"):
        programs = {name: a_program(name, seats) for name, seats in SEATS.items()}
        cases = {name: a_transfer(world.students[name]) for name in RANKED}
        for name, ranked in RANKED.items():
            keep_ranked(cases[name], [programs[each] for each in ranked])
        cases["Deng"].state = "waitlisted"
        cases["Deng"].save()
    return cases


def a_program(name: str, seats: int, **said: object) -> OptionsProgram:
    """A program of the Options school with so many general seats in the window."""
    school = Organization.objects.get(source_key="S901")
    program = OptionsProgram.objects.create(school=school, name=name, **said)
    a_line(program, seats)
    return program


def a_line(program: OptionsProgram, seats: int, **said: object) -> SeatLine:
    """A line of the window; general for grades 9 to 12 unless said otherwise."""
    line = SeatLine.objects.create(
        **{"program": program, "lowest_grade": "09", "highest_grade": "12", "window": WINDOW,
           "starts_on": STARTS_ON, "ends_on": ENDS_ON, **said}
    )  # fmt: skip
    if seats:
        line.changes.create(
            seats=seats, effective_on=AT.date() - timedelta(days=9), reason="Opened.", user_id=0,
            actor_name="the builder", at=AT,
        )  # fmt: skip
    return line


def a_transfer(student: Student) -> CaseFile:
    """A transfer in counseling."""
    openings = [Opening(student, "Asked.")]
    [case] = open_cases(BUILDER, workflow="options_transfer", openings=openings, at=AT)
    case.state = "counseling"
    case.save()
    return case


def keep_ranked(case: CaseFile, programs: Sequence[OptionsProgram]) -> None:
    """Record a ranking as the step does."""
    if programs:
        case.particulars = {"ranked": [str(each.uuid) for each in programs]}
        case.save()
        case.transitions.create(
            step="rank", from_state="counseling", to_state="counseling", at=AT, user_id=1,
            actor_name="Dana Okafor",
        )  # fmt: skip
