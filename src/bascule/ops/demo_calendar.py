"""When the demo's past happened: its nights, and when the specialists sat down at their queues.

A real district runs a night each day. The demo runs six, because each costs seconds: the first
as the script begins, one at the start of the school year, and closer ones towards today.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Chicago")
AS_OF = date(2026, 11, 20)
MORNING = datetime(2026, 11, 23, 8, 5, tzinfo=ZONE)
NIGHT = datetime(2026, 11, 23, 4, 30, tzinfo=ZONE)
NIGHTS = (
    *(datetime.combine(day, time(4, 30), ZONE)
      for day in (date(2026, 3, 16), date(2026, 8, 25), date(2026, 10, 5), date(2026, 11, 5),
                  date(2026, 11, 20))),
    NIGHT,
)  # fmt: skip
NOT_TYPED = timedelta(days=31)
"""How long before the day on which they were typed in the rows of a late move may lie."""
LATELY = AS_OF - timedelta(days=21)
MONDAY, WEDNESDAY, FRIDAY = 0, 2, 4


def sittings() -> list[datetime]:
    """Return when specialists work off their queues: Mondays; lately three times a week.

    Days without school are among them. The last is on the afternoon of the last school day
    before the demo's morning.
    """
    first = NIGHTS[0].date()
    days = [first + timedelta(days=count) for count in range((AS_OF - first).days)]
    chosen = [
        datetime.combine(day, time(10, 30), ZONE)
        for day in days
        if day.weekday() == MONDAY or (day > LATELY and day.weekday() in (WEDNESDAY, FRIDAY))
    ]
    return [*chosen, datetime.combine(AS_OF, time(15, 40), ZONE)]


def write_events_until(
    source: Path, target: Path, day: date, typed_late: Mapping[str, date] | None = None
) -> Path:
    """Write the E/W rows dated up to `day`: the file that the student system gave that evening.

    Of the students in `typed_late`, the rows of the days up to which their moves were not typed in
    are left out as well: what happened since `NOT_TYPED` before. Rows whose date cannot be read are
    kept, as they would be. Returns `target`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    lasts = {
        student: min(day, typed_on - NOT_TYPED).isoformat()
        for student, typed_on in (typed_late or {}).items() if day < typed_on
    }  # fmt: skip
    with source.open(encoding="utf-8") as rows, target.open("w", encoding="utf-8") as kept:
        header = next(rows)
        columns = header.strip().split(",")
        date_at, student_at, last = columns.index("date"), columns.index("student_id"), str(day)
        kept.write(header)
        for row in rows:
            cells = row.split(",")
            if cells[date_at] <= (lasts.get(cells[student_at], last) if lasts else last):
                kept.write(row)
    return target
