"""Server time of the pages as people see them, each beside its floor in the same run.

Run: .venv/bin/python benchmarks/pages.py [--instance full] [--times 30] [--explain]
Scope, row-level security and the record of reads are on: the pages run as the serving role,
through the whole middleware. The floor replays the statements of each response, with the same
parameters, as the superuser (whom row-level security does not bind), without `bascule_enter` and
with the scoped search replaced by its bare trigram query. The predicate of the Policy stays in a
replayed statement: without it the rows would be others.
"""

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
ROLES = ("lead", "chief_0", "okafor", "clerk_0")

GOALS = {"profile": 23, "school list": 37, "district list": 200, "rare": 51, "misspelled": 51}
RATIO_GOAL = 1.5
BUDGET = 15.0  # seconds a case may take; it says how many requests it made
SEARCH = "roster_search_students"
NOT_REPLAYED = ("set ", "savepoint ", "release ", "rollback ")
BARE_SEARCH = """
select id, word_similarity(%s, sort_name) as nearness from roster_student
where %s <%% sort_name order by nearness desc, sort_name, id limit %s
"""


@dataclass
class Statement:
    """One statement that a response sent, and how long the database took, in ms."""

    sql: str
    params: Any
    ms: float
    floor_ms: float = 0.0


@dataclass
class Response:
    """One request: server time in ms, time on the ledger's connection, and its statements."""

    path: str
    ms: float
    ledger_ms: float = 0.0
    statements: list[Statement] = field(default_factory=list)

    @property
    def database_ms(self) -> float:
        """What the statements took as the serving role, the entering of the scope included."""
        return sum(each.ms for each in self.statements)

    @property
    def floor_ms(self) -> float:
        """What the same statements took as the superuser."""
        return sum(each.floor_ms for each in self.statements)


@dataclass(frozen=True)
class Case:
    """One page in one role: its name, the goal in ms (None: none set) and the addresses to open."""

    role: str
    name: str
    goal: int | None
    paths: list[str]


@contextmanager
def recording(alias: str, kept: list[Statement]) -> Iterator[None]:
    """Keep every statement of one connection with its duration."""
    from django.db import connections

    def timed(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            kept.append(Statement(sql, params, 1000 * (time.perf_counter() - started)))

    with connections[alias].execute_wrapper(timed):
        yield


def request(client: Any, path: str) -> Response:
    """Open one address and time it; anything but 200 ends the benchmark."""
    kept: list[Statement] = []
    ledger: list[Statement] = []
    with ExitStack() as stack:
        stack.enter_context(recording("default", kept))
        stack.enter_context(recording("ledger", ledger))
        started = time.perf_counter()
        response = client.get(path)
        ms = 1000 * (time.perf_counter() - started)
    if response.status_code != 200:
        raise SystemExit(f"{path} answered {response.status_code}")
    return Response(path, ms, sum(each.ms for each in ledger), kept)


def add_floor() -> None:
    """Add the connection `floor`: the same database as its superuser (the private server's)."""
    from django.db import connections

    from bascule.ops.cluster.places import password_of, places_of
    from bascule.ops.process import instance

    password = password_of(places_of(instance()), "postgres")
    given = {**connections.databases["default"], "USER": "postgres", "PASSWORD": password}
    connections.databases["floor"] = given


def replay(response: Response, user_id: int) -> None:
    """Time each statement of a response once more on the floor, in one read-only transaction."""
    from django.db import connections, transaction

    with transaction.atomic(using="floor"), connections["floor"].cursor() as cursor:
        cursor.execute("set transaction read only")
        cursor.execute("select bascule_enter(%s, %s, %s)", [user_id, AT.date(), AT])
        cursor.execute("set local pg_trgm.word_similarity_threshold = 0.45")
        for each in response.statements:
            if "bascule_enter" in each.sql or each.sql.lower().startswith(NOT_REPLAYED):
                continue
            sql, params = each.sql, each.params
            if SEARCH in sql:
                sql, params = BARE_SEARCH, [params[0], *params]
            started = time.perf_counter()
            cursor.execute(sql, params)
            each.floor_ms = 1000 * (time.perf_counter() - started)


def rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """Ask the floor, to choose what to open; not measured."""
    from django.db import connections

    with connections["floor"].cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def chosen_students(actor: Any, times: int) -> list[tuple[str, str, str]]:
    """Draw students in an actor's scope, by a hash of the id: uuid, family and given name."""
    return rows(
        "select uuid::text, family_name, given_name from roster_student"
        " where (%s or school_id = any (%s)) and family_name <> ''"
        " order by md5(id::text) limit %s",
        actor.is_district_wide, sorted(actor.school_ids), times,
    )  # fmt: skip


def misspelled(name: str) -> str:
    """Swap two neighboring letters inside a name: Vargas, Vragas."""
    return name[:1] + name[2:3] + name[1:2] + name[3:]


def pages_of(actor: Any) -> int:
    """How many pages of 50 the actor's list of students has."""
    from bascule.roster.queries import visible_students

    return max(visible_students(actor).count() // 50, 1)


def cases_for(role: str, actor: Any, times: int) -> list[Case]:
    """Name the pages that one role opens, with `times` different addresses where there are any."""
    from bascule.access.acting import acting

    drawn = chosen_students(actor, times)
    with acting(actor):
        last = pages_of(actor)
    kind = {"lead": "district list", "clerk_0": "school list"}.get(role, "network list")
    goal = GOALS.get(kind)
    searched = "/students/?q="
    full = [f"{family}, {given}" for _, family, given in drawn]
    cases = [
        ("today", None, ["/"] * times),
        ("profile", GOALS["profile"], [f"/students/{uuid}/" for uuid, _, _ in drawn]),
        (f"{kind}, page 1", goal, ["/students/"] * times),
        (f"{kind}, pages 2-{times}", goal,
         [f"/students/?page={min(page + 2, last)}" for page in range(times)]),
        (f"{kind}, around page {last // 2}", goal,
         [f"/students/?page={max(last // 2 + turn, 1)}" for turn in range(times)]),
        (f"{kind}, last page", goal, [f"/students/?page={last}"] * times),
        ("rare name, whole", GOALS["rare"], [searched + name for name in full]),
        ("misspelled, whole", GOALS["misspelled"], [searched + misspelled(n) for n in full]),
        ("misspelled, family name", GOALS["misspelled"],
         [searched + misspelled(family) for _, family, _ in drawn]),
        ("cases board", None, ["/cases/"] * times),
    ]  # fmt: skip
    return [Case(role, name, goal, paths) for name, goal, paths in cases if paths]


def measured(case: Case, client: Any, user_id: int) -> tuple[Response, list[Response]]:
    """Open a case cold (the connections are new) and then warm, each replayed on the floor."""
    from django.db import connections

    for alias in ("default", "ledger"):
        connections[alias].close()
    cold = request(client, case.paths[-1])
    warm: list[Response] = []
    started = time.monotonic()
    for path in case.paths:
        warm.append(request(client, path))
        replay(warm[-1], user_id)
        if time.monotonic() - started > BUDGET and len(warm) >= 5:
            break
    return cold, warm


def figures(case: Case, cold: Response, warm: list[Response]) -> list[str]:
    """One row of the table: times in ms, counts, and what missed its goal."""
    times = sorted(each.ms for each in warm)
    middle = statistics.median(times)
    database = statistics.median(each.database_ms for each in warm)
    floor = statistics.median(each.floor_ms for each in warm)
    ratio = database / floor if floor else 0.0
    missed = [
        word for word, is_missed in (
            ("time", case.goal is not None and middle > case.goal), ("ratio", ratio > RATIO_GOAL)
        ) if is_missed
    ]  # fmt: skip
    return [
        case.role, case.name, str(len(warm)), f"{cold.ms:.0f}", f"{middle:.1f}",
        f"{times[int(0.95 * (len(times) - 1))]:.1f}", str(case.goal or ""),
        str(max(len(each.statements) for each in warm)), f"{database:.1f}",
        f"{statistics.median(each.ledger_ms for each in warm):.1f}",
        f"{floor:.1f}", f"{ratio:.2f}", ", ".join(missed),
    ]  # fmt: skip


def shortened(sql: str) -> str:
    """One line of a statement, its list of columns left out."""
    line = " ".join(sql.split())
    head, _, rest = line.partition(" FROM ")
    return (f"{head[:40]} .. FROM {rest}" if rest and len(head) > 60 else line)[:320]


def print_slowest(case: Case, warm: list[Response], actor: Any, *, explain: bool) -> None:
    """Print the slowest statements of the median response, and how the database ran the first."""
    from django.db import connection

    from bascule.access.acting import acting

    middle = sorted(warm, key=lambda each: each.ms)[len(warm) // 2]
    slow = sorted(middle.statements, key=lambda each: -each.ms)[:3]
    print(f"\n{case.role}: {case.name}: {middle.path}: {middle.ms:.1f} ms")
    for each in slow:
        print(f"  {each.ms:8.1f} ms, floor {each.floor_ms:8.1f} ms: {shortened(each.sql)}")
    if explain:
        with acting(actor), connection.cursor() as cursor:
            cursor.execute("explain (analyze, buffers) " + slow[0].sql, slow[0].params)
            print("\n".join(f"    {row[0]}" for row in cursor.fetchall()))


def measure_role(role: str, table: Any, options: argparse.Namespace) -> None:
    """Sign one member of the cast in and measure each of the pages."""
    from django.conf import settings
    from django.test import Client

    from bascule.access.acting import actor_of
    from bascule.access.models import User

    user = User.objects.get(username=role)
    actor = actor_of(user)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    for case in cases_for(role, actor, options.times):
        if options.only and options.only not in case.name:
            continue
        cold, warm = measured(case, client, user.pk)
        row = figures(case, cold, warm)
        table.add_row(*row)
        print(" | ".join(row), flush=True)  # a run that is stopped keeps what it has measured
        missed = case.goal is not None and statistics.median(e.ms for e in warm) > case.goal
        if missed or options.explain:
            print_slowest(case, warm, actor, explain=options.explain)


def main() -> None:
    """Measure every role on one private instance and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default=os.environ.get("BASCULE_INSTANCE", "demo"))
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--roles", nargs="+", default=list(ROLES))
    parser.add_argument("--only", default="", help="a part of the page's name")
    parser.add_argument("--explain", action="store_true")
    options = parser.parse_args()
    os.environ["BASCULE_INSTANCE"] = options.instance
    from bascule.ops.process import enter

    enter("app")
    from rich.console import Console
    from rich.table import Table

    from bascule.kernel.clock import holding_clock

    add_floor()
    counts = rows(
        "select (select count(*) from roster_student), (select count(*) from roster_stint),"
        " (select count(*) from cases_casefile where closed_at is null),"
        " current_setting('server_version')"
    )[0]
    title = "{:,} students, {:,} stints, {:,} open cases, PostgreSQL {}; ms".format(*counts)
    heads = "role|page|n|cold|median|p95|goal|queries|database|ledger|floor|ratio|missed"
    table = Table(*heads.split("|"), title=title)
    with holding_clock(AT):
        for role in options.roles:
            measure_role(role, table, options)
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
