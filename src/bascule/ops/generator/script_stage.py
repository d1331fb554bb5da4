"""What the script plays on: its days, who owns which school, and how a line of it looks."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from bascule.kernel.school_calendar import school_year_of
from bascule.ops.generator.calendar import school_year
from bascule.ops.generator.closing import History
from bascule.ops.generator.oneroster_places import network_id
from bascule.ops.generator.state import District

WINDOW, SPECIALISTS = 120, 5
ZONE = ZoneInfo("America/Chicago")
EPOCH = date(1970, 1, 1)
Line = dict[str, Any]


@dataclass
class Stage:
    """What the script plays on: the days, who owns which school, and the students' ids."""

    district: District
    history: History
    ids: np.ndarray
    days: np.ndarray

    @property
    def today(self) -> int:
        """The place of the last school day up to the as-of day."""
        return len(self.days) - 1

    @property
    def begins(self) -> int:
        """The place of the first day of the script."""
        return max(0, len(self.days) - WINDOW)

    @property
    def year_begins(self) -> int:
        """The place of the first day of the school year of today."""
        first = school_year(school_year_of(self.day(self.today))).first_day
        return int(np.searchsorted(self.days, (first - EPOCH).days))

    def owners(self) -> np.ndarray:
        """Return the specialist of each school, as `in_turn` shares out the networks."""
        networks = [network_id(name) for name in self.district.schools.networks]
        turn = {
            name: in_turn(place, SPECIALISTS) for place, name in enumerate(sorted(set(networks)))
        }
        return np.array([turn[name] for name in networks])

    def day(self, place: int) -> date:
        """Return a school day by its place."""
        return date_of(self.days[place])

    def at(self, place: int, minute: int) -> str:
        """Return an instant of a school day with its offset."""
        moment = time(minute // 60, minute % 60)
        return datetime.combine(self.day(max(0, place)), moment, ZONE).isoformat()


def date_of(ordinal: int) -> date:
    """Return the day of a number of days since 1970."""
    return EPOCH + timedelta(days=int(ordinal))


def in_turn(place: int, people: int) -> int:
    """Return who of `people` gets the network at `place`: first to last, then last to first."""
    around = place % (2 * people)
    return around if around < people else 2 * people - 1 - around
