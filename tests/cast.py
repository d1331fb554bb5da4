"""The miniature district: three networks, six schools (one Options), the invented staff."""

from datetime import date, timedelta

from bascule.access.models import User
from bascule.directory.models import CalendarDay, Membership, Organization
from bascule.ops.cast import CAST, seat_cast

SINCE = date(2015, 7, 1)
FIRST_DAY, LAST_DAY = date(2023, 8, 21), date(2028, 6, 15)

NETWORKS = {"N1": "Network 1", "N2": "Network 2", "N9": "Options Network"}
SCHOOLS = {
    "S101": ("Harbor Point High School", "N1"),
    "S102": ("Juniper Elementary School", "N1"),
    "S201": ("Lantern Hill High School", "N2"),
    "S202": ("Cedar Crossing Elementary School", "N2"),
    "S203": ("Millrace Charter High School", "N2"),
    "S901": ("Second Bridge Options High School", "N9"),
}
OFFICES_NOT_IN_MINIATURE = {"halas", "zhao"}


def build() -> None:
    """Build the district and seat its adults; every test starts from here."""
    district = _organization("D", "district", "Lakeshore School District")
    for key, name in NETWORKS.items():
        _member(_organization(key, "network", name), district)
    for key, (name, network) in SCHOOLS.items():
        school = _organization(key, "school", name, is_options=network == "N9")
        _member(school, Organization.objects.get(source="sis", source_key=network))
    _calendar()
    members = tuple(each for each in CAST if each.key not in OFFICES_NOT_IN_MINIATURE)
    for key, person in seat_cast(members, since=SINCE).items():
        User.objects.create(username=key, person=person)


def _organization(key: str, kind: str, name: str, *, is_options: bool = False) -> Organization:
    return Organization.objects.create(
        source="sis", source_key=key, kind=kind, name=name, is_options=is_options
    )


def _member(member: Organization, parent: Organization) -> None:
    Membership.objects.create(member=member, parent=parent, starts_on=SINCE)


def _calendar() -> None:
    """Every weekday from late August to mid June, without the two weeks around New Year."""
    day, days = FIRST_DAY, []
    while day <= LAST_DAY:
        in_year = (day.month, day.day) >= (8, 20) or (day.month, day.day) <= (6, 15)
        in_break = (day.month, day.day) >= (12, 21) or (day.month, day.day) <= (1, 3)
        if day.weekday() < 5 and in_year and not in_break:
            days.append(CalendarDay(day=day))
        day += timedelta(days=1)
    CalendarDay.objects.bulk_create(days)
