"""Writes the list of everything planted: the truth against which detectors are scored."""

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa

from bascule.ops.generator.csv_files import CsvFile, dates, words
from bascule.ops.generator.oneroster_package import constant, joined_text
from bascule.ops.generator.plants import Plants
from bascule.ops.generator.population import NEVER, NOWHERE
from bascule.ops.generator.schools import Schools

HEADER = ("kind", "student_id", "school_id", "other_school_id", "began_on", "fires", "detail")


def write_manifest(path: Path, plants: Plants, ids: np.ndarray, schools: Schools) -> int:
    """Write one row per plant and return their number; `fires` says true or false."""
    with CsvFile(path, HEADER) as file:
        for (kind, fires, detail), part in zip(plants.kinds, plants.parts, strict=True):
            count = len(part["student"])
            file.write(
                [
                    constant(str(kind), count),
                    ids[part["student"]],
                    words(schools.ids, part["school"]),
                    words(schools.ids, part["other_school"], part["other_school"] != NOWHERE),
                    dates(part["began_on"], part["began_on"] != NEVER),
                    constant("true" if fires else "false", count),
                    _details(detail, part["other_student"], ids),
                ]
            )
        return file.rows


def counted(plants: Plants) -> dict[str, dict[str, int]]:
    """Return per kind how many plants fire and how many are near misses."""
    fires: Counter[str] = Counter()
    misses: Counter[str] = Counter()
    for (kind, does_fire, _), part in zip(plants.kinds, plants.parts, strict=True):
        (fires if does_fire else misses)[str(kind)] += len(part["student"])
    return {
        kind: {"fires": fires[kind], "near_misses": misses[kind]}
        for kind in sorted({*fires, *misses})
    }


def _details(detail: str, other: np.ndarray, ids: np.ndarray) -> pa.Array:
    """Return the detail, followed by the other student's id where there is one."""
    plain = detail.replace(",", ";")
    if (other < 0).all():
        return constant(plain, len(other))
    return joined_text(f"{plain}: ", ids[other])
