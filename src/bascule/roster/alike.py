"""Which students look like one person with two records? A declared rule, version 1.

Blocking first: pairs born within 45 days (domain/mobility.md 9.31) whose names begin alike, so
that the work grows with the number of students and not with its square. Each pair is then weighed
by Splink in the form of Fellegi and Sunter: a level's weight is log2(m / u), where m is how often
two records of one student agree so, and u how often two strangers do. Both are declared here and
not trained, so that one pair weighs the same every night; rare names weigh more, as counted.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

VERSION = 1
WINDOW_DAYS = 45
LIKELY = 0.5
"""The probability from which on a pair is proposed to a person. Nothing is merged by itself."""
CHANCE, CHANCE_OF_EACH = 5e-7, 0.02
"""How often two students drawn at random are one: fixed for large districts; in small ones, where
the same few pairs stand out of fewer, so many for each student."""
MEMORY = "1200MB"
AT_A_TIME = 150_000  # new students compared with everybody at once: more do not fit into MEMORY

PLAIN = "trim(regexp_replace(lower(strip_accents({})), '[^a-z0-9 ]+', ' ', 'g'))"
"""How names are compared: without case, accents and signs."""

FREQUENCY = """
select {0}, count(*)::double / (select count(*) from student) as tf_{0} from student group by 1
"""
"""How common each name is among all students, whoever of them is compared."""

Level = tuple[str, str, float, float]

SAME_NAME: Level = ("same", "{0}_l = {0}_r", 0.8, 0.005)
SWAPPED: Level = ("swapped", "{0}_l = {1}_r and {1}_l = {0}_r", 0.01, 0.00002)
ONE_LETTER: Level = (
    "one_letter",
    "damerau_levenshtein({0}_l, {0}_r) <= 1 and greatest(length({0}_l), length({0}_r)) >= 4",
    0.1, 0.004,
)  # fmt: skip
SIMILAR: Level = ("similar", "jaro_winkler_similarity({0}_l, {0}_r) >= 0.88", 0.05, 0.015)
NAMES: tuple[Level, ...] = (SAME_NAME, SWAPPED, ONE_LETTER, SIMILAR, ("other", "ELSE", 0.01, 0.98))

FOLLOWS = " or ".join(
    f"datediff('day', last_on_{one}, first_on_{other}) between -10 and 90"
    for one, other in (("l", "r"), ("r", "l"))
)
SHARED = "datediff('day', greatest(first_on_l, first_on_r), least(last_on_l, last_on_r))"

COMPARISONS: dict[str, tuple[tuple[str, ...], tuple[Level, ...]]] = {
    "given": (("given", "family"), NAMES),
    "family": (("family", "given"), NAMES),
    "birth": (
        ("birth_on",),
        (("same", "birth_on_l = birth_on_r", 0.85, 0.00012), ("near", "ELSE", 0.15, 0.011)),
    ),
    "sex": (("sex",), (("same", "sex_l = sex_r", 0.98, 0.5), ("other", "ELSE", 0.02, 0.5))),
    "state_id": (
        ("state_id",),
        (("same", "state_id_l = state_id_r", 0.9, 1e-6), ("other", "ELSE", 0.1, 0.99)),
    ),
    "enrollment": (
        ("first_on", "last_on"),
        (
            ("follows", FOLLOWS, 0.8, 0.03),
            ("later", f"{SHARED} < 0", 0.1, 0.3),
            ("short", f"{SHARED} <= 60", 0.06, 0.02),
            ("both", "ELSE", 0.04, 0.65),
        ),
    ),
}
"""Each thing compared: its columns, and its levels (key, condition, m, u), the closest first."""


@dataclass(frozen=True)
class AlikePair:
    """Two students (the smaller id first), the weight of the pair in bits, and what it is made of.

    `reasons` holds (what was compared, the level, its weight); what is unknown is left out.
    """

    one: int
    other: int
    weight: float
    reasons: tuple[tuple[str, str, float], ...]


def alike_pairs(students: "pa.Table") -> list[AlikePair]:
    """Return the pairs that are likely one student, at least one of them new, the likeliest first.

    `students` has the columns id, given, family (as reported), birth_on, sex, state_id, first_on,
    last_on (of all enrollments; null where none is known) and is_new. A student without a birth
    date or a name is in no pair. The new are looked at in parts, each beside everybody: comparing
    700,000 with each other at once takes more memory than a night has.
    """
    import pyarrow.compute as pc

    parts = max(1, -(-(pc.sum(students["is_new"]).as_py() or 0) // AT_A_TIME))
    found: dict[tuple[int, int], AlikePair] = {}
    for part in range(parts):
        for pair in _pairs_of_part(students, part, parts):
            found[pair.one, pair.other] = pair
    return sorted(found.values(), key=lambda pair: (-pair.weight, pair.one, pair.other))


def _pairs_of_part(students: "pa.Table", part: int, parts: int) -> list[AlikePair]:
    """Return the pairs of the new students whose id falls into one of `parts`."""
    import duckdb
    from splink import DuckDBAPI, Linker

    # Names stay in memory: nothing of this is ever written to a disk.
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": ""}) as con:
        con.register("reported", students)
        con.execute(
            f"create table named as select * replace ({PLAIN.format('given')} as given,"
            f" {PLAIN.format('family')} as family, is_new and id % {parts} = {part} as is_new)"
            " from reported where birth_on is not null"
        )
        con.execute(
            "create table student as select *, given[1] as given_start, family[1] as family_start,"
            f" datediff('day', date '1900-01-01', birth_on) // {WINDOW_DAYS + 1} as period"
            " from named where family <> '' and given <> ''"
        )
        con.execute("drop table named")
        [(count,)] = con.execute("select count(*) from student").fetchall()
        if count < 2:
            return []
        [(are_new,)] = con.execute("select bool_and(is_new) from student").fetchall()
        chosen = "select * from student" if are_new else _in_a_block()
        con.execute(f"create table compared as {chosen}")
        api = DuckDBAPI(con)
        # The settings are always these: to have them read and judged each time is a third of it.
        linker = Linker(
            api.register("compared"), _settings(count), log_level=None, validate_settings=False
        )
        for name in ("given", "family"):
            con.execute(f"create table frequency_{name} as {FREQUENCY.format(name)}")
            linker.table_management.register_term_frequency_lookup(
                api.register(f"frequency_{name}"), name
            )
        found = linker.inference.predict(threshold_match_probability=LIKELY, warning_mode="never")
        return _pairs(con, found.physical_name)


def _in_a_block() -> str:
    """Return the query of the students whom any rule may pair with a new one, the new included.

    The others are in no pair: they count for how common a name is, and for nothing else.
    """
    beside = [
        f"select {far}.id from student l join student r on {near}.is_new and {rule}"
        for near, far in (("l", "r"), ("r", "l"))
        for rule in blocking_rules()
    ]
    ids = " union ".join(["select id from student where is_new", *beside])
    return f"select * from student where id in ({ids})"


def chance_of_one(students: int) -> float:
    """Return how often two of so many students (2 or more), drawn at random, are one person."""
    return max(CHANCE, CHANCE_OF_EACH / students)


def _settings(students: int) -> Any:
    from splink import SettingsCreator

    rules: list[Any] = list(blocking_rules())
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        probability_two_random_records_match=chance_of_one(students),
        comparisons=[_comparison(key) for key in COMPARISONS],
        blocking_rules_to_generate_predictions=rules,
        retain_intermediate_calculation_columns=True,
    )


def blocking_rules() -> list[str]:
    """Return which pairs are looked at: born within the window, and beginning alike.

    Neighboring periods of 46 days hold every pair that is 45 days apart or less.
    """
    near = f"abs(datediff('day', l.birth_on, r.birth_on)) <= {WINDOW_DAYS}"
    alike = (
        "l.family = r.family and l.given_start = r.given_start",
        "l.given = r.given and l.family_start = r.family_start",
        "l.family = r.given and l.given = r.family",
    )
    anew = "(l.is_new or r.is_new)"
    same_day = f"l.family = r.family and l.birth_on = r.birth_on and {anew}"
    return [same_day] + [
        f"{names} and l.period = r.period{step} and {near} and {anew}"
        for names in alike
        for step in ("", " + 1", " - 1")
    ]


def _comparison(key: str) -> dict[str, Any]:
    columns, levels = COMPARISONS[key]
    unknown = " or ".join(f"{column}_{side} is null" for column in columns for side in "lr")
    declared: list[dict[str, Any]] = [
        {"sql_condition": unknown, "label_for_charts": "unknown", "is_null_level": True}
    ]
    for word, condition, m, u in levels:
        level = {
            "sql_condition": condition.format(*columns), "label_for_charts": word,
            "m_probability": m, "u_probability": u,
        }  # fmt: skip
        if (word, levels) == ("same", NAMES):
            level |= {"tf_adjustment_column": columns[0], "tf_adjustment_weight": 1.0}
        declared.append(level)
    return {"output_column_name": key, "comparison_levels": declared}


def _pairs(con: Any, table: str) -> list[AlikePair]:
    """Read the scored pairs: a level is told by its number, the closest one bearing the highest."""
    of_names = [key for key, (_, levels) in COMPARISONS.items() if levels == NAMES]
    weights = [f"mw_{key}" + f" + mw_tf_adj_{key}" * (key in of_names) for key in COMPARISONS]
    parts = ", ".join(
        f"gamma_{key}, {each}" for key, each in zip(COMPARISONS, weights, strict=True)
    )
    rows = con.execute(
        f"select least(id_l, id_r), greatest(id_l, id_r), match_weight, {parts} from {table}"
        " order by 3 desc, 1, 2"
    ).fetchall()
    return [AlikePair(row[0], row[1], round(row[2], 2), _reasons(row[3:])) for row in rows]


def _reasons(cells: tuple[Any, ...]) -> tuple[tuple[str, str, float], ...]:
    found = []
    for place, (key, (_, levels)) in enumerate(COMPARISONS.items()):
        number, weight = cells[2 * place], cells[2 * place + 1]
        if number >= 0:
            found.append((key, levels[len(levels) - 1 - number][0], round(weight, 2)))
    return tuple(found)
