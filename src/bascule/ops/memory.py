"""Memory that a stage of the night is done with goes back to the machine before the next begins.

A district's package leaves hundreds of MiB of freed memory with the allocators of Arrow and of the
C library, which would stand beside what the next stage needs.
"""

import ctypes
import gc
import sys


def give_memory_back() -> None:
    """Return what is freed to the operating system, as far as the allocators can."""
    gc.collect()
    if (arrow := sys.modules.get("pyarrow")) is not None:  # not loaded, nothing held
        arrow.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, others do not
    if trim is not None:
        trim(0)
