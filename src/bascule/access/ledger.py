"""The record of reads, written through its own connection before a page is sent."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from bascule.access.models import Disclosure, Visit

LEDGER = "ledger"


def record_disclosure(
    *, user_id: int, page: str, ground: str, filter: Mapping[str, Any], students: Sequence[UUID]
) -> None:
    """Keep that this response showed these students; raises where it cannot be kept."""
    Disclosure.objects.using(LEDGER).create(
        user_id=user_id,
        page=page[:120],
        ground=ground[:200],
        filter=dict(filter),
        count=len(students),
        students=[str(student) for student in students],
    )


def record_visit(*, user_id: int, page: str) -> None:
    """Keep when the person opened this page."""
    Visit.objects.using(LEDGER).create(user_id=user_id, page=page)
