"""Churn: in or out during the year, as Massachusetts, Georgia and DC count it."""

from bascule.metrics.declaration import Measure, defining, tallied
from bascule.metrics.runs import Unit

MEASURE = Measure(
    key="churn",
    question="How much did the roster turn over during the school year?",
    grain=(Unit.SCHOOL, Unit.NETWORK, Unit.DISTRICT),
    profiles=defining("churn"),
    suppression="counts below the profile's minimum, 0 % and 100 %, and what would give them away",
    steward="Student Mobility Lead",
    expression=tallied("churn"),
)
