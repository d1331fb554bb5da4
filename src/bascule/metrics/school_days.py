"""School-day arithmetic over whole tables: the set-based twin of `SchoolCalendar`."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pyarrow as pa

_DAY = timedelta(days=1)


def running_count(days: tuple[date, ...]) -> pa.Table:
    """Return (day, so_far): for each date, how many school days lie on or before it.

    One row per date from the day before the first of the ascending `days` to the last one.
    Raises ValueError without a day.
    """
    if not days:
        raise ValueError("a calendar without a day in session counts nothing")
    first, in_session = days[0] - _DAY, set(days)
    dates = [first + n * _DAY for n in range((days[-1] - first).days + 1)]
    total, running = 0, []
    for day in dates:
        total += day in in_session
        running.append(total)
    columns = {"day": pa.array(dates, pa.date32()), "so_far": pa.array(running, pa.int32())}
    return pa.table(columns)


@dataclass(frozen=True)
class DayCount:
    """The running count of a district's school days as a table, and the range it covers.

    Dates outside the range take the value of its nearer end, so nothing is lost by clipping.
    """

    counts: ir.Table
    first: date
    last: date

    def with_so_far(self, table: ir.Table, **dates: ir.Value) -> ir.Table:
        """Add one column per keyword: the school days on or before that date expression.

        Null where the date is null.
        """
        keys = {f"_{name}": self._clip(day) for name, day in dates.items()}
        joined = table.mutate(**keys)
        for name in dates:
            counts = self.counts.rename({f"_{name}": "day", name: "so_far"})
            joined = joined.left_join(counts, f"_{name}").drop(f"_{name}_right")
        return joined.drop(*keys)

    def with_days_between(
        self, table: ir.Table, first: ir.Value, last: ir.Value, name: str
    ) -> ir.Table:
        """Add column `name`: school days from date `first` to date `last`, both included.

        Zero where `last` lies before `first`, null where either is null.
        """
        counted = self.with_so_far(table, before=first - ibis.interval(days=1), until=last)
        days = (counted.until - counted.before).cast("int64").clip(lower=0)
        return counted.mutate(**{name: days}).drop("before", "until")

    def _clip(self, day: ir.Value) -> ir.Value:
        """Move a day outside the range to its nearer end; engines disagree on null extremes."""
        first, last = ibis.literal(self.first), ibis.literal(self.last)
        inside = ibis.greatest(first, ibis.least(last, day.cast("timestamp").date()))
        return day.isnull().ifelse(ibis.null("date"), inside)
