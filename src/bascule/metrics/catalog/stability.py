"""Stability: who was there without interruption."""

from bascule.metrics.declaration import Measure, defining, tallied
from bascule.metrics.runs import Unit

MEASURE = Measure(
    key="stability",
    question="Which share of the students stayed without interruption?",
    grain=(Unit.SCHOOL, Unit.NETWORK, Unit.DISTRICT),
    profiles=defining("stability"),
    suppression="counts below the profile's minimum, 0 % and 100 %, and what would give them away",
    steward="Student Mobility Lead",
    expression=tallied("stability"),
)
