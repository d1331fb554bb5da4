"""The invented people of every demo, test, picture and seed. None of them exists.

`place` says where a person works: the district, the Options office, the n-th network, ordinary
school or Options school of whatever district is loaded.
"""

from dataclasses import dataclass
from datetime import date

from bascule.directory.models import Assignment, Organization, Person, Position, Remit
from bascule.ops.generator.script_stage import in_turn

SOURCE, LAST_GRADE = "cast", "12"


@dataclass(frozen=True)
class CastMember:
    """One invented person, the role held and where."""

    key: str
    given: str
    family: str
    role: str
    title: str
    place: str


CAST = (
    CastMember("lead", "Marisol", "Vega", "mobility_lead", "Student Mobility Lead", "office"),
    CastMember("okafor", "Dana", "Okafor", "transition_specialist",
               "High School Transition Specialist A", "office"),
    CastMember("wren", "Tomas", "Wren", "transition_specialist",
               "High School Transition Specialist B", "office"),
    CastMember("brooks", "Aiyana", "Brooks", "transition_specialist",
               "High School Transition Specialist C", "office"),
    CastMember("halas", "Piotr", "Halas", "transition_specialist",
               "High School Transition Specialist D", "office"),
    CastMember("zhao", "Lin", "Zhao", "transition_specialist",
               "High School Transition Specialist E", "office"),
    CastMember("desk", "Ruth", "Ansel", "options_desk", "Options Network desk", "office"),
    CastMember("chief_0", "Carol", "Imani", "network_chief", "Network Chief", "network:0"),
    CastMember("chief_1", "Jorge", "Salcedo", "network_chief", "Network Chief", "network:1"),
    CastMember("principal_0", "Helen", "Marsh", "principal", "Principal", "school:0"),
    CastMember("clerk_0", "Bea", "Nowak", "school_clerk", "School Clerk", "school:0"),
    CastMember("clerk_1", "Omar", "Haddad", "school_clerk", "School Clerk", "school:1"),
    CastMember("counselor_0", "Nina", "Castellanos", "counselor", "School Counselor", "school:0"),
    CastMember("intake", "Del", "Rivers", "options_intake", "Options Intake Coordinator",
               "options:0"),
    CastMember("liaison", "Grace", "Mbeki", "liaison", "STLS Liaison", "district"),
    CastMember("justice", "Andre", "Tillman", "justice_worker", "Juvenile Justice Case Worker",
               "district"),
    CastMember("iep", "Mei", "Sorensen", "iep_reviewer", "Special Education Reviewer", "district"),
    CastMember("el", "Paloma", "Ferrer", "el_reviewer", "English Learner Reviewer", "district"),
    CastMember("sel", "Jonah", "Adeyemi", "sel_specialist", "Social-Emotional Learning Specialist",
               "district"),
    CastMember("soar", "Kit", "Lozano", "soar_specialist", "Re-Engagement Specialist (SOAR)",
               "district"),
    CastMember("steward", "Ravi", "Menon", "data_steward", "Data Steward", "district"),
    CastMember("auditor", "Lena", "Fischer", "auditor", "Auditor", "district"),
)  # fmt: skip


def seat_cast(
    members: tuple[CastMember, ...] = CAST, *, since: date, source: str = "sis"
) -> dict[str, Person]:
    """Give each member a position in the loaded district; a second call changes nothing.

    The networks are shared out over the specialists in turn; each backs up the one before.
    """
    places = _places(source)
    people = {member.key: _seat(member, places, since) for member in members}
    specialists = list(
        Position.objects.filter(source=SOURCE, role="transition_specialist").order_by("title")
    )
    for turn, network in enumerate(places["network"]):
        position = specialists[in_turn(turn, len(specialists))]
        Remit.objects.get_or_create(
            position=position, organization=network, defaults={"starts_on": since}
        )
    for place, position in enumerate(specialists):
        position.backup = specialists[place - 1] if len(specialists) > 1 else None
        position.save()
    return people


def _places(source: str) -> dict[str, list[Organization]]:
    of_source = Organization.objects.filter(source=source).order_by("source_key")
    schools = of_source.filter(kind=Organization.Kind.SCHOOL)
    district = of_source.filter(kind=Organization.Kind.DISTRICT).get()
    office, _ = Organization.objects.get_or_create(
        source=SOURCE,
        source_key="options-office",
        defaults={"kind": Organization.Kind.OFFICE, "name": "Options Network office"},
    )
    return {
        "district": [district],
        "office": [office],
        "network": list(of_source.filter(kind=Organization.Kind.NETWORK)),
        "school": sorted(schools.filter(is_options=False), key=_high_schools_first),
        "options": list(schools.filter(is_options=True)),
    }


def _high_schools_first(school: Organization) -> tuple[bool, str]:
    """Order schools so that the cast's have students who may move to an Options school."""
    return LAST_GRADE not in school.grades.split(","), school.source_key


def _seat(member: CastMember, places: dict[str, list[Organization]], since: date) -> Person:
    kind, _, number = member.place.partition(":")
    organization = places[kind][int(number or 0)]
    person, _ = Person.objects.get_or_create(
        source=SOURCE,
        source_key=member.key,
        defaults={
            "given_name": member.given,
            "family_name": member.family,
            "email": f"{member.key}@bascule.example",
        },
    )
    position, _ = Position.objects.get_or_create(
        source=SOURCE,
        source_key=member.key,
        defaults={
            "role": member.role, "title": member.title, "organization": organization,
        },
    )  # fmt: skip
    Assignment.objects.get_or_create(person=person, position=position, starts_on=since)
    return person
