"""The night computes what of the board changes with the roster, so that the page need not."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from bascule.cases.boards import hours_in_states
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.kernel.school_calendar import school_year_of
from bascule.mobility.models import BoardFigure
from bascule.mobility.queries.days_between import moves_between_schools

TENTH = Decimal("0.1")


@transaction.atomic
def keep_board_figures(actor: Actor, *, at: datetime) -> int:
    """Replace the board's figures by those of `at`; return how many there are. Runs as the loader.

    Hours by state of the last 30 days; student-days lost by month of arrival, this school year.
    """
    rows = [*_hours(at), *_days_lost(local_day(at))]
    BoardFigure.objects.all().delete()
    BoardFigure.objects.bulk_create(rows)
    return len(rows)


def _hours(at: datetime) -> Iterator[BoardFigure]:
    for (workflow, state), stay in hours_in_states(at).items():
        yield BoardFigure(
            kind=BoardFigure.Kind.HOURS, about=f"{workflow}.{state}", count=stay.cases,
            figure=Decimal(stay.hours).quantize(TENTH, ROUND_HALF_UP), as_of=local_day(at),
        )  # fmt: skip


def _days_lost(day: date) -> Iterator[BoardFigure]:
    first = date(school_year_of(day) - 1, 7, 1)
    days: dict[str, list[int]] = defaultdict(list)
    for each in moves_between_schools(day, first, day):
        days[f"{each.arrived_on:%Y-%m}"].append(each.days)
    for month, lost in days.items():
        yield BoardFigure(
            kind=BoardFigure.Kind.DAYS_LOST, about=month, figure=Decimal(sum(lost)),
            count=len(lost), as_of=day,
        )  # fmt: skip
