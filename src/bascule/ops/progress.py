"""Progress on the console: a spinner on what runs now, a line for what is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def told_progress() -> Iterator[Callable[[str], None]]:
    """Give a function that takes sentences; one that ends in `…` is what runs now."""
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("") as status:

        def say(text: str) -> None:
            if text.endswith("…"):
                status.update(text)
            else:
                console.print(text, highlight=False)

        yield say
