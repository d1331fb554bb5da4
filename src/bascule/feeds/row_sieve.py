"""Which rows of a target say something new? Their digests are compared with the last run's.

A digest speaks of the row's key too, so that a comparison needs no keys: 64 bits, salted by what
is kept beside them (`feeds.sifting`).
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Digests = NDArray[np.uint64]

VIEWS = "{column}, '~' || {column}"  # what is hashed of each text (`digests_of`)


@dataclass
class Sieve:
    """The rows of one target as they come, against what was kept of the last run."""

    target: str
    kept: "pa.Table | None" = None
    left_out: int = 0
    _keys: "list[pa.Array]" = field(default_factory=list)
    _digests: "list[Digests]" = field(default_factory=list)
    _key_digests: "list[Digests]" = field(default_factory=list)
    _fresh_keys: "list[pa.Array]" = field(default_factory=list)

    def flags(self, rows: "pa.RecordBatch") -> "NDArray[np.bool_]":
        """Note the rows of a batch; return true for each that says something new."""
        import numpy as np

        key_digests, digests = digests_of(rows)
        keys = rows.column("key")
        self._keys.append(keys)
        self._key_digests.append(key_digests)
        self._digests.append(digests)
        if self.kept is None:
            return np.ones(len(digests), dtype=bool)
        fresh = ~_is_among(digests, self._known)
        self._fresh_keys.append(keys.filter(_mask(fresh)))
        self.left_out += int((~fresh).sum())
        return fresh

    @cached_property
    def _known(self) -> "Digests":
        import numpy as np

        assert self.kept is not None  # noqa: S101  (asked only then)
        known: Digests = np.sort(self.kept["digest"].to_numpy())
        return known[known != 0]

    @property
    def is_ambiguous(self) -> bool:
        """Say whether rows were left out and a key stands twice: which counts, all must tell."""
        import numpy as np

        if not self.left_out:
            return False
        named = np.sort(np.concatenate(self._key_digests))
        return bool((named[1:] == named[:-1]).any())

    @property
    def _named_keys(self) -> "pa.ChunkedArray":
        import pyarrow as pa

        return pa.chunked_array(self._keys, pa.string())

    def gone(self) -> "pa.Table":
        """Return the keys that the last run named and this one does not."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        assert self.kept is not None  # noqa: S101  (asked only then)
        named = np.concatenate([*self._digests, np.zeros(0, dtype=np.uint64)])
        missed = ~_is_among(self.kept["digest"].to_numpy(), np.sort(named))
        keys = self.kept["key"].filter(_mask(missed))
        fresh = pa.chunked_array(self._fresh_keys, pa.string())
        gone = keys.filter(pc.invert(pc.is_in(keys, fresh)))
        return pa.table({"target": pa.repeat(self.target, len(gone)), "key": gone})

    def packed(self, doubtful: Iterable[str]) -> bytes:
        """Return what the next run compares with; to it, `doubtful` keys are always new."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        doubted = pa.array(sorted(set(doubtful)), pa.string())
        keys = self._named_keys
        digests = np.concatenate([*self._digests, np.zeros(0, dtype=np.uint64)])
        if len(doubted):
            digests[pc.is_in(keys, doubted).to_numpy()] = 0
        unnamed = doubted.filter(pc.invert(pc.is_in(doubted, keys))) if len(doubted) else doubted
        both = [*keys.chunks, unnamed]
        table = pa.table({
            "key": pa.chunked_array(both, pa.string()),
            "digest": np.concatenate([digests, np.zeros(len(unnamed), dtype=np.uint64)]),
        })  # fmt: skip
        out = io.BytesIO()
        pq.write_table(table, out, compression="zstd", use_dictionary=False)
        return out.getvalue()


def _mask(flags: "NDArray[np.bool_]") -> "pa.Array":
    import pyarrow as pa

    return pa.array(flags)


def _is_among(values: "Digests", known: "Digests") -> "NDArray[np.bool_]":
    """Say of each value whether it is among the known ones, which are sorted."""
    import numpy as np

    if not len(known):
        return np.zeros(len(values), dtype=bool)
    order = np.argsort(values)  # sorted, a search walks through memory instead of jumping
    places = np.minimum(np.searchsorted(known, values[order]), len(known) - 1)
    found = np.empty(len(values), dtype=bool)
    found[order] = known[places] == values[order]
    return found


def digests_of(rows: "pa.RecordBatch") -> "tuple[Digests, Digests]":
    """Return digests of each row: of its key alone, and of key, end and values; none is 0.

    Each text is hashed twice, once shifted by a byte: DuckDB's hash alone is the same for texts
    that differ in the last bytes of two of their blocks of eight.
    """
    import numpy as np
    import pyarrow as pa

    names = [name for name in rows.schema.names if name not in ("file", "line")]
    views = ", ".join(f'"{name}", \'~\' || "{name}"' for name in names)
    with _engine().cursor() as engine:
        engine.register("said", pa.Table.from_batches([rows]))
        key = VIEWS.format(column="key")
        query = f"select hash({key}) as by_key, hash({views}) as by_row from said"
        found = engine.execute(query).fetchnumpy()
    by_key, by_row = (np.asarray(found[name], dtype=np.uint64) for name in ("by_key", "by_row"))
    return by_key, np.maximum(by_row, 1)


@cache
def _engine() -> "duckdb.DuckDBPyConnection":
    """The engine that hashes, one for a process: to start one takes as long as 13 small batches."""
    import duckdb

    return duckdb.connect(config={"threads": 1})
