"""Private instances are named after the checkout: two checkouts never disturb each other."""

import zlib
from pathlib import Path

CHECKOUT = f"{zlib.crc32(str(Path(__file__).resolve().parent).encode()):08x}"


def instance_name(purpose: str, worker: str = "") -> str:
    """Return the instance of this checkout (and test worker) for one purpose."""
    return "-".join(part for part in (purpose, CHECKOUT, worker) if part)
