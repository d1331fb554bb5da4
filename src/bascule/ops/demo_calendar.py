"""When the demo's past happened: its nights, and when the specialists sat down at their queues.

A real district runs a night each day. The demo runs six, because each costs seconds: the first
as the script begins, one at the start of the school year, and closer ones towards today.
"""

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


def write_events_until(source: Path, target: Path, day: date) -> Path:
    """Write the E/W rows dated up to `day`: the file that the student system gave that evening.

    Rows whose date cannot be read are kept, as they would be. Returns `target`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    last = day.isoformat()
    with source.open(encoding="utf-8") as rows, target.open("w", encoding="utf-8") as kept:
        header = next(rows)
        place = header.strip().split(",").index("date")
        kept.write(header)
        kept.writelines(row for row in rows if row.split(",")[place] <= last)
    return target
