"""Names are the field's standard terms; some words say nothing and are refused."""

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "bascule"
EMPTY_NAMES = {"utils", "helpers", "common", "misc", "base", "manager", "service", "signals"}
EMPTY_VERBS = ("get_", "do_", "handle_", "process_", "manage_")
DJANGOS_OWN = {"process_exception", "process_view", "get_model_class", "get_queryset"}


def functions() -> Iterator[tuple[str, str]]:
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield str(path.relative_to(SOURCE)), node.name


def test_no_file_has_an_empty_name() -> None:
    assert [path for path in SOURCE.rglob("*.py") if path.stem in EMPTY_NAMES] == []


def test_no_function_has_an_empty_verb() -> None:
    found = [
        (path, name) for path, name in functions()
        if name.startswith(EMPTY_VERBS) and name not in DJANGOS_OWN
    ]  # fmt: skip
    assert found == []


def test_every_sql_file_opens_with_the_question_it_answers() -> None:
    silent = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.sql")
        if not path.read_text(encoding="utf-8").startswith("-- ")
        or "?" not in path.read_text(encoding="utf-8").split("\n\n")[0].split("\nselect")[0]
    ]
    assert silent == []


def test_no_migration_names_itself() -> None:
    named_by_machine = [
        path.name for path in SOURCE.glob("*/migrations/0*.py") if "auto" in path.name
    ]
    assert named_by_machine == []
