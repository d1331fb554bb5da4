"""Parsed blocks of a package's files, kept on disk between its first reading and the next.

A package is read to be judged and read again to be mapped. What the first reading parsed is written
to a file without a name, which nobody else can open and which is gone with the process.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from queue import Empty, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, BinaryIO
from weakref import finalize

from bascule.feeds.standards.csv_blocks import Block
from bascule.feeds.standards.csv_lines import Line

if TYPE_CHECKING:
    import pyarrow as pa

LINE = "line"
AHEAD = 2  # blocks that wait at most
_END = object()


class BlockSpool:
    """The blocks of one data file: `through` writes them as they pass, `blocks` reads them."""

    def __init__(self) -> None:
        self._file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as we do
        finalize(self, self._file.close)
        self._faulty: list[list[Line]] = []
        self.is_complete = False

    def through(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """Yield the blocks and keep each; complete once all of them have passed."""
        import pyarrow as pa

        writer = None
        for block in blocks:
            batch = _as_batch(block)
            writer = writer or pa.ipc.new_stream(self._file, batch.schema)
            writer.write_batch(batch)
            self._faulty.append(block.faulty)
            yield block
        if writer is not None:
            writer.close()
        self.is_complete = True

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks that were kept, in order."""
        import pyarrow as pa

        if not self._faulty:
            return
        self._file.seek(0)
        with pa.ipc.open_stream(self._file) as stored:
            for batch, faulty in zip(stored, self._faulty, strict=True):
                columns = pa.Table.from_batches([batch]).drop_columns([LINE])
                yield Block(columns, batch.column(LINE), faulty)


def _as_batch(block: Block) -> "pa.RecordBatch":
    import pyarrow as pa

    table = block.columns.append_column(LINE, block.lines).combine_chunks()
    batches = table.to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)


def read_ahead(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks that another thread parses meanwhile; what it raises is raised here."""
    waiting: Queue[Any] = Queue(AHEAD)
    is_over = Event()
    thread = Thread(target=_parse, args=(blocks, waiting, is_over), daemon=True)
    thread.start()
    try:
        while (item := waiting.get()) is not _END:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        is_over.set()
        while thread.is_alive():  # it may wait to put what nobody wants any more
            with suppress(Empty):
                waiting.get(timeout=0.01)


def _parse(blocks: Iterable[Block], waiting: "Queue[Any]", is_over: Event) -> None:
    try:
        for block in blocks:
            waiting.put(block)
            if is_over.is_set():
                return
        waiting.put(_END)
    except BaseException as fault:  # handed over to whoever reads
        waiting.put(fault)
