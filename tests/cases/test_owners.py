"""Whose a school's cases are: the nearest position above it, whatever the memberships say."""

import pytest

from bascule.cases.models import CaseFile
from bascule.cases.queries import fallback_owner, owners_by_school
from bascule.cases.registry import workflows
from bascule.directory.models import Membership, Organization, Position
from tests.databases import as_role
from tests.world import FIRST_DAY, World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])


def test_the_school_comes_before_its_network_and_that_before_the_district(world: World) -> None:
    with as_role("loader"):
        owners = owners_by_school(["principal", "network_chief"], FIRST_DAY)
        schools = {each.pk: each.source_key for each in Organization.objects.all()}
        named = {schools[school]: owner for school, owner in owners.items()}
        keys = dict(Position.objects.values_list("pk", "source_key"))
    assert keys[named["S101"]] == "principal_0"


def test_without_a_school_a_restricted_case_stays_with_who_may_know_of_it(world: World) -> None:
    """The Lead takes what nobody's remit covers, but not what is seated at the district."""
    found = {each.key: fallback_owner(each.owner_roles).role for each in workflows()}
    restricted = {each.key for each in workflows() if each.tier == CaseFile.Tier.RESTRICTED}
    assert restricted
    assert not {key for key in restricted if found[key] == "mobility_lead"}
    assert found["options_transfer"] == "mobility_lead"
    assert found["detention_return"] == "justice_worker"


def test_networks_that_are_each_above_the_other_leave_the_school_to_who_answers_for_none(
    world: World,
) -> None:
    with as_role("loader"):
        schools = Membership.objects.filter(member__kind=Organization.Kind.SCHOOL)
        above = schools.order_by("pk").first()
        assert above is not None
        Membership.objects.filter(member=above.parent).delete()
        other = Organization.objects.create(
            source_key="N-loop", name="Loop", kind=Organization.Kind.NETWORK
        )
        for member, parent in ((above.parent, other), (other, above.parent)):
            Membership.objects.create(member=member, parent=parent, starts_on=FIRST_DAY)
        assert above.member_id not in owners_by_school(["nobody"], FIRST_DAY)
