"""SQL has a file, a name and a question: `named_sql("roster", "leavers")` is one text."""

from functools import cache
from importlib.resources import files


@cache
def named_sql(app: str, name: str) -> str:
    """Return the text of `bascule/<app>/sql/<name>.sql`; its first line is the question."""
    text = files(f"bascule.{app}").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    if not text.startswith("-- "):
        raise ValueError(f"{app}/sql/{name}.sql must open with the question it answers")
    return text
