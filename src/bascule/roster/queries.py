"""Questions about students: lists, search by name or number, and one student's story."""

from functools import cached_property
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Max, Q, QuerySet, Sum

from bascule.kernel.actor import Actor
from bascule.kernel.row_reading import Reading
from bascule.roster.grounds import IsAnyOf
from bascule.roster.models import (
    Alias,
    EnrollmentClaim,
    LookAlike,
    LookAlikeSearch,
    SchoolTotal,
    Student,
)
from bascule.roster.policies import (
    BEYOND_SCHOOLS,
    DECIDE,
    SEE,
    SEE_ALIAS,
    SEE_SCHOOL_TOTALS,
)

LIVE_ALIASES = Alias.objects.filter(undone_at__isnull=True)
IS_NO_ALIAS = ~Q(pk__in=LIVE_ALIASES.values("student_id"))
"""Lists hold students; a record that is another's is on no list, and its address leads there."""


def visible_students(actor: Actor) -> QuerySet[Student]:
    """Return the students that the actor may see, by name."""
    rows = Student.objects.filter(IS_NO_ALIAS).select_related("school")
    return SEE.filter(rows, actor).order_by("sort_name", "id")


LISTED = Reading(Student, "where roster_student.id = any (%(ids)s)", parents=("school",))


class NamePages(Paginator):
    """The pages of the visible students by name, each found at the same cost from either end.

    The ids of a page are asked first, of the Policy: the index of names holds all that scope and
    order need, so the rows before the page are counted off there and never fetched.
    """

    def __init__(self, actor: Actor, per_page: int) -> None:
        self._actor = actor
        self._ids = SEE.filter(Student.objects.filter(IS_NO_ALIAS), actor)
        super().__init__(self._ids, per_page)

    @cached_property
    def count(self) -> int:
        """Return how many students the actor's list holds."""
        return listed_total(self._actor)

    def page(self, number: int | str) -> "Page[Student]":
        """Return one page; raises as Django's does for a page that is not there."""
        valid = self.validate_number(number)
        first = (valid - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        ids = self._ids_between(first, last)
        rows = {row.pk: row for row in LISTED.rows(ids=ids)}
        return Page([rows[id_] for id_ in ids if id_ in rows], valid, self)

    def _ids_between(self, first: int, last: int) -> list[int]:
        if first <= self.count - last:
            ordered = self._ids.order_by("sort_name", "id").values_list("id", flat=True)
            return list(ordered[first:last])
        turned = self._ids.order_by("-sort_name", "-id").values_list("id", flat=True)
        return list(turned[self.count - last : self.count - first])[::-1]


def listed_total(actor: Actor) -> int:
    """Return how many rows `visible_students` has, from the totals of the actor's schools.

    Counting the rows themselves costs a second for a specialist of some hundred schools.
    """
    totals = SEE_SCHOOL_TOTALS.filter(SchoolTotal.objects.all(), actor)
    enrolled = totals.aggregate(all=Sum("students"))["all"] or 0
    if actor.is_district_wide:
        return enrolled - LIVE_ALIASES.count()
    of_schools = Q(IsAnyOf("school_id", actor.school_ids))
    aliases = Student.objects.filter(of_schools, pk__in=LIVE_ALIASES.values("student_id"))
    elsewhere = Student.objects.filter(IS_NO_ALIAS).exclude(school_id__in=actor.school_ids)
    return enrolled - aliases.count() + BEYOND_SCHOOLS.filter(elsewhere, actor).count()


def found_students(actor: Actor, text: str, limit: int = 50) -> QuerySet[Student]:
    """Return visible students by number, by the start of the name, or else by a name alike.

    Never finds a student outside the actor's grounds: every path ends in the same predicate.
    """
    rows, key = visible_students(actor), sort_key(text)
    if text.strip().isdigit():
        return rows.filter(number__startswith=text.strip())[:limit]
    prefix = rows.extra(where=["roster_student.sort_name ^@ %s"], params=[key])[:limit]
    if not key or prefix:  # asked once: whoever goes through them asks no more
        return prefix
    return rows.filter(id__in=ids_of_names_alike(key, limit))[:limit]


def ids_of_names_alike(key: str, limit: int) -> list[int]:
    """Return the ids of students in scope whose sort name is near `key` (database function)."""
    with connection.cursor() as cursor:
        cursor.execute("select student_id from roster_search_students(%s, %s)", [key, limit])
        return [row[0] for row in cursor.fetchall()]


def sort_key(text: str) -> str:
    """Return the key by which names are ordered and searched (database function)."""
    with connection.cursor() as cursor:
        cursor.execute("select roster_sort_key(%s)", [text])
        return cursor.fetchone()[0]


def alias_at(actor: Actor, address: UUID) -> Alias | None:
    """Return the live alias that had this address, with who keeps its rows, if in view."""
    rows = SEE_ALIAS.filter(LIVE_ALIASES.filter(address=address), actor)
    return rows.select_related("keeper").first()


def aliases_of(actor: Actor, student: Student) -> list[Alias]:
    """Return the live aliases of a student; with the pair, for whoever decides about it."""
    rows = SEE_ALIAS.filter(LIVE_ALIASES.filter(keeper=student), actor)
    return list(rows.select_related("judgment__pair").order_by("made_at", "id"))


def open_look_alikes(actor: Actor) -> QuerySet[LookAlike]:
    """Return the pairs that wait for a word, with both students, the likeliest first."""
    rows = LookAlike.objects.filter(cleared_at__isnull=True, judgments__isnull=True)
    return _with_both(DECIDE.filter(rows, actor)).order_by("-weight", "id")


def judged_look_alikes(actor: Actor) -> QuerySet[LookAlike]:
    """Return the pairs of which something was said, the latest word first."""
    rows = DECIDE.filter(LookAlike.objects.filter(judgments__isnull=False), actor)
    return _with_both(rows).annotate(latest=Max("judgments__id")).order_by("-latest")


def _with_both(pairs: QuerySet[LookAlike]) -> QuerySet[LookAlike]:
    students = pairs.select_related("first__school", "second__school")
    return students.prefetch_related("judgments")


def last_look() -> LookAlikeSearch | None:
    """Return when and through how many students a night last looked for look-alikes."""
    return LookAlikeSearch.objects.first()


def claims_reported_for(student: Student) -> QuerySet[EnrollmentClaim]:
    """Return what is claimed under a record's own key, with the school, the newest first."""
    own = Q(student=student, reported_for__isnull=True) | Q(reported_for=student.pk)
    claims = EnrollmentClaim.objects.filter(own, known_until__isnull=True)
    return claims.select_related("school").order_by("-starts_on", "-id")
