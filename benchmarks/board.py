"""Server time of the Lead's board with 60,000 open cases, each opening beside its floor.

Run: .venv/bin/python benchmarks/board.py [--instance full] [--cases 60000] [--times 40] [--explain]
Goal: 100 ms at the 95th percentile. The instance is a full-size one as the README describes, with
the cast seated. The cases are added, committed and analyzed, and taken away afterwards: 1 in 30
is a transfer, 1 in 40 restricted, each was opened in the last 60 days, and half of them have taken
two steps since.
Scope, row-level security and the record of reads are on. The floor replays the statements of each
opening as the superuser, whom row-level security does not bind.
"""

import argparse
import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pages import AT, add_floor, print_slowest, replay, request, rows
from pages import Case as Opened

GOAL = 100
MARK = "Added by a benchmark."
ADD_CASES = """
with kind as (
  select row_number() over () - 1 as turn, key, states
  from (values
    ('options_transfer', %s::text[]), ('reengagement', %s::text[]),
    ('unproven_transfer', %s::text[]), ('lost_child', %s::text[])
  ) declared (key, states)
), drawn as (
  select id, uuid, row_number() over (order by md5(id::text)) as n
  from roster_student where school_id is not null and left_on is null limit %s
), desk as (
  select array_agg(id order by id) as ids from directory_position
  where role = 'transition_specialist'
)
insert into cases_casefile (
  uuid, workflow, version, state, student_id, owner_id, tier, scope_key, reason, particulars,
  opened_at, entered_state_at, due_at, revision
)
select gen_random_uuid(), key, 1, states[1 + n / 30 %% array_length(states, 1)], drawn.id,
       desk.ids[1 + n %% array_length(desk.ids, 1)],
       case when n %% 40 = 0 then 'restricted' else 'student' end, drawn.uuid::text, %s, '{}',
       at, at + interval '18 hours', at + n %% 80 * interval '1 day', 1
from drawn join kind on turn = case when n %% 30 = 0 then 0 else 1 + n %% 3 end
cross join desk
cross join lateral (select %s::timestamptz - n %% 1440 * interval '1 hour' as at) opened
on conflict do nothing
"""
ADD_STEPS = """
insert into cases_transition (
  case_id, step, from_state, to_state, at, user_id, actor_name, answers, was_late
)
select id, 'open', case when turn = 0 then '' else state end, state,
       opened_at + turn * interval '9 hours', 0, 'benchmark', '{}', false
from cases_casefile cross join generate_series(0, 2) turn
where reason = %s and (turn = 0 or id %% 2 = 0)
"""
TAKE_AWAY = (
    "delete from cases_transition where case_id in"
    " (select id from cases_casefile where reason = %s)",
    "delete from cases_casefile where reason = %s",
)
SETTLE = ("vacuum analyze cases_casefile", "vacuum analyze cases_transition")


@contextmanager
def open_cases(count: int) -> Iterator[None]:
    """Add so many open cases about students, and take them away again."""
    from bascule.cases.registry import workflow_of

    states = [
        [state.key for state in workflow_of(key).states if not state.ends]
        for key in ("options_transfer", "reengagement", "unproven_transfer", "lost_child")
    ]
    write(ADD_CASES, *states, count, MARK, AT)
    write(ADD_STEPS, MARK)
    settle()
    try:
        yield
    finally:
        for statement in TAKE_AWAY:
            write(statement, MARK)
        settle()


def write(sql: str, *params: Any) -> None:
    """Change rows as the superuser."""
    from django.db import connections

    with connections["floor"].cursor() as cursor:
        cursor.execute(sql, params)


def settle() -> None:
    """Do what the server does by itself within minutes: see what is new, and count it."""
    for statement in SETTLE:
        write(statement)


def measure(times: int, *, explain: bool) -> None:
    """Open the board again and again as the Lead, and print times, database and floor in ms."""
    from django.conf import settings
    from django.db import connections
    from django.test import Client

    from bascule.access.acting import actor_of
    from bascule.access.models import User

    user = User.objects.get(username="lead")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    connections["default"].close()
    cold = request(client, "/board/")
    warm = []
    for _turn in range(times):
        warm.append(request(client, "/board/"))
        replay(warm[-1], user.pk)
    taken = sorted(each.ms for each in warm)
    late = taken[int(0.95 * (len(taken) - 1))]
    database = statistics.median(each.database_ms for each in warm)
    floor = statistics.median(each.floor_ms for each in warm)
    print(
        f"board: cold {cold.ms:.0f}, median {statistics.median(taken):.1f}, p95 {late:.1f} ms"
        f" (goal {GOAL}: {'kept' if late <= GOAL else 'MISSED'}); {len(warm[0].statements)}"
        f" statements, database {database:.1f}, floor {floor:.1f}, ratio {database / floor:.2f}"
    )
    if explain or late > GOAL:
        case = Opened("lead", "board", GOAL, ["/board/"])
        print_slowest(case, warm, actor_of(user), explain=explain)


def main() -> None:
    """Fill one private instance, measure, and leave it as it was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default=os.environ.get("BASCULE_INSTANCE", "demo"))
    parser.add_argument("--cases", type=int, default=60_000)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--explain", action="store_true")
    options = parser.parse_args()
    os.environ["BASCULE_INSTANCE"] = options.instance
    from bascule.ops.process import enter

    enter("app")
    from bascule.kernel.clock import holding_clock

    add_floor()
    with holding_clock(AT), open_cases(options.cases):
        [counts] = rows(
            "select (select count(*) from roster_student), count(*),"
            " (select count(*) from cases_transition) from cases_casefile where closed_at is null"
        )
        print("{:,} students, {:,} open cases, {:,} steps".format(*counts))
        measure(options.times, explain=options.explain)


if __name__ == "__main__":
    main()
