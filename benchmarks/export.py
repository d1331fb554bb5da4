"""The whole district's list of students as a file, as a job writes it, beside bare COPY.

Run: .venv/bin/python benchmarks/export.py [--instance full] [--user lead]
The job runs as the serving role: scope and row-level security are on, and the ids of everybody
whom the file shows are kept with it. The floor copies the same columns of the same rows in the
same order out of the server, as its superuser. Everything is rolled back.
"""

import argparse
import csv
import io
import os
import resource
import time
from datetime import UTC, datetime

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
FLOOR = """
copy (
  select student.number, family_name, given_name, grade, school.name, entered_on, left_on
  from roster_student student left join directory_organization school on school.id = school_id
  where not exists (
    select from roster_alias where student_id = student.id and undone_at is null
  )
  order by sort_name, student.id
) to stdout (format csv, header)
"""


def main() -> None:
    """Write the list once, count its rows, and compare with the floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", default=os.environ.get("BASCULE_INSTANCE", "demo"))
    parser.add_argument("--user", default="lead")
    options = parser.parse_args()
    os.environ["BASCULE_INSTANCE"] = options.instance
    from bascule.ops.process import enter

    enter("app")
    from django.db import connections, transaction
    from pages import add_floor

    from bascule.access.acting import acting, actor_of
    from bascule.access.models import Export, User
    from bascule.cases.lists import write_list
    from bascule.kernel.clock import holding_clock

    add_floor()
    user = User.objects.get(username=options.user)
    with holding_clock(AT), acting(actor := actor_of(user)):
        wanted = Export.objects.create(
            user_id=user.pk, kind=Export.Kind.STUDENTS, filter={}, asked_at=AT
        )
        started = time.perf_counter()
        written = write_list(actor, export=wanted.pk)
        seconds = time.perf_counter() - started
        content = bytes(written.content) if written and written.content else b""
        rows = sum(1 for _ in csv.reader(io.StringIO(content.decode("utf-8-sig")))) - 1
        shown = len(set(written.students)) if written else 0
        transaction.set_rollback(True)
    started, size, lines = time.perf_counter(), 0, 0
    with connections["floor"].cursor() as cursor, cursor.copy(FLOOR) as stream:
        for block in stream:
            size += len(block)
            lines += bytes(block).count(b"\n")
    floor = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = f"{rows / seconds:,.0f} a second"
    print(f"{rows:,} rows in {seconds:.1f} s ({rate}), {len(content):,} bytes,"
          f" {shown:,} students kept with it; peak {memory:,.0f} MiB")  # fmt: skip
    print(f"floor: bare COPY, {lines - 1:,} rows, {size:,} bytes in {floor:.1f} s;"
          f" {seconds / floor:.1f} times its floor")  # fmt: skip
    if not rows == shown == lines - 1 == (written.count if written else -1):
        raise SystemExit("the file does not hold every student once")


if __name__ == "__main__":
    main()
