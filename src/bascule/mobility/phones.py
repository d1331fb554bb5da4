"""Which numbers may be called about a student: the family's, and those in siblings' records.

Source: domain/mobility.md 1.4 (code 86: all phone numbers, siblings' too). A number is seen by
whoever sees the student in whose record it stands; a sibling out of sight adds none.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bascule.kernel.actor import Actor
from bascule.roster.models import Guardianship, Student
from bascule.roster.policies import SEE_THROUGH_STUDENT


@dataclass(frozen=True)
class PhoneNumber:
    """One number to call: whose, how they are related, and in which sibling's record it stands."""

    number: str
    name: str
    relation: str
    sibling: Student | None = None


def phone_numbers(actor: Actor, students: Collection[Student]) -> dict[int, list[PhoneNumber]]:
    """Return the numbers to call by student id, each number once, the student's own first.

    A sibling is who has a guardian in common. Three queries, whatever the number of students.
    """
    ids = {student.pk for student in students}
    own = _guardianships(actor, student__in=ids)
    guardians = {link.guardian_id for link in own}
    shared = _guardianships(actor, guardian__in=guardians)
    siblings = {link.student_id for link in shared} - ids
    of_student = _by_student([*own, *_guardianships(actor, student__in=siblings)])
    children = defaultdict(set)
    for link in shared:
        children[link.guardian_id].add(link.student_id)
    return {student: _numbers(student, of_student, children) for student in ids}


def _guardianships(actor: Actor, **of: Collection[int]) -> list[Guardianship]:
    rows = Guardianship.objects.filter(
        ended_at__isnull=True, guardian__ended_at__isnull=True, **of
    )  # fmt: skip
    seen = SEE_THROUGH_STUDENT.filter(rows, actor).select_related("guardian", "student")
    return list(seen.order_by("guardian__family_name", "id"))


def _by_student(links: Sequence[Guardianship]) -> dict[int, list[Guardianship]]:
    found = defaultdict(list)
    for link in links:
        found[link.student_id].append(link)
    return found


def _numbers(
    student: int,
    of_student: Mapping[int, Sequence[Guardianship]],
    children: Mapping[int, Collection[int]],
) -> list[PhoneNumber]:
    own = of_student.get(student, [])
    siblings = sorted({child for link in own for child in children[link.guardian_id]} - {student})
    links = [*own, *(link for child in siblings for link in of_student.get(child, []))]
    found: dict[str, PhoneNumber] = {}
    for link in links:
        sibling = link.student if link.student_id != student else None
        for number in (link.guardian.phone, link.guardian.sms):
            if number:
                one = PhoneNumber(number, str(link.guardian), link.relation, sibling)
                found.setdefault(number, one)
    return list(found.values())
