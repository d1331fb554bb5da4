"""Intake: who came after the year had begun."""

from bascule.metrics.declaration import Measure, defining, tallied
from bascule.metrics.runs import Unit

MEASURE = Measure(
    key="intake",
    question="Which share of the students came after the start of the year?",
    grain=(Unit.SCHOOL, Unit.NETWORK, Unit.DISTRICT),
    profiles=defining("intake"),
    suppression="counts below the profile's minimum, 0 % and 100 %, and what would give them away",
    steward="Student Mobility Lead",
    expression=tallied("intake"),
)
