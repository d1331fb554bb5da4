"""The total of a list of names comes from the totals of schools; it is what the list holds."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from bascule.kernel.actor import Actor
from bascule.roster import grounds
from bascule.roster.grounds import A_FEW_SCHOOLS
from bascule.roster.queries import listed_total, visible_students
from tests.access.test_both_locks import MEMBERS
from tests.world import World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])


@pytest.mark.parametrize("few", [0, A_FEW_SCHOOLS])
def test_everybody_is_told_as_many_as_the_list_holds(
    few: int,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    actor: Callable[[str], Actor],
    as_person: Callable[[str], AbstractContextManager[None]],
) -> None:
    """Of reached and elevated students as of those at school, in either shape of the predicate."""
    monkeypatch.setattr(grounds, "A_FEW_SCHOOLS", few)
    told, held, names = {}, {}, {}
    for key in MEMBERS:
        with as_person(key):
            told[key] = listed_total(actor(key))
            rows = list(visible_students(actor(key)))
            held[key], names[key] = len(rows), {row.family_name for row in rows}
    assert told == held
    assert "Ibarra" in names["okafor"]  # by a reach alone
    assert "Escobar" in names["counselor_0"]  # by an elevation alone
