"""Students, cases and reaches around the cast: rows that each person may and may not see."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bascule.access.models import Draft, Elevation, Export, User
from bascule.cases.actions import Opening, add_note, open_cases
from bascule.cases.models import (
    CalendarFeed,
    CaseFile,
    CaseView,
    MailChoice,
    Notice,
    Presence,
)
from bascule.cases.notices import fire_alarms
from bascule.directory.models import Organization, Person, Position
from bascule.feeds.models import FileRun, Quarantine, Source
from bascule.kernel.actor import Actor
from bascule.metrics.models import FlowCount, MonthlyMoves, OpenValue, Value
from bascule.mobility.actions.outreach import keep_outreach_bands, keep_outreach_counts
from bascule.mobility.models import (
    FamilyAnswer,
    FamilyLink,
    Flag,
    Handover,
    HandoverFile,
    OptionsProgram,
    PackFigure,
    PlacementRound,
    RestrictedPart,
    RosterAnswer,
    RoundResult,
    SeatHold,
    SeatLine,
    TransitionNote,
    TrendPack,
)
from bascule.roster.models import (
    Alias,
    AttendanceDay,
    AttendanceEvent,
    Consent,
    Course,
    Demographics,
    EnrollmentClaim,
    Guardian,
    Guardianship,
    Judgment,
    LookAlike,
    Mark,
    ProgramSpell,
    Reach,
    SchoolRole,
    Section,
    SectionEnrollment,
    Stint,
    Student,
)
from bascule.roster.queries import sort_key

AT = datetime(2026, 11, 20, 14, tzinfo=UTC)
PROMISE = {
    "first_day_on": "2026-11-30", "first_week": "Mornings, 8:30 to 12:00",
    "advocate": "Noor Abara", "finish_in": "2029-06",
}  # fmt: skip
"""What a school promises when it accepts a student."""
FIRST_DAY = date(2026, 8, 24)
BUILDER = Actor(user_id=0, name="the builder", is_district_wide=True, sees_restricted=True,
                permissions=frozenset({"work_cases", "request_transfer"}))  # fmt: skip

EXPORTING = ("lead", "okafor", "wren", "brooks", "chief_0", "chief_1", "steward")
NAMES = {
    "S101": ("Adair", "Brisa"),
    "S102": ("Calloway", "Deng"),
    "S201": ("Escobar", "Fenn"),
    "S202": ("Galarza", "Huang"),
    "S203": ("Ibarra", "Jansen"),
    "S901": ("Kowal", "Lindqvist"),
}


@dataclass(frozen=True)
class World:
    """What was built, by the words that tests use."""

    students: dict[str, Student]
    cases: dict[str, CaseFile]
    exports: dict[str, Export]


def build_world() -> World:
    """Build two students a school, a case about each, and reaches of every kind. As the loader."""
    students = {
        family: _student(number, family, school)
        for number, (school, family) in enumerate(
            ((school, family) for school, families in NAMES.items() for family in families), 1
        )
    }
    openings = [Opening(student, f"{name} needs help.") for name, student in students.items()]
    opened = open_cases(BUILDER, workflow="reengagement", openings=openings, at=AT)
    cases = {case.student.family_name: case for case in opened if case.student}
    restrict(cases["Brisa"])
    restrict(cases["Fenn"])
    for name, case in cases.items():
        add_note(BUILDER, case=case, kind="call", text=f"Called about {name}.", at=AT)
    _notices(cases)
    _seats(cases)
    _handovers(cases)
    _round(cases)
    exports = _exports(students)
    _elevations(students)
    _reaches(students)
    _quarantine()
    _values(students)
    _moves()
    _packs()
    _families(students)
    _family_pages(cases)
    _classes(students)
    _records(students)
    _look_alikes(students)
    _transition_notes(students)
    _case_views()
    _mail_choices()
    _drafts()
    _presences(cases)
    _calendar_feeds()
    keep_outreach_bands(BUILDER, at=AT)
    keep_outreach_counts(BUILDER, at=AT)
    return World(students, cases, exports)


def restrict(case: CaseFile) -> None:
    """Make the existence of a case restricted."""
    case.tier = CaseFile.Tier.RESTRICTED
    case.save()


def _student(number: int, family: str, school_key: str) -> Student:
    school = Organization.objects.get(source_key=school_key)
    student = Student.objects.create(
        number=f"8{number:07}", family_name=family, given_name="Sam", grade="09", school=school,
        sort_name=sort_key(f"{family} Sam"), entered_on=FIRST_DAY, source="sis",
        source_key=f"8{number:07}",
    )  # fmt: skip
    claim = EnrollmentClaim.objects.create(
        student=student, school=school, starts_on=FIRST_DAY, entry_code="02", grade="09",
        source="sis", source_key=f"8{number:07}|{school_key}|{FIRST_DAY}", known_from=AT,
    )  # fmt: skip
    Stint.objects.create(
        student=student, school=school, school_year=2027, starts_on=FIRST_DAY, entry_code="02",
        grade="09", claim=claim,
    )  # fmt: skip
    Flag.objects.create(
        student=student, school=school, rule="highly_mobile", version=1, began_on=FIRST_DAY,
        because="Changed schools twice.", found_at=AT,
    )  # fmt: skip
    return student


def _reaches(students: dict[str, Student]) -> None:
    """Reaches: in person, by position, through a school, restricted, over, and not yet begun."""
    specialist = Position.objects.get(assignments__person__source_key="okafor")
    clerk = Person.objects.get(source_key="clerk_1")
    intake_school = Organization.objects.get(source_key="S901")
    day = timedelta(days=1)
    homeless = {"ground": "reengagement", "shows": ["homeless"]}
    for student, holder, tier, starts_at, ends_at, *purpose in (
        ("Escobar", {"person": clerk}, "student", AT - day, None),
        ("Fenn", {"person": clerk}, "restricted", AT - day, AT + day, homeless),
        ("Escobar", {"person": clerk}, "restricted", AT - day, None, {"shows": ["iep"]}),
        ("Adair", {"organization": intake_school}, "student", AT - day, None),
        ("Ibarra", {"position": specialist}, "student", AT - day, None),
        ("Galarza", {"person": clerk}, "student", AT - 9 * day, AT - day),
        ("Huang", {"person": clerk}, "student", AT + day, None),
    ):
        Reach.objects.create(
            student=students[student], tier=tier, because="test", starts_at=starts_at,
            ends_at=ends_at, **holder,
            **({"ground": "options_transfer"} | (purpose[0] if purpose else {})),
        )  # fmt: skip


def _seats(cases: dict[str, CaseFile]) -> None:
    """Seats of the Options school: offered, accepted, ended, and two for restricted cases."""
    school, day = Organization.objects.get(source_key="S901"), timedelta(days=1)
    program = OptionsProgram.objects.create(school=school, name="Bridge to a diploma")
    line = SeatLine.objects.create(
        program=program, lowest_grade="09", highest_grade="12", window="Semester 1",
        starts_on=FIRST_DAY, ends_on=FIRST_DAY + 150 * day,
    )  # fmt: skip
    line.changes.create(
        seats=9, effective_on=FIRST_DAY, reason="Opened.", user_id=0, actor_name="the builder",
        at=AT - 9 * day,
    )  # fmt: skip
    for name, said in (
        ("Adair", {"until_at": AT + day}),
        ("Brisa", {"until_at": AT + day}),
        ("Fenn", {"accepted_at": AT}),
        ("Ibarra", {"accepted_at": AT}),
        ("Kowal", {"until_at": AT, "ended_at": AT, "ended_because": "lapsed"}),
    ):
        case = cases[name]
        SeatHold.objects.create(
            line=line, case=case, student_id=case.student_id or 0, held_at=AT - day, **said
        )


def _notices(cases: dict[str, CaseFile]) -> None:
    """To the owner of each case, and one that is addressed to everybody who works on cases."""
    fire_alarms(BUILDER, at=AT)
    for name in ("Adair", "Kowal", "Brisa"):
        Notice.objects.create(kind=Notice.Kind.UNSTAFFED, case=cases[name], revision=1, at=AT)


def _handovers(cases: dict[str, CaseFile]) -> None:
    """Two moves to the Options school, one of them of a restricted case; the SIS knows of both."""
    school = Organization.objects.get(source_key="S901")
    file = HandoverFile.objects.create(
        name="handovers-1.csv", content=b"", made_at=AT, delivered_at=AT
    )
    for name in ("Adair", "Brisa"):
        student = cases[name].student
        assert student is not None
        handover = Handover.objects.create(
            case=cases[name], student=student, from_school_id=student.school_id, to_school=school,
            last_day_on=AT.date(), first_day_on=AT.date() + timedelta(days=3), exit_code="02",
            entry_code="04", received_by=1, received_name="Del Rivers", received_at=AT,
            released_by=2, released_name="Bea Nowak", released_at=AT, file=file, told_at=AT,
        )  # fmt: skip
        RosterAnswer.objects.create(
            handover=handover, kind=RosterAnswer.Kind.CONTRADICTED, at=AT,
            differences=[{"what": "last_day", "we_say": "2026-11-20", "sis_says": "2026-11-18"}],
        )  # fmt: skip


def _round(cases: dict[str, CaseFile]) -> None:
    """A round of long ago in which everybody took part, two of them by cases now restricted."""
    placement = PlacementRound.objects.create(
        window="Quarter 1", starts_on=FIRST_DAY, ends_on=FIRST_DAY + timedelta(days=60),
        state=PlacementRound.State.CANCELLED, version=1, prepared_at=AT - timedelta(days=80),
        prepared_by=1, prepared_name="Marisol Vega", listed_at=AT - timedelta(days=80),
        entrants=len(cases), ended_at=AT - timedelta(days=79), ended_by=1,
        ended_name="Marisol Vega",
    )  # fmt: skip
    RoundResult.objects.bulk_create(
        RoundResult(round=placement, case=case, student=case.student) for case in cases.values()
    )


def _case_views() -> None:
    """Two views of somebody who works on cases and of a clerk, one of each shared."""
    for who in ("okafor", "clerk_0"):
        for title, is_shared in (("Late ones", True), ("Mine to call", False)):
            CaseView.objects.create(
                user_id=User.objects.get(username=who).pk, user_name=who, title=title,
                part={"is_late": True}, is_shared=is_shared, made_at=AT,
            )  # fmt: skip


def _mail_choices() -> None:
    """Three persons are mailed each morning what is late."""
    for who in ("okafor", "wren", "clerk_0"):
        MailChoice.objects.create(
            user_id=User.objects.get(username=who).pk, kind=Notice.Kind.LATE, how="daily",
            told_until=AT,
        )  # fmt: skip


def _drafts() -> None:
    """Three persons have typed something; each has it alone."""
    for who in ("okafor", "wren", "clerk_0"):
        user = User.objects.get(username=who)
        Draft.objects.create(
            user_id=user.pk, page="/gaps/", form="gap", fields={"pattern": "Typed."}, saved_at=AT
        )


def _presences(cases: dict[str, CaseFile]) -> None:
    """Somebody typed on every case an hour ago, and has stopped."""
    user, an_hour_ago = User.objects.get(username="lead"), AT - timedelta(hours=1)
    for case in cases.values():
        Presence.objects.create(
            case=case, user_id=user.pk, name="lead", since=an_hour_ago, at=an_hour_ago
        )


def _calendar_feeds() -> None:
    """Three persons have a calendar; nobody knows the secrets."""
    for who in ("okafor", "wren", "clerk_0"):
        user = User.objects.get(username=who)
        CalendarFeed.objects.create(user_id=user.pk, digest=who.ljust(64, "0"), language="en")


def _transition_notes(students: dict[str, Student]) -> None:
    """One at each school that a reader may stand at; two have a part for the restricted tier."""
    for name in ("Adair", "Brisa", "Escobar", "Kowal"):
        note = TransitionNote.objects.create(
            student=students[name], school_id=students[name].school_id, credits_needed=24,
            strengths=f"{name} reads maps.", signed_by=1, signed_name="Bea Nowak", signed_at=AT,
        )  # fmt: skip
        if name in ("Adair", "Escobar"):
            RestrictedPart.objects.create(note=note, text=f"{name} stays with a cousin.")


def _elevations(students: dict[str, Student]) -> None:
    """Two that last (one of a student with a restricted case), one that is over, one to come."""
    users = {user.username: user.pk for user in User.objects.all()}
    for who, name, started_at in (
        ("principal_0", "Kowal", AT),
        ("principal_0", "Fenn", AT - timedelta(minutes=59)),
        ("principal_0", "Galarza", AT - timedelta(minutes=60)),
        ("principal_0", "Huang", AT + timedelta(minutes=1)),
        ("counselor_0", "Escobar", AT),
    ):
        Elevation.objects.create(
            user_id=users[who], student=students[name].uuid, reason="At the door, alone.",
            started_at=started_at, ends_at=started_at + timedelta(minutes=60),
        )  # fmt: skip


def _exports(students: dict[str, Student]) -> dict[str, Export]:
    """A list that is ready, one for each who may take lists away."""
    users = User.objects.filter(username__in=EXPORTING).order_by("username")
    shown = [students["Adair"].uuid]
    return {
        user.username: Export.objects.create(
            user_id=user.pk, kind=Export.Kind.STUDENTS, asked_at=AT, ready_at=AT, count=1,
            expires_at=AT + timedelta(hours=24), ground="district", students=shown,
            content=b"Number\r\n80000001\r\n",
        )
        for user in users
    }  # fmt: skip


def _moves() -> None:
    """One move a month for every unit, and one from each unit to each of its kind."""
    units = list(Organization.objects.filter(source="sis"))
    MonthlyMoves.objects.bulk_create(
        MonthlyMoves(organization=unit, school_year=2027, month=date(2026, 10, 1), arrived=unit.pk,
                     left=1)
        for unit in units
    )  # fmt: skip
    FlowCount.objects.bulk_create(
        FlowCount(school_year=2027, sender=one, receiver=other, moves=moves_between(one, other))
        for one in units
        for other in units
        if one.kind == other.kind and one.kind in ("school", "network")
    )


def _packs() -> None:
    """The pack of September, with a number for every unit, and a draft for that of November."""
    said = {"words": "Fewer than last year.", "written_by": 1, "written_name": "Marisol Vega"}
    pack = TrendPack.objects.create(
        month=date(2026, 9, 1), made_at=AT, as_of=AT.date(), rule="highly_mobile", version=1,
        written_at=AT, **said,
    )  # fmt: skip
    TrendPack.objects.create(month=date(2026, 11, 1), written_at=AT, **said)
    PackFigure.objects.bulk_create(
        PackFigure(pack=pack, organization=unit, month=pack.month, arrived=10 + unit.pk)
        for unit in Organization.objects.filter(source="sis")
    )


def moves_between(one: Organization, other: Organization) -> int:
    """Return 9 from the first network and its schools, else 10: who sent them sees only ten."""
    return 9 if one.source_key in ("N1", "S101") else 10


def _values(students: dict[str, Student]) -> None:
    """One hidden figure for every school, its network and the district; open for who may see."""
    for unit in Organization.objects.filter(source="sis"):
        value = Value.objects.create(
            measure="mobility", profile="co", version=1, unit_kind=unit.kind, organization=unit,
            school_year=2027, as_of=AT.date(), is_hidden=True,
        )  # fmt: skip
        counted = [student.pk for student in students.values() if student.school_id == unit.pk]
        OpenValue.objects.create(value=value, organization=unit, numerator=1, denominator=2,
                                 percent=Decimal("50.0"), students=counted[:1])  # fmt: skip


def _families(students: dict[str, Student]) -> None:
    """A guardian and a consent for every student, and a guardian of nobody."""
    *guardians, _ = Guardian.objects.bulk_create(
        Guardian(given_name="Pat", family_name=name, source="sis", source_key=f"g-{name}")
        for name in (*students, "nobody")
    )
    pairs = list(zip(students.items(), guardians, strict=True))
    Guardianship.objects.bulk_create(
        Guardianship(student=student, guardian=guardian, relation="parent", source="sis",
                     source_key=f"{name}|g")
        for (name, student), guardian in pairs
    )  # fmt: skip
    Consent.objects.bulk_create(
        Consent(student=student, guardian=guardian, purpose=purpose, answer="granted",
                starts_on=FIRST_DAY)
        for (_, student), guardian in pairs
        for purpose in ("media", "agency_services")
    )  # fmt: skip
    SchoolRole.objects.bulk_create(
        SchoolRole(guardian=guardian, organization=student.school, role="parent", source="sis",
                   source_key=f"rg-{name}")
        for (name, student), guardian in pairs
    )  # fmt: skip


def _family_pages(cases: dict[str, CaseFile]) -> None:
    """Pages of an open and a restricted case, one that is over, and one held by a student of 17."""
    for name, tier, revoked_at in (
        ("Adair", "student", None),
        ("Brisa", "student", None),
        ("Calloway", "student", AT),
        ("Galarza", "restricted", None),
    ):
        guardian = Guardian.objects.get(source_key=f"g-{name}")
        link = FamilyLink.objects.create(
            case=cases[name], guardian=None if tier == "restricted" else guardian, tier=tier,
            language="es", digest=f"{name:0>64}", given_at=AT - timedelta(days=1), given_by=1,
            given_name="the builder", expires_at=AT + timedelta(days=9), revoked_at=revoked_at,
        )  # fmt: skip
        FamilyAnswer.objects.create(
            link=link, case=cases[name], revision=1, answer="yes", at=AT - timedelta(days=1)
        )


def _classes(students: dict[str, Student]) -> None:
    """A section at every school with its students, taught by a clerk of the first school."""
    course = Course.objects.create(
        title="Algebra", organization=Organization.objects.get(source_key="D"), source="sis",
        source_key="alg",
    )  # fmt: skip
    teacher = Person.objects.get(source_key="clerk_0")
    schools = list(Organization.objects.filter(source_key__in=NAMES))
    sections = Section.objects.bulk_create(
        Section(title="Algebra", course=course, school=school, source="sis",
                source_key=f"k-{school.source_key}")
        for school in schools
    )  # fmt: skip
    at = {section.school_id: section for section in sections}
    held_by = [(school.pk, {"person": teacher, "role": "teacher"}) for school in schools]
    held_by += [
        (each.school_id, {"student": each, "role": "student"}) for each in students.values()
    ]
    held = [
        (school_id, {**holder, "source": "sis", "source_key": f"p{number}"})
        for number, (school_id, holder) in enumerate(held_by)
    ]
    SectionEnrollment.objects.bulk_create(
        SectionEnrollment(section=at[school_id], **row) for school_id, row in held
    )
    SchoolRole.objects.bulk_create(
        SchoolRole(organization_id=school_id, **row) for school_id, row in held
    )


def _records(students: dict[str, Student]) -> None:
    """A record of each kind for every student; a program that only its tier may know of."""
    rows = [
        {"student": student, "source": "sis", "source_key": f"x-{name}"}
        for name, student in students.items()
    ]
    schools = [{**row, "school": row["student"].school} for row in rows]
    Demographics.objects.bulk_create(Demographics(**row) for row in rows)
    ProgramSpell.objects.bulk_create(
        ProgramSpell(**row, program="homeless", starts_on=FIRST_DAY) for row in rows
    )
    AttendanceEvent.objects.bulk_create(
        AttendanceEvent(**row, day=FIRST_DAY, kind="absent_excused") for row in schools
    )
    Mark.objects.bulk_create(
        Mark(**row, school_year=2026, term="S1", course="a") for row in schools
    )
    AttendanceDay.objects.bulk_create(
        AttendanceDay(school=school, day=FIRST_DAY, kind="absent_excused", students=2, source="sis")
        for school in Organization.objects.filter(source_key__in=NAMES)
    )


def _look_alikes(students: dict[str, Student]) -> None:
    """The two students of each school look alike, were made one by mistake, and are two again."""
    for name, other_name in NAMES.values():
        one, other = students[name], students[other_name]
        pair = LookAlike.objects.create(
            first=one, second=other, version=1, weight=3.5, found_at=AT,
            reasons=[["given", "same", 7.0], ["family", "other", -6.6]],
        )  # fmt: skip
        said = Judgment.objects.create(
            pair=pair, answer="same", survivor=one, user_id=0, actor_name="the builder", at=AT,
            done_at=AT,
        )  # fmt: skip
        Alias.objects.create(
            student=other, survivor=one, keeper=one, judgment=said, made_at=AT, undone_at=AT,
            address=other.uuid, number=other.number,
        )  # fmt: skip


def _quarantine() -> None:
    source = Source.objects.create(key="sis_ew", title="E/W", standard="sis_ew")
    run = FileRun.objects.create(
        source=source, path="e.csv", digest="0", outcome="loaded", started_at=AT, finished_at=AT
    )
    Quarantine.objects.create(
        run=run, file="e.csv", line=3, code="unknown-school", message="No school is called S999."
    )
