"""Exits: who left before the end of the year (DC's second column)."""

from bascule.metrics.declaration import Measure, defining, tallied
from bascule.metrics.runs import Unit

MEASURE = Measure(
    key="exits",
    question="How many exits were there for each hundred students of the fall count?",
    grain=(Unit.SCHOOL, Unit.NETWORK, Unit.DISTRICT),
    profiles=defining("exits"),
    suppression="counts below the profile's minimum, 0 % and 100 %, and what would give them away",
    steward="Student Mobility Lead",
    expression=tallied("exits"),
)
