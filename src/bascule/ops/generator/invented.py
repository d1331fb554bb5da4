"""The invented district: Port Alder, a city that does not exist, as rows of the spine.

Three networks with a high school each, charter, contract and Options schools. Its mobility lies
above that of most real districts, so that a demonstration has something to show.
"""

from dataclasses import dataclass

NAME = "Port Alder Public Schools"

COLUMNS = (
    "school_id", "rcdts", "finance_id", "short_name", "long_name", "category", "school_type",
    "network", "grades", "address", "zip", "lat", "lon", "community_area",
    "community_area_no", "es_network_zone_1920", "es_zone_name", "hs_network_zone_1920",
    "attendance_boundary", "enrolment_sy2425", "enrolment_sy1617", "pct_low_income",
    "pct_sped", "pct_el", "pct_black", "pct_hispanic", "pct_white", "pct_asian", "languages",
    "title1", "gocps", "mobility_pct_pr2022", "chronic_truancy_pct_pr2022",
    "attendance_pct_pr2022", "culture_climate_pr2022", "e5_involved_families",
    "e5_supportive_environment", "e5_ambitious_instruction", "e5_effective_leaders",
    "e5_collaborative_teachers", "student_survey_response", "teacher_survey_response",
    "freshman_on_track", "grad_4yr", "dropout_2024", "sqrp_2019_20", "classrooms_2012",
    "ideal_capacity_2012", "supportive_school", "creative_cert",
)  # fmt: skip
"""The spine's columns in their order (data/cps/README.md)."""

_K8, _PK8, _K5, _MIDDLE, _HIGH = (
    "K,1,2,3,4,5,6,7,8",
    "PK,K,1,2,3,4,5,6,7,8",
    "PK,K,1,2,3,4,5",
    "6,7,8",
    "9,10,11,12",
)
_SOUTH_LAT, _WEST_LON = 42.20, -87.20
_STREETS = ("Harbor", "Quarry", "Linden", "Signal", "Ferry", "Mill", "Orchard", "Beacon")


@dataclass(frozen=True)
class Invented:
    """One invented school; percentages 0-100, races as (Black, Hispanic, White, Asian)."""

    id: str
    name: str
    category: str
    type: str
    network: str
    grades: str
    area: str
    zone: int
    enrollment: int
    low_income: float
    iep: float
    el: float
    races: tuple[float, float, float, float]
    mobility: float
    truancy: float
    attendance: float


_OPTIONS_RACES = (46.0, 45.0, 6.0, 1.0)

SCHOOLS = (
    Invented("700101", "Alder Point Elementary School", "ES", "Neighborhood", "Network 1", _PK8,
             "Alder Point", 1, 430, 62.0, 14.0, 21.0, (12, 41, 38, 6), 9.5, 28.0, 92.4),
    Invented("700102", "Lantern Street Elementary School", "ES", "Neighborhood", "Network 1", _PK8,
             "Lantern Yards", 1, 460, 84.0, 16.5, 44.0, (9, 82, 6, 2), 16.0, 39.0, 90.1),
    Invented("700103", "Meridian Magnet School", "ES", "Magnet", "Network 1", _K8,
             "Old Harbor", 1, 490, 41.0, 10.0, 12.0, (22, 27, 31, 17), 4.5, 18.0, 94.3),
    Invented("700104", "Riverbend Charter School", "ES", "Charter", "Charter", _K8,
             "Riverbend", 2, 390, 88.0, 15.0, 9.0, (91, 7, 1, 0), 21.0, 49.0, 87.0),
    Invented("700105", "Quarry Road Elementary School", "ES", "Neighborhood", "Network 2", _K5,
             "Quarry Road", 2, 340, 90.0, 19.0, 5.0, (94, 5, 1, 0), 27.0, 55.0, 86.2),
    Invented("700106", "Juniper Hill Classical School", "ES", "Classical", "Network 2", _K8,
             "Juniper Hill", 2, 410, 30.0, 6.0, 14.0, (15, 20, 30, 31), 2.5, 14.0, 95.6),
    Invented("700107", "Saltmarsh Elementary School", "ES", "Neighborhood", "Network 3", _PK8,
             "Saltmarsh", 3, 470, 81.0, 17.0, 51.0, (4, 88, 5, 2), 13.0, 35.0, 90.8),
    Invented("700108", "Foundry Elementary School", "ES", "Contract", "Contract", _PK8,
             "Foundry Flats", 3, 360, 79.0, 20.0, 17.0, (48, 44, 5, 2), 18.5, 46.0, 88.1),
    Invented("700109", "Beacon Middle School", "MS", "Small", "Network 3", _MIDDLE,
             "Quarry Road", 2, 330, 87.0, 20.0, 11.0, (71, 25, 2, 1), 24.0, 52.0, 86.9),
    Invented("700201", "Port Alder High School", "HS", "Neighborhood", "Network 1", _HIGH,
             "Old Harbor", 1, 620, 77.0, 18.0, 24.0, (33, 52, 10, 4), 22.0, 54.0, 83.5),
    Invented("700202", "Ferry Landing Career Academy", "HS", "Career academy", "Network 2", _HIGH,
             "Ferry Landing", 2, 450, 86.0, 19.0, 13.0, (66, 31, 2, 1), 29.0, 61.0, 80.7),
    Invented("700203", "Observatory College Prep", "HS", "Selective enrollment", "Network 3",
             _HIGH, "Juniper Hill", 2, 430, 38.0, 8.0, 6.0, (24, 27, 28, 18), 3.0, 24.0, 93.9),
    Invented("700204", "Lighthouse Charter High School", "HS", "Charter", "Charter", _HIGH,
             "Riverbend", 2, 280, 85.0, 17.0, 8.0, (84, 14, 1, 0), 24.0, 57.0, 82.2),
    Invented("700205", "Foundry Early College", "HS", "Contract", "Contract", _HIGH,
             "Foundry Flats", 3, 240, 80.0, 18.0, 16.0, (45, 48, 4, 2), 19.0, 50.0, 84.4),
    Invented("700301", "Second Tide Options High School", "HS", "Citywide-Option", "Options",
             _HIGH, "Saltmarsh", 3, 170, 91.0, 23.0, 12.0, _OPTIONS_RACES, 82.0, 88.0, 61.0),
    Invented("700302", "Drawbridge Academy", "HS", "Charter", "Options", _HIGH,
             "Foundry Flats", 3, 130, 92.0, 25.0, 9.0, _OPTIONS_RACES, 89.0, 92.0, 55.0),
)  # fmt: skip


def spine_rows() -> list[dict[str, str]]:
    """Return the invented schools as rows with every column of the spine; unknown cells blank."""
    return [_row(school, number) for number, school in enumerate(SCHOOLS)]


def _row(school: Invented, number: int) -> dict[str, str]:
    """Return one school as spine cells; its place is a point in open water."""
    black, hispanic, white, asian = school.races
    known = {
        "school_id": school.id,
        "short_name": school.name.upper()[:30],
        "long_name": school.name,
        "category": school.category,
        "school_type": school.type,
        "network": school.network,
        "grades": school.grades,
        "address": f"{100 + 37 * number} {_STREETS[number % len(_STREETS)]} Street",
        "zip": f"0000{school.zone}",
        "lat": f"{_SOUTH_LAT + 0.013 * (number % 5):.6f}",
        "lon": f"{_WEST_LON + 0.017 * (number % 4):.6f}",
        "community_area": school.area,
        "community_area_no": str(sorted({s.area for s in SCHOOLS}).index(school.area) + 1),
        "es_network_zone_1920": str(school.zone),
        "attendance_boundary": str(school.type == "Neighborhood").lower(),
        "enrolment_sy2425": str(school.enrollment),
        "pct_low_income": str(school.low_income),
        "pct_sped": str(school.iep),
        "pct_el": str(school.el),
        "pct_black": str(black),
        "pct_hispanic": str(hispanic),
        "pct_white": str(white),
        "pct_asian": str(asian),
        "title1": str(school.low_income >= 40).lower(),
        "gocps": str(school.category == "HS").lower(),
        "mobility_pct_pr2022": str(school.mobility),
        "chronic_truancy_pct_pr2022": str(school.truancy),
        "attendance_pct_pr2022": str(school.attendance),
    }
    return {column: known.get(column, "") for column in COLUMNS}
