"""School-day arithmetic over whole tables: the set-based twin of `SchoolCalendar`."""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir


def running_count(days: ir.Table, first: date, last: date) -> ir.Table:
    """Return (day, so_far) for each date from `first` to `last`: school days on or before it.

    `days` has one row per school day in column `day`; days before `first` are not counted.
    """
    offsets = ibis.range((last - first).days + 1).unnest().name("offset").as_table()
    day = ibis.literal(first) + offsets.offset.as_interval("D")
    every = offsets.select(day=day.cast("timestamp").date())
    marked = every.left_join(days.select("day", in_session=1).distinct(), "day")
    running = marked.in_session.fill_null(0).sum().over(ibis.cumulative_window(order_by="day"))
    return marked.select("day", so_far=running)


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
            joined = joined.left_join(counts, f"_{name}")
        return joined.select(*table.columns, *dates)

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
