"""How verbs speak: one line to the console, a fault in one sentence, progress."""

import sys
from typing import Any


def tell(text: str) -> None:
    """Print one line."""
    print(text)  # noqa: T201 - the command line speaks here


def tell_fault(reason: object) -> int:
    """Print a fault that a person can mend; return the exit code of a verb that failed."""
    print(f"bascule: {reason}", file=sys.stderr)  # noqa: T201
    return 1


def listed(text: str) -> list[str]:
    """Return the words of a list that is joined by commas."""
    return [word for word in text.split(",") if word]


def progress() -> Any:
    """Return the context in which long work tells where it is."""
    from bascule.ops.progress import told_progress

    return told_progress()
