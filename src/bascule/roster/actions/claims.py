"""Replace what a source claims about enrollments, and derive the chains anew.

The rows wait in `stage.claim` and `stage.claim_seen`. A changed student's chain is replaced in
the caller's transaction, as far as it is another one: nobody ever sees half of one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from bascule.kernel.named_sql import named_sql
from bascule.kernel.school_calendar import school_year_of
from bascule.roster.actions.first_load import checks_at_once
from bascule.roster.codes import EXIT_CODES, ExitKind
from bascule.roster.stints import Claim, derive_stints

Change = tuple[str, int, int]
STINT_COLUMNS = (
    "student_id", "school_id", "school_year", "starts_on", "ends_on", "entry_code", "exit_code",
    "grade", "claim_id",
)  # fmt: skip


def compare_claims(*, source: str, complete: bool) -> list[Change]:
    """Compare the staged claims with the known ones; return (change, school, how many).

    `change` is new, changed, unchanged or ended. `complete` says that the package holds every
    claim, so that a known one which it does not name has ended. The claims of students whose
    lines were not even read are unchanged, at no particular school (0).
    """
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists pg_temp.claim_change, pg_temp.changed_student")
        cursor.execute(
            named_sql("roster", "replace_claims"), {"source": source, "complete": complete}
        )
        cursor.execute("analyze claim_change")
        cursor.execute(
            "select change, school_id, count(*) from claim_change group by 1, 2"
            " union all select 'unchanged', 0, rows from stage.left_out"
            " where target = 'enrollment_claim'"
            " order by 1, 2"
        )
        return cursor.fetchall()


def apply_claims(*, source: str, at: datetime) -> int:
    """Apply the compared changes and derive the chains of the changed students: how many."""
    with checks_at_once("claims"), connection.cursor() as cursor:
        cursor.execute(named_sql("roster", "apply_claims"), {"source": source, "at": at})
        cursor.execute(
            "create temp table changed_student on commit drop as"
            " select distinct student_id from claim_change where change <> 'unchanged'"
        )
        cursor.execute("analyze changed_student")
        derive_changed_chains()
        cursor.execute("select count(*) from changed_student")
        return cursor.fetchone()[0]


def keep_digests(*, source: str) -> None:
    """Keep from which lines the staged students' claims were derived, until a claim changes."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('stage.claim') is not null")
        if cursor.fetchone()[0]:
            cursor.execute(named_sql("roster", "keep_digests"), {"source": source})


def derive_changed_chains() -> None:
    """Bring the stints of the students in `changed_student` in line, and place the students.

    A stint is never changed: what a chain no longer has is deleted, what is new in it inserted.
    """
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists pg_temp.overlapping_student")
        cursor.execute(named_sql("roster", "overlapping_students"))
        cursor.execute(named_sql("roster", "keep_overlapping"))
        cursor.execute(named_sql("roster", "create_chain_now"))
        cursor.execute(named_sql("roster", "rebuild_plain_chains"))
        _add_derived(cursor)
        cursor.execute(named_sql("roster", "replace_chains"))
        cursor.execute(named_sql("roster", "place_students"))


def _add_derived(cursor: Any) -> None:
    """Add the chains that only the declared rule can give: those of overlapping claims."""
    found = _claims_of(cursor)
    with cursor.copy(f"copy chain_now ({', '.join(STINT_COLUMNS)}) from stdin") as rows:
        for student, claims in found.items():
            for stint in derive_stints(claim for _, claim in claims.values()):
                rows.write_row(
                    (student, stint.school, stint.school_year, stint.starts_on, stint.ends_on,
                     stint.entry_code, stint.exit_code or "", stint.grade,
                     claims[stint.claim_key][0])
                )  # fmt: skip


def _claims_of(cursor: Any) -> dict[int, dict[str, tuple[int, Claim]]]:
    """Return each overlapping student's claims with our ids, by a key that every load gives.

    Ties of the rule fall to the smaller key: were it our id, the order of loads would decide.
    """
    cursor.execute(
        "select student_id, id, source || '|' || source_key, school_id, starts_on, ends_on,"
        " entry_code, exit_code, grade"
        " from roster_enrollmentclaim where known_until is null"
        " and student_id in (select student_id from overlapping_student)"
        " order by student_id, starts_on, id"
    )
    found: dict[int, dict[str, tuple[int, Claim]]] = {}
    for student, id_, key, school, starts_on, ends_on, entry, exit_, grade in cursor.fetchall():
        claim = Claim(
            key, school, starts_on, ends_on, entry, exit_ or None, grade, school_year_of(starts_on)
        )
        found.setdefault(student, {})[key] = (id_, claim)
    return found


@dataclass(frozen=True)
class Braked:
    """A school whose claims the compared changes would end in mass."""

    school_id: int
    vanishing: int
    claims: int
    closing: int
    open_claims: int

    @property
    def sentence(self) -> str:
        """What a steward reads before approving."""
        parts = []
        if self.vanishing:
            parts.append(f"{self.vanishing} of {self.claims} claims are no longer reported")
        if self.closing:
            parts.append(f"{self.closing} of {self.open_claims} open enrollments would close")
        return " and ".join(parts)


def braked_schools(*, source: str, more_than: int = 10, share: float = 0.1) -> list[Braked]:
    """Return the schools for which the compared changes are too many to believe unasked."""
    year_end = [
        code.code for code in EXIT_CODES.values()
        if code.kind in (ExitKind.YEAR_END, ExitKind.PROMOTION, ExitKind.GRADUATED)
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            named_sql("roster", "braked_schools"),
            {"source": source, "more_than": more_than, "share": share, "year_end_codes": year_end},
        )
        return [Braked(*row) for row in cursor.fetchall()]


def take_back_claims(*, source: str, at: datetime) -> int:
    """Undo what the run of the instant `at` changed: how many students have their old chain.

    What the run added is deleted, what it closed is known again. Students whom only this run
    named stay, without an enrollment.
    """
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists pg_temp.changed_student")
        cursor.execute(named_sql("roster", "take_back_claims"), {"source": source, "at": at})
        derive_changed_chains()
        cursor.execute("select count(*) from changed_student")
        return cursor.fetchone()[0]
