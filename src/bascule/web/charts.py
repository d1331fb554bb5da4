"""Figures as shapes for SVG: bars by month on one scale, and a map of dots without tiles."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bascule.metrics.trends import Month, Trend

HEIGHT, SLOT, BAR = 36, 16, 6
MAP_WIDTH, MAP_HEIGHT, MARGIN, LARGEST = 320, 400, 15, 11.0


@dataclass(frozen=True)
class MonthBars:
    """Two bars beside each other, from the zero line up: students who came and who left."""

    x: int
    arrived_y: float
    arrived_height: float
    left_y: float
    left_height: float
    first_day: date
    arrived: int
    left: int


def bars_of(trends: Sequence[Trend]) -> list[list[MonthBars]]:
    """Return the bars of each trend; all of them stand on the scale of the largest month."""
    return bars_of_months([trend.months for trend in trends])


def bars_of_months(units: Sequence[Sequence[Month]]) -> list[list[MonthBars]]:
    """Return the bars of each unit's months, on one scale; a month with a hidden side has none."""
    counts = [max(m.arrived or 0, m.left or 0) for months in units for m in months]
    scale = HEIGHT / max(counts, default=1) if any(counts) else 0.0
    return [_bars(months, scale) for months in units]


def _bars(months: Sequence[Month], scale: float) -> list[MonthBars]:
    drawn = []
    for place, month in enumerate(months):
        if month.arrived is None or month.left is None:
            continue
        came, went = round(month.arrived * scale, 1), round(month.left * scale, 1)
        drawn.append(
            MonthBars(place * SLOT + 1, round(HEIGHT - came, 1), came, round(HEIGHT - went, 1),
                      went, month.first_day, month.arrived, month.left)
        )  # fmt: skip
    return drawn


@dataclass(frozen=True)
class Dot:
    """A school on the map: its area tells how many students moved in or out."""

    x: float
    y: float
    radius: float
    trend: Trend


def map_of(trends: Sequence[Trend]) -> list[Dot]:
    """Place the units that have a place on earth; north is up, the largest dots lie lowest."""
    placed = [
        (float(t.unit.latitude), float(t.unit.longitude), t)
        for t in trends
        if t.unit.latitude is not None and t.unit.longitude is not None
    ]
    if not placed:
        return []
    north, south = max(p[0] for p in placed), min(p[0] for p in placed)
    east, west = max(p[1] for p in placed), min(p[1] for p in placed)
    narrow = math.cos(math.radians((south + north) / 2))  # a degree eastward is shorter
    scale = min(
        (MAP_WIDTH - 2 * MARGIN) / max((east - west) * narrow, 1e-9),
        (MAP_HEIGHT - 2 * MARGIN) / max(north - south, 1e-9),
    )
    most = max(trend.arrived + trend.left for _, _, trend in placed) or 1
    dots = [
        Dot(
            round(MARGIN + (longitude - west) * narrow * scale, 1),
            round(MARGIN + (north - latitude) * scale, 1),
            round(2 + LARGEST * math.sqrt((trend.arrived + trend.left) / most), 1),
            trend,
        )
        for latitude, longitude, trend in placed
    ]
    return sorted(dots, key=lambda dot: -dot.radius)
