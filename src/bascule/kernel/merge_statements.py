"""How the rows of one target reach one table: the declaration, and the SQL made from it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models

from bascule.kernel.named_sql import named_sql

BLANK = {
    models.UUIDField: "gen_random_uuid()",
    models.CharField: "''",
    models.BooleanField: "false",
}
"""What a new row holds where nothing is reported and the column needs a value."""


NEVER = "false"


@dataclass(frozen=True)
class Standing:
    """Who feeds, and which feeds' word counts before its own: each with the columns it owns.

    In those columns of a row of a feed above, this one only fills blanks; it does not end the row.
    """

    feed: str = ""
    above: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def yields(self) -> str:
        """Return the condition, over `known`, under which a row is another feed's before ours."""
        return _is_of(self.above)

    def yields_in(self, column: str) -> str:
        """Return the same, for rows of a feed that owns a column of ours."""
        return _is_of([feed for feed, owned in self.above.items() if column in owned])


def _is_of(feeds: Collection[str]) -> str:
    if not feeds:
        return NEVER
    listed = ", ".join(f"'{feed}'" for feed in feeds)
    return f"(known.fed_by in ({listed}) and known.ended_at is null)"


@dataclass(frozen=True)
class Merge:
    """How the rows of one target reach one table.

    `owned` are the columns that the feed owns, as declared in `feeds.targets.FEED_OWNED`: a word
    that ends in `?` names a column in which a blank leaves what is known. `derived` columns are
    written with them, `first` columns when a row is new, both as SQL over `staged`. `missing_where`
    says, over `known`, which rows end by being left out of a complete package; `running`, which
    rows have not run out by themselves: only those count for the brakes, also school by school
    where `school` says whose a row is.
    """

    target: str
    model: type[models.Model]
    resolve: str
    owned: Sequence[str] = ()
    derived: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict)
    missing_where: str = "true"
    running: str = "true"
    school: str = "null::bigint"
    has_own_keys: bool = False  # the resolved rows have other keys than the staged ones
    settle: str = ""  # SQL that marks rows whose own kind is at fault, until it finds no more
    standing: Standing = Standing()

    @property
    def table(self) -> str:
        """Return the table that the rows reach."""
        return self.model._meta.db_table

    @property
    def staged(self) -> str:
        """Return the table in which the resolved rows wait."""
        return f"stage.resolved_{self.target}"

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the owned columns without their marks."""
        return tuple(word.rstrip("?") for word in self.owned)


def resolution(merge: Merge) -> str:
    """Return the SQL that resolves the staged rows of a target."""
    return named_sql(merge.model._meta.app_label, merge.resolve)


def way_of(merge: Merge) -> str:
    """Return how the rows of a target reach the table, as a text that changes with it."""
    return f"{resolution(merge)} {merge.owned} {merge.derived}"


def running_count(merge: Merge) -> str:
    """Return the statement that counts the held rows that have not run out by themselves."""
    return (
        f"select count(*) from {merge.table} known where source = %(source)s"
        f" and ended_at is null and ({merge.running})"
    )


def sound_count(merge: Merge) -> str:
    """Return the statement that counts the staged rows that can be loaded."""
    return f"select count(*) from {merge.staged} where fault is null and not ends"


def fault_statements(merge: Merge) -> Iterator[str]:
    """Mark what the table would refuse: texts that are too long, and keys that stand twice."""
    for name in merge.columns:
        limit = _field(merge, name).max_length
        if limit:
            yield (
                f"update {merge.staged} set fault = 'too-long', fault_value = {name}"
                f" where fault is null and length({name}) > {limit}"
            )
    yield f"""
        with repeated as (
          select source_key from {merge.staged} group by 1 having count(*) > 1
        ), ranked as (
          select staged.ctid, row_number() over (
                   partition by source_key order by fault is null desc, file desc, line desc
                 ) as place
          from {merge.staged} staged join repeated using (source_key)
        )
        update {merge.staged} staged set fault = 'repeated-row', fault_value = source_key
        from ranked where ranked.ctid = staged.ctid and ranked.place > 1 and fault is null
    """


def _field(merge: Merge, column: str) -> "models.Field[object, object]":
    return next(each for each in merge.model._meta.concrete_fields if each.column == column)


def _blank(column: "models.Field[object, object]") -> str | None:
    """What a new row holds in a column of which nothing is reported; None where null may stand."""
    if column.null or column.primary_key:
        return None
    return next((text for kind, text in BLANK.items() if isinstance(column, kind)), None)


def insertion(merge: Merge) -> str:
    """Return the statement that adds the rows that are not held yet, and counts them."""
    given = {
        "source_key": "staged.source_key", "source": "%(source)s", "changed_at": "%(at)s",
        "fed_by": "nullif(%(feed)s, '')",
    }  # fmt: skip
    for name in merge.columns:
        blank = _blank(_field(merge, name))
        given[name] = f"coalesce(staged.{name}, {blank})" if blank else f"staged.{name}"
    given |= {**merge.derived, **merge.first}
    for column in merge.model._meta.concrete_fields:
        blank = _blank(column)
        if blank and str(column.column) not in given:
            given[str(column.column)] = blank
    return _counted(
        f"insert into {merge.table} ({', '.join(given)}) select {', '.join(given.values())}"
        f" from {merge.staged} staged where fault is null and not ends and not exists ("
        f"select from {merge.table} known where known.source = %(source)s"
        " and known.source_key = staged.source_key) order by staged.line"
    )


def _counted(statement: str) -> str:
    return f"with written as ({statement} returning 1) select count(*) from written"


def correction(merge: Merge) -> str:
    """Correct the rows in which an owned column differs, revive the ended ones, and take over
    those that a feed below reported before."""
    yields = merge.standing.yields
    given = _reported(merge)
    for name, value in merge.derived.items():
        given[name] = value if yields == NEVER else _unless(yields, name, value)
    assigned = ", ".join(f"{name} = {value}" for name, value in given.items())
    fed_by = _unless(yields, "fed_by", "coalesce(nullif(%(feed)s, ''), known.fed_by)")
    taken_over = f"known.fed_by <> nullif(%(feed)s, '') and not {yields}"
    return _counted(
        f"update {merge.table} known set {assigned}, fed_by = {fed_by},"
        f" changed_at = %(at)s, ended_at = null {_beside_known(merge)}"
        f" and ({_differs(merge)} or known.ended_at is not null or {taken_over})"
    )


def _unless(yields: str, name: str, value: str) -> str:
    return f"case when {yields} then known.{name} else {value} end"


def _reported(merge: Merge) -> dict[str, str]:
    """What each owned column is to hold: a blank is blank, or leaves what is known."""
    found = {}
    for word in merge.owned:
        name = word.rstrip("?")
        blank = "known." + name if word.endswith("?") else _blank(_field(merge, name))
        value = f"coalesce(staged.{name}, {blank})" if blank else f"staged.{name}"
        found[name] = _yielding(merge, name, value)
    return found


def _yielding(merge: Merge, name: str, value: str) -> str:
    """Leave what a feed above says, and fill what it left blank."""
    yields = merge.standing.yields_in(name)
    if yields == NEVER:
        return value
    is_text = isinstance(_field(merge, name), models.CharField)
    known = f"nullif(known.{name}, '')" if is_text else f"known.{name}"
    return f"case when {yields} then coalesce({known}, {value}) else {value} end"


def _beside_known(merge: Merge) -> str:
    return (
        f"from {merge.staged} staged where known.source = %(source)s"
        " and known.source_key = staged.source_key and staged.fault is null and not staged.ends"
    )


def _differs(merge: Merge) -> str:
    reported = _reported(merge)
    known = ", ".join(f"known.{name}" for name in reported)
    return f"row({known}) is distinct from row({', '.join(reported.values())})"


def ending(merge: Merge, *, complete: bool, sifted: bool) -> str:
    """End what is to be deleted and, in a complete package, what it does not name.

    Where the package was `sifted`, rows that say what they said are not staged; then those stand
    in `stage.gone` that were named the last time and are no more.
    """
    live = f"from {merge.table} known where known.source = %(source)s and known.ended_at is null"
    gone = (
        f"select known.id {live} and not {merge.standing.yields}"
        f" and exists (select from {merge.staged} staged"
        " where staged.source_key = known.source_key and staged.ends)"
    )
    if complete:
        kept_back = "select from stage.rejected kept where kept.target = %(target)s"
        gone += (
            f" union select known.id {live} and ({merge.missing_where})"
            " and coalesce(known.fed_by, %(feed)s) = %(feed)s"
            f" and {_unnamed(merge, sifted)}"
            f" and not exists ({kept_back} and kept.key = known.source_key)"
            f" and not exists ({kept_back} and kept.key like '%%|'"
            " and known.source_key ^@ kept.key)"
        )
    return (
        f"with gone as ({gone}), ended as (update {merge.table} known"
        " set ended_at = %(at)s, changed_at = %(at)s from gone where gone.id = known.id"
        f" returning ({merge.running}) as was_running, {merge.school} as school_id)"
        " select school_id, count(*), count(*) filter (where was_running) from ended group by 1"
    )


def _unnamed(merge: Merge, sifted: bool) -> str:
    if sifted:
        return (
            "known.source_key in (select gone.key from stage.gone where gone.target = %(target)s)"
        )
    named = f"stage.{merge.target} named where named.key = known.source_key"
    if merge.has_own_keys:
        named = f"{merge.staged} named where named.source_key = known.source_key"
    return f"not exists (select from {named})"
