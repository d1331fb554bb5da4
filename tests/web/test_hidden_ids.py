"""An id out of sight and an id of nothing are the same, by every method and for everybody.

`test_role_matrix.py` opens every row by its address; here each address that takes an id is asked
by each method for a row that exists and is hidden, and for one that does not exist.
"""

from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from bascule.directory.models import Organization
from bascule.feeds.models import FileRun
from bascule.roster.models import LookAlike
from tests.access.test_both_locks import MEMBERS
from tests.databases import as_role
from tests.web.comparing import normalized
from tests.web.test_role_matrix import visible
from tests.world import World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Browse = Callable[[str], Client]

METHODS = ("get", "post")
ASKS_FOR_HEADS = "clerk_1"  # one answers for all: to the server HEAD is GET
NEVER = ("put", "patch", "delete", "options", "trace")
SENT = {"text": "She called.", "kind": "call", "revision": "1", "receiving_program": "x",
        "answer": "one"}  # fmt: skip
RUNNING_FEEDS = {"lead", "steward"}
COMBINING = {"steward"}
REMITS = {
    "okafor": {"N1", "S101", "S102"}, "wren": {"N2", "S201", "S202", "S203"},
    "brooks": {"N9", "S901"}, "chief_0": {"N1", "S101", "S102"},
    "chief_1": {"N2", "S201", "S202", "S203"}, "principal_0": {"S101"},
}  # fmt: skip
EVERY_UNIT = {"lead", "steward", "auditor"}


def hidden_rows(world: World, who: str) -> Iterator[tuple[str, UUID]]:
    """Each address with an id that `who` may not see: one of each kind, restricted ones too."""
    students, cases = visible(who)
    unseen = [each for each in world.cases.values() if each.uuid not in cases]
    for case in {case.tier: case for case in unseen}.values():
        yield "/cases/{}/", case.uuid
        yield "/cases/{}/steps/take_up/", case.uuid
        yield "/cases/{}/notes/", case.uuid
        yield "/arrivals/{}/lapse_offer/", case.uuid
    for student in [each for each in world.students.values() if each.uuid not in students][:1]:
        yield "/students/{}/", student.uuid
        yield "/students/{}/consents/", student.uuid
        yield "/students/{}/readers/", student.uuid
        yield "/students/{}/transition-note/", student.uuid
    yield next(
        ("/exports/{}/file/", export.pk) for owner, export in world.exports.items() if owner != who
    )
    if who not in RUNNING_FEEDS:
        run = FileRun.objects.values_list("uuid", flat=True)[0]
        yield from ((f"/feeds/{{}}/{rest}", run) for rest in ("", "undo/", "x/"))
    if who not in COMBINING:
        with as_role("loader"):
            yield "/look-alikes/{}/", LookAlike.objects.values_list("uuid", flat=True)[0]
    if who not in EVERY_UNIT:
        units = Organization.objects.filter(source="sis").exclude(
            source_key__in=REMITS.get(who, set())
        )
        yield "/trends/{}/", units.order_by("-pk")[0].uuid


def asked(client: Client, method: str, address: str) -> HttpResponse:
    """Ask by one method, with the form that a page would send."""
    sent = SENT if method == "post" else {}
    return getattr(client, method)(address, sent)  # type: ignore[no-any-return]


@pytest.mark.parametrize("who", MEMBERS)
def test_a_hidden_row_answers_by_every_method_as_one_that_does_not_exist(
    world: World, browse: Browse, who: str
) -> None:
    client, missing = browse(who), uuid4()
    for place, hidden in hidden_rows(world, who):
        for method in (*METHODS, "head") if who == ASKS_FOR_HEADS else METHODS:
            answer = asked(client, method, place.format(hidden))
            status, headers, body = normalized(answer)
            assert (place, method, status) in {(place, method, 404), (place, method, 405)}
            nothing = normalized(asked(client, method, place.format(missing)))
            assert (status, headers, body.replace(str(hidden), str(missing))) == nothing


ADDRESSES = ("/", "/students/", "/cases/", "/measures/", "/trends/", "/nights/", "/feeds/",
             "/exports/", "/elevations/", "/factors/", "/notices/seen/", "/sign-in/",
             "/sign-out/", "/healthz")  # fmt: skip


@pytest.mark.parametrize("method", NEVER)
def test_no_page_takes_a_method_that_it_has_no_use_for(
    world: World, browse: Browse, method: str
) -> None:
    client = browse("lead")
    rows = [f"/students/{world.students['Adair'].uuid}/", f"/cases/{world.cases['Adair'].uuid}/",
            f"/cases/{world.cases['Adair'].uuid}/notes/",
            f"/cases/{world.cases['Adair'].uuid}/steps/take_up/",
            f"/exports/{world.exports['lead'].pk}/file/"]  # fmt: skip
    answers = {address: getattr(client, method)(address).status_code
               for address in (*ADDRESSES, *rows)}  # fmt: skip
    assert answers == dict.fromkeys(answers, 405)
