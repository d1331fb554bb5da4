"""The two locks agree: for everybody and every protected table, the same ids by either alone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connection, models
from django.db.models import Q

from bascule.access import policies as access
from bascule.access.acting import acting, actor_of
from bascule.access.models import Draft, Elevation, Export, User
from bascule.access.roles import ROLES
from bascule.cases import policies as cases
from bascule.cases.actions import Opening, open_cases
from bascule.cases.models import (
    CalendarFeed,
    CaseFile,
    CaseView,
    MailChoice,
    Note,
    Notice,
    Presence,
    Transition,
)
from bascule.feeds import policies as feeds
from bascule.feeds.models import Quarantine
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.named_sql import named_sql
from bascule.kernel.policy import EVERYTHING, Policy
from bascule.metrics import policies as metrics
from bascule.metrics.models import FlowCount, MonthlyMoves, OpenValue
from bascule.mobility import policies as mobility
from bascule.mobility.models import (
    FamilyAnswer,
    FamilyLink,
    Flag,
    Handover,
    OutreachBands,
    OutreachCount,
    PackFigure,
    RestrictedPart,
    RosterAnswer,
    RoundResult,
    SeatHold,
    TransitionNote,
    TrendPack,
)
from bascule.mobility.queries import enter_family
from bascule.ops.cast import CAST
from bascule.roster import grounds
from bascule.roster import policies as roster
from bascule.roster.models import (
    Alias,
    AttendanceDay,
    AttendanceEvent,
    Consent,
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
    SchoolTotal,
    SectionEnrollment,
    Stint,
    Student,
)
from tests.cast import OFFICES_NOT_IN_MINIATURE
from tests.databases import as_role
from tests.world import AT, BUILDER, FIRST_DAY, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])

MEMBERS = [each.key for each in CAST if each.key not in OFFICES_NOT_IN_MINIATURE]
FAMILIES = ("Adair", "Brisa", "Calloway", "Galarza")
Ids = dict[str, set[object]]
Tables = Sequence[type[models.Model]]


def reaches_held(actor: Actor) -> Q:
    """The reaches that somebody holds now: in person, by position, or through a school."""
    holder = (
        Q(person_id=actor.person_id or 0)
        | Q(position_id__in=actor.position_ids)
        | Q(organization_id__in=actor.school_ids)
    )
    still = Q(ends_at__isnull=True) | Q(ends_at__gt=now())
    return holder & still & Q(starts_at__lte=now())


# What the policies alone let through, table by table; a child is seen with its parent.
BY_POLICY: dict[type[models.Model], Callable[[Actor], Q]] = {
    Student: roster.SEE.q,
    EnrollmentClaim: roster.SEE_THROUGH_STUDENT.q,
    Stint: roster.SEE_THROUGH_STUDENT.q,
    SchoolTotal: roster.SEE_SCHOOL_TOTALS.q,
    Flag: roster.SEE_THROUGH_STUDENT.q,
    SeatHold: mobility.SEE_HOLD.q,
    RoundResult: mobility.SEE_RESULT.q,
    Handover: mobility.SEE_HANDOVER.q,
    OutreachCount: mobility.SEE_OUTREACH_COUNT.q,
    OutreachBands: lambda actor: Q(case__in=cases.SEE.filter(CaseFile.objects.all(), actor)),
    RosterAnswer: lambda actor: Q(
        handover__in=mobility.SEE_HANDOVER.filter(Handover.objects.all(), actor)
    ),
    TransitionNote: mobility.SEE_TRANSITION_NOTE.q,
    RestrictedPart: mobility.SEE_RESTRICTED_PART.q,
    FamilyLink: mobility.SEE_FAMILY_LINK.q,
    FamilyAnswer: mobility.SEE_FAMILY_ANSWER.q,
    Reach: reaches_held,
    CaseFile: cases.SEE.q,
    Transition: lambda actor: Q(case__in=cases.SEE.filter(CaseFile.objects.all(), actor)),
    Note: lambda actor: Q(case__in=cases.SEE.filter(CaseFile.objects.all(), actor)),
    Presence: lambda actor: Q(case__in=cases.SEE.filter(CaseFile.objects.all(), actor)),
    Notice: cases.SEE_NOTICE.q,
    CaseView: cases.SEE_VIEW.q,
    MailChoice: cases.SEE_MAIL_CHOICE.q,
    CalendarFeed: cases.SEE_CALENDAR_FEED.q,
    Draft: access.SEE_DRAFT.q,
    Export: access.SEE_EXPORT.q,
    Elevation: access.SEE_ELEVATION.q,
    Quarantine: feeds.SEE.q,
    OpenValue: metrics.SEE_OPEN.q,
    MonthlyMoves: metrics.SEE_OPEN.q,
    FlowCount: metrics.SEE_FLOWS.q,
    PackFigure: metrics.SEE_OPEN.q,
    TrendPack: mobility.SEE_PACK.q,
    Guardian: roster.SEE_GUARDIAN.q,
    Guardianship: roster.SEE_THROUGH_STUDENT.q,
    Consent: roster.SEE_CONSENT.q,
    Demographics: roster.SEE_THROUGH_STUDENT.q,
    SectionEnrollment: roster.SEE_SECTION_ENROLLMENT.q,
    SchoolRole: roster.SEE_SCHOOL_ROLE.q,
    AttendanceEvent: roster.SEE_THROUGH_STUDENT.q,
    AttendanceDay: roster.SEE_SCHOOL_DAY.q,
    Mark: roster.SEE_THROUGH_STUDENT.q,
    ProgramSpell: roster.SEE_RESTRICTED.q,
    LookAlike: roster.DECIDE.q,
    Judgment: roster.DECIDE.q,
    Alias: roster.SEE_ALIAS.q,
}


def ids_by_policy(actor: Actor, tables: Tables) -> Ids:
    """Ask as the loader, whom row-level security lets through everywhere."""
    with as_role("loader"):
        return {
            model.__name__: set(
                model._default_manager.filter(q).values_list("pk", flat=True)
                if (q := BY_POLICY[model](actor)) != EVERYTHING
                else model._default_manager.values_list("pk", flat=True)
            )
            for model in tables
        }


def ids_by_row_security(actor: Actor, tables: Tables) -> Ids:
    """Ask as the serving role, without any filter of ours."""
    with acting_in_turn(actor):
        return {
            model.__name__: set(model._default_manager.values_list("pk", flat=True))
            for model in tables
        }


@contextmanager
def acting_in_turn(actor: Actor) -> Iterator[None]:
    """Run a block in which row-level security knows a member of the staff, or a family."""
    if actor.family is None:
        with acting(actor):
            yield
    else:
        enter_family(actor.family)
        yield


def actors() -> Iterator[tuple[str, Actor]]:
    """Everybody of the cast, and the families of an open and of a restricted case."""
    for key in MEMBERS:
        yield key, actor_of(User.objects.get(username=key))
    for name in FAMILIES:
        with as_role("loader"):
            link = FamilyLink.objects.get(case__student__family_name=name)
        yield f"family of {name}", enter_family(link.pk)


def disagreements(tables: Tables = tuple(BY_POLICY)) -> Iterator[tuple[str, list[str]]]:
    """Everybody for whom the locks differ, with the tables in which they do, one by one."""
    for key, actor in actors():
        policy, security = ids_by_policy(actor, tables), ids_by_row_security(actor, tables)
        differing = [name for name in policy if policy[name] != security[name]]
        if differing:
            yield key, differing


def tables_of(policy: Policy) -> Tables:
    """The tables that a policy decides by itself, and those that combine several."""
    return [model for model, q in BY_POLICY.items() if getattr(q, "__self__", policy) is policy]


def test_every_protected_table_that_people_may_read_is_compared() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relrowsecurity"
            " and has_table_privilege('bascule_app', oid, 'select') order by 1"
        )
        protected = {row[0] for row in cursor.fetchall()}
    assert protected == {model._meta.db_table for model in BY_POLICY}


@pytest.mark.parametrize("few", [0, grounds.A_FEW_SCHOOLS])
def test_both_locks_let_the_same_rows_through_for_everybody(
    few: int, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grounds, "A_FEW_SCHOOLS", few)  # either shape of the predicate
    assert dict(disagreements()) == {}


def test_who_sees_which_students_is_as_written_down(world: World) -> None:
    names = {}
    for key in MEMBERS:
        with acting(actor_of(User.objects.get(username=key))):
            names[key] = set(Student.objects.values_list("family_name", flat=True))
    everybody = set(world.students)
    network_1 = {"Adair", "Brisa", "Calloway", "Deng"}
    network_2 = {"Escobar", "Fenn", "Galarza", "Huang", "Ibarra", "Jansen"}
    assert names == {
        "lead": everybody, "desk": everybody, "liaison": everybody, "steward": everybody,
        "auditor": everybody, "justice": set(), "iep": set(), "el": set(), "sel": set(),
        "soar": set(),
        "okafor": network_1 | {"Ibarra"}, "wren": network_2,
        "brooks": {"Kowal", "Lindqvist", "Adair"},
        "chief_0": network_1, "chief_1": network_2,
        "principal_0": {"Adair", "Brisa", "Kowal", "Fenn"}, "clerk_0": {"Adair", "Brisa"},
        "counselor_0": {"Adair", "Brisa", "Escobar"},
        "clerk_1": {"Calloway", "Deng", "Escobar", "Fenn"},
        "intake": {"Kowal", "Lindqvist", "Adair"},
    }  # fmt: skip


def test_a_restricted_case_exists_only_for_its_tier(world: World) -> None:
    restricted = {world.cases["Brisa"].pk, world.cases["Fenn"].pk}
    seen = {}
    for key in MEMBERS:
        with acting(actor_of(User.objects.get(username=key))):
            seen[key] = set(CaseFile.objects.values_list("pk", flat=True)) & restricted
    nobody: dict[str, set[int]] = {key: set() for key in MEMBERS}
    assert seen == {**nobody, "liaison": restricted, "clerk_1": {world.cases["Fenn"].pk}}


def test_who_knows_that_a_student_is_homeless_is_as_written_down(world: World) -> None:
    names = {}
    for key in MEMBERS:
        with acting(actor_of(User.objects.get(username=key))):
            names[key] = set(ProgramSpell.objects.values_list("student__family_name", flat=True))
    nobody: dict[str, set[str]] = {key: set() for key in MEMBERS}
    assert names == {**nobody, "liaison": set(world.students), "clerk_1": {"Fenn"}}


def test_a_restricted_reach_shows_the_cases_and_programs_of_its_purpose_and_no_other(
    world: World, as_loader: Callable[[], AbstractContextManager[None]]
) -> None:
    """Clerk_1 reaches Fenn for one restricted case: not for the other, nor for the IEP."""
    fenn, own = world.students["Fenn"], world.cases["Fenn"]
    with as_loader():
        [other] = open_cases(
            BUILDER, workflow="homeless_dispute", openings=[Opening(fenn, "Doubted.")], at=AT
        )
        ProgramSpell.objects.create(
            student=fenn, program="iep", starts_on=FIRST_DAY, source="sis", source_key="iep-Fenn"
        )
    seen = {}
    for who in ("clerk_1", "liaison", "wren"):
        actor = actor_of(User.objects.get(username=who))
        with acting(actor):
            locked = set(CaseFile.objects.filter(student=fenn).values_list("pk", flat=True))
            known = ProgramSpell.objects.filter(student=fenn)
            programs = set(known.values_list("program", flat=True))
        with as_loader():
            by_policy = cases.SEE.filter(CaseFile.objects.filter(student=fenn), actor)
            assert set(by_policy.values_list("pk", flat=True)) == locked
        seen[who] = (locked, programs)
    assert seen == {
        "clerk_1": ({own.pk}, {"homeless"}),
        "liaison": ({own.pk, other.pk}, {"homeless", "iep"}),
        "wren": (set(), set()),
    }


def test_a_family_sees_its_own_link_and_answers_and_no_row_of_anything_else(world: World) -> None:
    with as_role("loader"):
        link = FamilyLink.objects.get(case=world.cases["Adair"])
        own = {"FamilyLink": {link.pk}, "FamilyAnswer": {link.answers.get().pk}}
    adults = (SectionEnrollment, SchoolRole)  # an adult's rows are nobody's secret
    seen = ids_by_row_security(enter_family(link.pk), [m for m in BY_POLICY if m not in adults])
    assert {name: ids for name, ids in seen.items() if ids} == own
    for model in adults:
        assert not model._default_manager.filter(person=None).exists()


GROUNDS = [
    (policy, ground.key)
    for policy in (
        "roster.SEE",
        "cases.SEE",
        "cases.SEE_NOTICE",
        "access.SEE_EXPORT",
        "access.SEE_ELEVATION",
        "roster.SEE_THROUGH_STUDENT",
        "feeds.SEE",
        "metrics.SEE_OPEN",
        "metrics.SEE_FLOWS",
        "roster.SEE_GUARDIAN",
        "roster.SEE_SECTION_ENROLLMENT",
        "roster.SEE_SCHOOL_ROLE",
        "roster.SEE_RESTRICTED",
        "roster.SEE_CONSENT",
        "roster.SEE_SCHOOL_DAY",
        "roster.DECIDE",
        "roster.SEE_ALIAS",
        "mobility.SEE_FAMILY_LINK",
        "mobility.SEE_FAMILY_ANSWER",
    )
    for ground in eval(policy).grounds  # noqa: S307 - our own names
    # No role of a school sees the restricted tier yet: without it these grounds show nothing.
    if (policy, ground.key)
    not in {("roster.SEE_RESTRICTED", "school"), ("roster.SEE_RESTRICTED", "elevation")}
]


def test_who_sees_the_restricted_tier_works_for_the_whole_district() -> None:
    assert {role.reach for role in ROLES.values() if role.sees_restricted} == {"district"}


@pytest.mark.parametrize(("policy", "ground"), GROUNDS)
def test_disabling_any_one_ground_is_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch, policy: str, ground: str
) -> None:
    changed = eval(policy)  # noqa: S307 - our own names
    left = tuple(each for each in changed.grounds if each.key != ground)
    monkeypatch.setattr(changed, "grounds", left)
    assert any(disagreements(tables_of(changed)))


@pytest.mark.parametrize("table", BY_POLICY, ids=lambda model: model.__name__)
@pytest.mark.parametrize("using", ["true", "false"])
def test_opening_or_closing_any_one_table_is_noticed(
    world: World, table: type[models.Model], using: str
) -> None:
    with as_role("owner"), connection.cursor() as cursor:
        cursor.execute(f"alter policy people_read on {table._meta.db_table} using ({using})")
    assert any(disagreements([table]))


def test_without_an_actor_nothing_can_be_asked(world: World) -> None:
    from django.db import DataError, ProgrammingError, transaction

    with pytest.raises((DataError, ProgrammingError)), transaction.atomic():
        list(Student.objects.all())


def test_search_finds_what_the_scope_holds_and_nothing_else(world: World) -> None:
    found = {}
    for key in ("lead", "okafor", "clerk_1", "auditor"):
        with acting(actor_of(User.objects.get(username=key))), connection.cursor() as cursor:
            cursor.execute("select student_id from roster_search_students('sam', 100)")
            visible = set(Student.objects.values_list("pk", flat=True))
            found[key] = {row[0] for row in cursor.fetchall()} == visible
    assert found == {"lead": True, "okafor": True, "clerk_1": True, "auditor": True}


def test_the_chain_of_decisions_holds_and_a_change_shows(world: World) -> None:
    with as_role("owner"), connection.cursor() as cursor:
        cursor.execute(named_sql("ops", "broken_chain"))
        assert cursor.fetchall() == []
        cursor.execute("update access_decision set user_id = 7 where number = 3")
        cursor.execute(named_sql("ops", "broken_chain"))
        assert cursor.fetchall() == [(3,)]
