"""Questions about students: lists, search by name or number, and one student's story."""

from django.db import connection
from django.db.models import QuerySet

from bascule.kernel.actor import Actor
from bascule.roster.models import Student
from bascule.roster.policies import SEE


def visible_students(actor: Actor) -> QuerySet[Student]:
    """Return the students that the actor may see, by name."""
    return SEE.filter(Student.objects.select_related("school"), actor).order_by("sort_name", "id")


def found_students(actor: Actor, text: str, limit: int = 50) -> QuerySet[Student]:
    """Return visible students by number, by the start of the name, or else by a name alike.

    Never finds a student outside the actor's grounds: every path ends in the same predicate.
    """
    rows, key = visible_students(actor), sort_key(text)
    if text.strip().isdigit():
        return rows.filter(number__startswith=text.strip())[:limit]
    prefix = rows.extra(where=["roster_student.sort_name ^@ %s"], params=[key])
    if not key or prefix.exists():
        return prefix[:limit]
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
