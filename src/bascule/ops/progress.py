"""Progress on the console: a spinner on what runs now, a line for what is done.

In a log, where nothing can spin, what begins is a line too: it tells where a killed run stood.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def told_progress() -> Iterator[Callable[[str], None]]:
    """Give a function that takes sentences; one that ends in `…` is what runs now."""
    from rich.console import Console

    console = Console(stderr=True, soft_wrap=not sys.stderr.isatty())
    with console.status("") as status:

        def say(text: str) -> None:
            if text.endswith("…") and console.is_terminal:
                status.update(text)
            else:
                console.print(text, highlight=False)

        yield say
