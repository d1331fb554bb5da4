"""Keep the flags of one rule equal to what the night found."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from bascule.kernel.named_sql import named_sql
from bascule.roster.rules import Finding


class Key(NamedTuple):
    """What a flag that is true is about: once for a student, a school and a day."""

    student: int
    school: int
    began_on: date


Known = Mapping[Key, tuple[int, str, int]]


def keep_flags(*, rule: str, found: Sequence[tuple[int, Finding]], at: datetime) -> dict[str, int]:
    """Add the flags that are newly true, renew those that read otherwise, clear what is over.

    Returns the counts. The figures of a flag are those of the night that wrote its sentence. What
    is true and reads as it did, which is nearly all in a large district, is compared here and
    not sent.
    """
    stands = _one_each(found)
    with connection.cursor() as cursor:
        known = _known_flags(cursor, rule)
        new = [key for key in stands if key not in known]
        gone = [known[key][0] for key in known if key not in stands]
        other = [key for key in stands if key in known and _reads(stands[key]) != known[key][1:]]
        cursor.execute(named_sql("mobility", "clear_flags"), {"flags": gone, "at": at})
        _stage(cursor, (((known[key][0], *key), stands[key]) for key in other))
        cursor.execute(named_sql("mobility", "renew_flags"))
        _stage(cursor, (((None, *key), stands[key]) for key in new))
        cursor.execute(named_sql("mobility", "add_flags"), {"rule": rule, "at": at})
    return {"true": len(found), "new": len(new), "renewed": len(other), "cleared": len(gone)}


def _one_each(found: Iterable[tuple[int, Finding]]) -> dict[Key, Finding]:
    """Return one finding for each student, school and day: the first by its sentence."""
    stands: dict[Key, Finding] = {}
    for student, each in found:
        key = Key(student, int(each.school), each.began_on)
        if key not in stands or each.because < stands[key].because:
            stands[key] = each
    return stands


def _reads(each: Finding) -> tuple[str, int]:
    return each.because, each.version


def _known_flags(cursor: Any, rule: str) -> Known:
    """Return the flags of a rule that are true: what each is about, and how it reads."""
    cursor.execute(named_sql("mobility", "known_flags"), {"rule": rule})
    return {Key(*row[1:4]): (row[0], row[4], row[5]) for row in cursor.fetchall()}


def _stage(cursor: Any, rows: Iterable[tuple[tuple[Any, ...], Finding]]) -> None:
    """COPY findings into a table of this transaction, each with its flag's id where it has one."""
    cursor.execute("drop table if exists pg_temp.flag_found")
    cursor.execute(
        "create temp table flag_found (id bigint, student_id bigint, school_id bigint,"
        " began_on date, version int, because text, figures jsonb) on commit drop"
    )
    with cursor.copy("copy flag_found from stdin") as stream:
        for key, each in rows:
            figures = json.dumps(dict(each.figures), default=str)
            stream.write_row((*key, each.version, each.because, figures))
