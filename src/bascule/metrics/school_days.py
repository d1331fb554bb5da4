"""School-day arithmetic over whole tables: the set-based twin of `SchoolCalendar`."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pyarrow as pa

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayCount:
    """For every date of the calendar's range, how many school days lie on or before it.

    `counts` has one row per date from the day before the first school day to the last one;
    dates outside the range take the value of its nearer end, so nothing is lost by clipping.
    """

    counts: ir.Table
    first: date
    last: date

    @classmethod
    def of(cls, days: tuple[date, ...]) -> "DayCount":
        """Build the counts from the ascending days in session (at least one)."""
        if not days:
            raise ValueError("a calendar without a day in session counts nothing")
        first, in_session = days[0] - _DAY, set(days)
        dates = [first + n * _DAY for n in range((days[-1] - first).days + 1)]
        total, running = 0, []
        for day in dates:
            total += day in in_session
            running.append(total)
        columns = {"day": pa.array(dates, pa.date32()), "so_far": pa.array(running, pa.int32())}
        return cls(ibis.memtable(pa.table(columns)), first, days[-1])

    def with_days_between(self, table: ir.Table, first: str, last: str, name: str) -> ir.Table:
        """Add column `name`: school days from column `first` to column `last`, both included.

        Zero where `last` lies before `first`; both columns are dates without nulls.
        """
        keyed = table.mutate(
            _before=self._clip(table[first] - ibis.interval(days=1)),
            _until=self._clip(table[last]),
        )
        before = self.counts.rename(_before="day", _so_far_before="so_far")
        until = self.counts.rename(_until="day", _so_far_until="so_far")
        joined = keyed.inner_join(before, "_before").inner_join(until, "_until")
        counted = joined._so_far_until - joined._so_far_before
        return joined.mutate(**{name: ibis.greatest(counted, 0).cast("int64")}).select(
            *table.columns, name
        )

    def _clip(self, day: ir.Value) -> ir.Value:
        first, last = ibis.literal(self.first), ibis.literal(self.last)
        return ibis.greatest(first, ibis.least(last, day.cast("timestamp").date()))
