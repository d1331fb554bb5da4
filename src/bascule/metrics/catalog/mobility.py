"""Mobility: the number each authority publishes nearest to that word."""

from bascule.metrics.declaration import Measure, defining, tallied
from bascule.metrics.runs import Unit

MEASURE = Measure(
    key="mobility",
    question="Which share of the students came or went during the school year?",
    grain=(Unit.SCHOOL, Unit.NETWORK, Unit.DISTRICT),
    profiles=defining("mobility"),
    suppression="counts below the profile's minimum, 0 % and 100 %, and what would give them away",
    steward="Student Mobility Lead",
    expression=tallied("mobility"),
)
