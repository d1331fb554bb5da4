"""A hash of every table: exact, or by what its rows mean (without ids, uuids and instants).

Two runs that reach the same state give rows other ids and other instants. By meaning, a foreign
key counts as the natural key of the row it names, and what only says "when" is left out. The
hash of a table is a sum over its rows, so their order does not matter.
"""

from django.apps import apps
from django.db import connection, models

# What a row is called, where that is not the key of its source.
NATURAL = {
    "directory_academicsession": "t.source_key",
    "roster_guardian": "t.source_key",
    "roster_course": "t.source_key",
    "roster_section": "t.source_key",
    "roster_lookalike": (
        "(select min(s.source_key) || '|' || max(s.source_key) from roster_student s"
        " where s.id in (t.first_id, t.second_id))"
    ),
    "roster_judgment": "t.answer",
    "roster_alias": "(select s.source_key from roster_student s where s.id = t.student_id)",
    "feeds_source": "t.key",
    "feeds_filerun": "t.digest",
    "metrics_value": (
        "concat_ws('|', t.measure, t.profile, t.unit_kind, t.school_year, (select o.source_key"
        " from directory_organization o where o.id = t.organization_id))"
    ),
    "mobility_handover": (
        "(select s.source_key from roster_student s where s.id = t.student_id)"
        " || '|' || t.first_day_on"
    ),
    "mobility_transitionnote": (
        "(select s.source_key from roster_student s where s.id = t.student_id)"
        " || '|' || md5(concat_ws('|', t.strengths, t.connecting, t.learning, t.people, t.plan,"
        " t.after))"
    ),
    "mobility_contingencyplan": (
        "(select o.source_key from directory_organization o where o.id = t.network_id)"
        " || '|' || md5(t.words)"
    ),
    "mobility_familylink": "concat_ws('|', t.language, t.given_name)",
    "mobility_handoverfile": "t.name",
    "mobility_optionsprogram": (
        "(select o.source_key from directory_organization o where o.id = t.school_id)"
        " || '|' || t.name"
    ),
    "mobility_procedure": "t.title",
    "mobility_procedureversion": (
        "(select p.title from mobility_procedure p where p.id = t.procedure_id) || '|' || t.number"
    ),
    "mobility_outreachslice": "concat_ws('|', t.approved_by, t.version)",
    "mobility_trendpack": "t.month::text",
    "mobility_placementround": "concat_ws('|', t.window, t.starts_on, t.state)",
    "mobility_seatline": (
        "(select concat_ws('|', o.source_key, p.name) from mobility_optionsprogram p"
        " join directory_organization o on o.id = p.school_id where p.id = t.program_id)"
        " || concat_ws('|', '', t.lowest_grade, t.highest_grade, t.starts_on, t.service)"
    ),
    "cases_casefile": (
        "t.workflow || '|' || (select s.source_key from roster_student s where s.id = t.student_id)"
    ),
}
LEFT_OUT = (models.AutoField, models.BigIntegerField, models.UUIDField, models.DateTimeField)
NAMELESS = {
    # made from uuids, or from the bytes of a file
    ("FileRun", "digest"), ("CaseFile", "scope_key"), ("Reach", "because"),
    ("FamilyLink", "digest"),  # of a drawn secret
    ("PlacementRound", "seats"), ("RoundResult", "choices"), ("RoundResult", "number"),
    ("OutreachBands", "first_kind"),  # drawn from the uuid of a case
    ("RoundResult", "rank"), ("RoundResult", "told"), ("RoundResult", "odds"),
}  # fmt: skip
# Ids in a document or an array: by meaning, each is the own name of what it names.
_CLAIM = (
    "(select c.source_key from roster_enrollmentclaim c where c.id = (t.figures->>'{}')::bigint)"
)
NAMING = {
    ("Flag", "figures"): (
        "(t.figures - 'first_claim' - 'second_claim')::text",
        _CLAIM.format("first_claim"), _CLAIM.format("second_claim"),
    ),
    ("OpenValue", "students"): (
        "(select string_agg(s.source_key, ',' order by s.source_key) from roster_student s"
        " where s.id = any(t.students))",
    ),
}  # fmt: skip
UNCOUNTED = {
    # what runs and reads leave behind is a record of attempts, not state
    "feeds_nightrun", "access_disclosure", "access_visit", "access_session", "access_decision",
    "access_finishedjob", "roster_lookalikesearch",
}  # fmt: skip


def fingerprints(*, exact: bool = False) -> dict[str, tuple[int, str]]:
    """Return (rows, hash) of each of our tables, by name."""
    tables = {model._meta.db_table: model for model in apps.get_models() if _is_ours(model)}
    found = {}
    for table in sorted(tables):
        if exact or table not in UNCOUNTED:
            found[table] = _hashed(table, "t::text" if exact else meaning(tables[table]))
    return found


def _is_ours(model: type[models.Model]) -> bool:
    return model.__module__.startswith("bascule.")


def meaning(model: type[models.Model]) -> str:
    """Return the SQL expression of a row's meaning, over the alias `t`."""
    parts = ["''"]  # a table may consist of ids and instants alone
    for field in model._meta.concrete_fields:
        if named := NAMING.get((model.__name__, field.name)):
            parts.extend(named)
        elif isinstance(field, models.ForeignKey):
            target = field.related_model._meta.db_table
            natural = NATURAL.get(target, "t.source_key").replace("t.", "named.")
            parts.append(
                f"(select {natural} from {target} named where named.id = t.{field.column})"
            )
        elif (model.__name__, field.name) not in NAMELESS and not isinstance(field, LEFT_OUT):
            parts.append(f't."{field.column}"::text')
        elif isinstance(field, models.DateTimeField) and field.null:
            parts.append(f'(t."{field.column}" is null)::text')  # that it happened is state
    return f"concat_ws('|', {', '.join(parts)})"


def _hashed(table: str, expression: str) -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select count(*), coalesce(sum(hashtextextended({expression}, 0)::numeric), 0)"
            f" from {table} t"
        )
        [(count, total)] = cursor.fetchall()
    return count, f"{int(total) % 2**64:016x}"
