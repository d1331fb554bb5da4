"""How far inactive students came: the paths of their cases, and the counts that were kept."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection

from bascule.kernel.actor import Actor
from bascule.kernel.named_sql import named_sql
from bascule.mobility.attempts import KINDS
from bascule.mobility.models import OutreachCount
from bascule.mobility.outreach_funnel import Path
from bascule.mobility.policies import SEE_OUTREACH_COUNT
from bascule.roster.codes import EXIT_CODES, ExitKind

GRADUATED = [code for code, row in EXIT_CODES.items() if row.kind == ExitKind.GRADUATED]


def outreach_paths(year: int, day: date) -> list[Path]:
    """Return how far each case opened in a school year came, as known on `day`. As the loader.

    Of cases that are not restricted: the counts are the same for everybody.
    """
    values: dict[str, Any] = {
        "day": day, "first": date(year - 1, 7, 1), "last": min(date(year, 6, 30), day),
        "attempts": list(KINDS), "graduated": GRADUATED,
        "zone": settings.TIME_ZONE,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(named_sql("mobility", "outreach_paths"), values)
        return [_path(*row) for row in cursor.fetchall()]


def _path(
    month: date, contacted: bool, intake: bool, placed: bool, stayed: list[bool | None],
    credit: bool | None, diploma: bool, race: str, el: str,
) -> Path:  # fmt: skip
    """Return a path on which each step includes those before it."""
    intake = intake or placed
    first, second, third = stayed
    return Path(month, contacted or intake, intake, placed, (first, second, third), credit,
                diploma, race, el)  # fmt: skip


def outreach_counts(actor: Actor, year: int) -> list[OutreachCount]:
    """Return the counts of a school year that the actor may see."""
    return list(SEE_OUTREACH_COUNT.filter(OutreachCount.objects.filter(year=year), actor))


def outreach_years() -> list[int]:
    """Return the school years of which something is counted, the newest first."""
    years = OutreachCount.objects.order_by("-year").values_list("year", flat=True)
    return list(years.distinct())
