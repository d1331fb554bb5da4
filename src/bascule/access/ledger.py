"""The record of reads, written through its own connection before a page is sent."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import connections
from psycopg.types.json import Jsonb

from bascule.access.models import Visit
from bascule.kernel.clock import now
from bascule.kernel.named_sql import named_sql

LEDGER = "ledger"


def record_disclosure(
    *, user_id: int, page: str, ground: str, filter: Mapping[str, Any], students: Sequence[UUID]
) -> None:
    """Keep that this response showed these students; raises where it cannot be kept."""
    values: dict[str, Any] = {
        "id": uuid4(), "at": now(), "user": user_id, "page": page[:120], "ground": ground[:200],
        "filter": Jsonb(dict(filter)), "count": len(students),
        "students": Jsonb([str(student) for student in students]),
    }  # fmt: skip
    with connections[LEDGER].cursor() as cursor:
        cursor.execute(named_sql("access", "keep_disclosure"), values)


def record_visit(*, user_id: int, page: str) -> None:
    """Keep when the person opened this page."""
    Visit.objects.using(LEDGER).create(user_id=user_id, page=page)
