"""Questions of mobility. One file a noun; everybody asks them from here."""

from bascule.mobility.queries.flags import standing_flags
from bascule.mobility.queries.handovers import (
    Owed,
    as_owed,
    latest_answers,
    owed_releases,
    told_handovers,
)
from bascule.mobility.queries.seats import (
    Standing,
    accepted_hold,
    arrivals,
    capacity_on,
    current_lines,
    free_seats,
    least_from,
    options_schools,
    place_of_seat,
    receiving_school,
    standing_holds,
    standings,
    unended_hold,
)

__all__ = [
    "Owed",
    "Standing",
    "accepted_hold",
    "arrivals",
    "as_owed",
    "capacity_on",
    "current_lines",
    "free_seats",
    "latest_answers",
    "least_from",
    "options_schools",
    "owed_releases",
    "place_of_seat",
    "receiving_school",
    "standing_flags",
    "standing_holds",
    "standings",
    "told_handovers",
    "unended_hold",
]
