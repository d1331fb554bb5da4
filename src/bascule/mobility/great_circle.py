"""Places on earth and the straight line between two of them."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0088  # mean radius, IUGG


@dataclass(frozen=True)
class Point:
    """A place on earth, in degrees."""

    latitude: float
    longitude: float


def great_circle_km(one: Point, other: Point) -> float:
    """Return the length of the great circle between two points, in kilometers (haversine)."""
    lift, turn = radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)
    across = cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(turn / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(sin(lift / 2) ** 2 + across))
