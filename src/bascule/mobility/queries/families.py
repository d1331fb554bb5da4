"""Questions about the pages of families: who has one, and what it may be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Max, Q

from bascule.access.models import Visit
from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now, today
from bascule.kernel.secret_addresses import digest_of
from bascule.mobility.families import MOST_TRIES, stage_of
from bascule.mobility.models import FamilyAnswer, FamilyLink
from bascule.mobility.policies import SEE_FAMILY_ANSWER, SEE_FAMILY_LINK
from bascule.roster.models import Guardianship, Student
from bascule.roster.policies import SEE_THROUGH_STUDENT

PAGE = "family"
"""What the page is called in the record of reads and of visits."""


@dataclass(frozen=True)
class FamilyPage:
    """What a family may be told of its case; null where it is not known or not so far."""

    student: UUID
    given_name: str
    workflow: str
    state: str
    revision: int
    owner_id: int
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    old_school: str | None
    new_school: str | None
    until_at: datetime | None
    intake_on: date | None
    first_day_on: date | None
    last_day_on: date | None
    answer: str | None

    @property
    def stage(self) -> str:
        """Where the request stands, in the stages of families."""
        return stage_of(self.workflow, self.state)

    def awaits_answer(self, at: datetime) -> bool:
        """Whether a seat is offered that has not lapsed at `at`, whatever was answered so far."""
        return self.stage == "offered" and self.until_at is not None and at <= self.until_at


def spoken_at_door(secret: str) -> str | None:
    """Return the language of the link with this secret, or None: ended, locked or never given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select mobility_family_door(%s, %s, %s)", [digest_of(secret), now(), MOST_TRIES]
        )
        spoken: str | None = cursor.fetchone()[0]
        return spoken


def enter_family(link: int) -> Actor:
    """Tell row-level security, for this transaction only, that the family of `link` acts.

    Returns the family as an actor: without person, role and school, under the negative of its
    link's id, which is no account's. Whoever acted before acts no more.
    """
    with connection.cursor() as cursor:
        cursor.execute("select mobility_enter_family(%s, %s, %s)", [link, today(), now()])
    return Actor(user_id=-link, name="the family", family=link)


def family_link(actor: Actor) -> FamilyLink | None:
    """Return the link by which a family reads, while it is good."""
    return SEE_FAMILY_LINK.filter(FamilyLink.objects.all(), actor).first()


def family_page(actor: Actor) -> FamilyPage | None:
    """Return what the family that acts may be told, or None where there is no page any more."""
    if actor.family is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select * from mobility_family_page()")
        row = cursor.fetchone()
    return FamilyPage(*row) if row else None


def family_promise(actor: Actor) -> tuple[str, str, date] | None:
    """Return what the new school promised the family that acts: first week, advocate, month."""
    if actor.family is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select * from mobility_family_promise()")
        row: tuple[str, str, date] | None = cursor.fetchone()
        return row


def family_links(actor: Actor, case: CaseFile) -> list[FamilyLink]:
    """Return the links of a case that the actor may know of and nobody has taken back."""
    rows = FamilyLink.objects.filter(case=case, revoked_at__isnull=True)
    return SEE_FAMILY_LINK.keep(list(rows.select_related("guardian")), actor)


def latest_family_answer(actor: Actor, case: CaseFile) -> FamilyAnswer | None:
    """Return the newest answer of the family to what the case offers now, or None."""
    rows = FamilyAnswer.objects.filter(case=case, revision=case.revision)
    return next(iter(SEE_FAMILY_ANSWER.keep(list(rows), actor)), None)


def last_opened(links: Sequence[FamilyLink]) -> dict[int, datetime]:
    """Return when each link was last opened, by its id; who never opened it is missing."""
    visits = Visit.objects.filter(user_id__in=[-link.pk for link in links], page=PAGE)
    rows = visits.order_by().values_list("user_id").annotate(last=Max("at"))
    return {-user_id: last for user_id, last in rows}


def page_holders(actor: Actor, student: Student) -> list[Guardianship]:
    """Return the guardians of a student to whom a page can be given: those with a contact."""
    contact = ~Q(guardian__phone="") | ~Q(guardian__sms="") | ~Q(guardian__email="")
    rows = Guardianship.objects.filter(
        contact, student=student, ended_at__isnull=True, guardian__ended_at__isnull=True
    )
    seen = SEE_THROUGH_STUDENT.filter(rows, actor).select_related("guardian")
    return list(seen.order_by("guardian__family_name", "id"))
