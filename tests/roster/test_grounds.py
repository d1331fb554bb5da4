"""A scope stands in the text of a statement: the planner sees how many schools it has."""

import pytest
from django.db import connection

from bascule.access.acting import acting, actor_of
from bascule.access.models import User
from bascule.cases.queries import open_cases
from bascule.roster.models import Student
from bascule.roster.policies import SEE
from tests.world import World

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])


def test_the_schools_of_a_scope_are_written_out(world: World) -> None:
    okafor = actor_of(User.objects.get(username="okafor"))
    schools = ",".join(map(str, sorted(okafor.school_ids)))
    for rows in (SEE.filter(Student.objects.all(), okafor), open_cases(okafor)):
        text, params = rows.query.sql_with_params()
        assert f"'{{{schools}}}'::bigint[]" in text
        assert not any(isinstance(each, list | tuple | set) for each in params)


def test_what_is_asked_often_is_prepared(world: World) -> None:
    okafor = actor_of(User.objects.get(username="okafor"))
    with acting(okafor), connection.cursor() as cursor:
        for _turn in range(8):
            list(SEE.filter(Student.objects.all(), okafor))
        cursor.execute("select count(*) from pg_prepared_statements where statement like %s",
                       ["%roster_reach reach%"])  # fmt: skip
        assert cursor.fetchone()[0] > 0
