"""How long it takes to protect and audit one publication (figures.md 4.3: within 1 s).

Run: .venv/bin/python benchmarks/audit.py [--schools 630] [--groups 8] [--networks 18]
The table is drawn with a fixed seed: school sizes and group shares as skewed as in a district.
"""

import argparse
import time

import numpy as np

from bascule.metrics.auditor import audit, peel
from bascule.metrics.suppression import Rule, protect, small_cells
from bascule.metrics.tables import Publication, cross_table


def drawn_table(schools: int, groups: int, networks: int) -> Publication:
    """Draw a school x group table: log-normal school sizes, Dirichlet group shares."""
    draw = np.random.default_rng(20261122)
    sizes = draw.lognormal(6.0, 0.6, schools)
    shares = draw.dirichlet(np.geomspace(4.0, 0.15, groups), schools)
    counts = {
        (f"school {school}", f"group {group}"): int(draw.poisson(sizes[school] * share))
        for school in range(schools)
        for group, share in enumerate(shares[school])
    }
    parents = {f"school {school}": f"network {school % networks}" for school in range(schools)}
    return cross_table(counts, parents, "district")


def main() -> None:
    """Draw, attack the primaries alone, protect, audit; print counts and seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=630)
    parser.add_argument("--groups", type=int, default=8)
    parser.add_argument("--networks", type=int, default=18)
    parser.add_argument("--width", type=int, default=3)
    parser.add_argument("--zeros", action="store_true", help="treat zero counts as primary")
    chosen = parser.parse_args()
    table = drawn_table(chosen.schools, chosen.groups, chosen.networks)
    rule = Rule(below=10, zeros=chosen.zeros, width=chosen.width)
    primary = small_cells(table, rule)
    bare = audit(table, primary, rule.width)
    print(f"{len(table.values)} cells, {len(primary)} primary")
    print(f"primaries alone: {len(bare.exact)} exact ({len(bare.exact) / len(primary):.0%}), "
          f"{len(bare.narrow)} narrow, {len(bare.betrayed)} betrayed")  # fmt: skip
    started = time.perf_counter()
    result = protect(table, rule)
    protected = time.perf_counter()
    found = audit(table, result.hidden, rule.width, result.primary)
    audited = time.perf_counter()
    leaks = peel(table, result.hidden)
    peeled = time.perf_counter()
    share = len(result.hidden) / len(table.values)
    print(f"hidden: {len(result.hidden)} cells ({share:.1%}), safe: {found.is_safe}, "
          f"peeled: {len(leaks)}")  # fmt: skip
    print(f"protect {protected - started:.3f} s, audit {audited - protected:.3f} s, "
          f"together {audited - started:.3f} s")  # fmt: skip
    print(f"peel {1000 * (peeled - audited):.1f} ms")


if __name__ == "__main__":
    main()
