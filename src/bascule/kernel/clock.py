"""One clock for everything. `now()` may be held or shifted, for the demo and for tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_held: ContextVar[datetime | None] = ContextVar("held clock", default=None)


def _shift() -> timedelta:
    """How far the demo's clock runs beside the real one, from BASCULE_CLOCK_SHIFT (seconds)."""
    return timedelta(seconds=float(os.environ.get("BASCULE_CLOCK_SHIFT", "0")))


def now() -> datetime:
    """Return the present instant, in UTC."""
    return _held.get() or datetime.now(UTC) + _shift()


def today() -> date:
    """Return the present day in the district's time zone."""
    return local_day(now())


def local_day(at: datetime) -> date:
    """Return the day of an instant in the district's time zone (BASCULE_TIME_ZONE)."""
    return at.astimezone(_zone()).date()


def wall_time(at: datetime) -> datetime:
    """Return what a clock on the district's wall shows at an instant: without a time zone."""
    return at.astimezone(_zone()).replace(tzinfo=None)


def start_of(day: date) -> datetime:
    """Return the first instant of a day in the district's time zone."""
    return datetime.combine(day, time(), _zone())


def _zone() -> ZoneInfo:
    return ZoneInfo(os.environ.get("BASCULE_TIME_ZONE", "America/Chicago"))


@contextmanager
def holding_clock(at: datetime) -> Iterator[None]:
    """Hold the clock at `at` (an aware instant) inside the block."""
    if at.tzinfo is None:
        raise ValueError("a held clock needs an instant with a time zone")
    token = _held.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)
