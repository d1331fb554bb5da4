"""Generated rates follow the published ones, school by school, in rank."""

from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from bascule.ops.generator import generate_district
from tests.ops.generator.conftest import AS_OF
from tests.ops.generator.reading import Folder


def test_generated_mobility_and_truancy_follow_the_published_ones(
    spine: Path, tmp_path: Path
) -> None:
    generate_district(tmp_path, students=20_000, years=2, seed=1, as_of=AS_OF, schools=spine)
    folder = Folder(tmp_path, AS_OF)
    published = {row["school_id"]: row for row in folder.rows("schools.csv")}
    mobility = _mobility(folder, date(2025, 10, 1), date(2026, 6, 12))
    both = [
        (float(published[school]["mobility_pct_pr2022"]), share)
        for school, share in mobility.items()
        if published[school]["mobility_pct_pr2022"]
    ]
    assert len(both) == 595
    assert spearman(both) >= 0.9
    truancy = [
        (float(published[school]["chronic_truancy_pct_pr2022"]), share)
        for school, share in _truancy(folder).items()
        if published[school]["chronic_truancy_pct_pr2022"]
    ]
    assert spearman(truancy) >= 0.75


def _mobility(folder: Folder, first: date, last: date) -> dict[str, float]:
    """Return the share of each school's students who came or went between two days."""
    ever: dict[str, set[str]] = defaultdict(set)
    mobile: dict[str, set[str]] = defaultdict(set)
    for student, claims in folder.claims.items():
        for claim in claims:
            start, end = claim.start or first, claim.end or AS_OF
            if start <= last and end >= first:
                ever[claim.school].add(student)
                if first <= start or first <= end < last:
                    mobile[claim.school].add(student)
    return {school: len(mobile[school]) / len(ever[school]) for school in ever}


def _truancy(folder: Folder) -> dict[str, float]:
    """Return the share of last year's full-year students with 5 % of days unexcused or more."""
    first, last = date(2025, 8, 25), date(2026, 6, 12)
    days = folder.days_between(first, last)
    members = {
        student: claim.school
        for student, claims in folder.claims.items()
        for claim in claims
        if claim.start == first and claim.end == last
    }
    table = pa_csv.read_csv(
        folder.path / "attendance_events.csv",
        convert_options=pa_csv.ConvertOptions(column_types={"student_id": pa.string()}),
    )
    unexcused = pc.equal(table["kind"], "absent_unexcused")
    by_then = pc.less_equal(table["date"], pa.scalar(last))
    missed = Counter(table.filter(pc.and_(unexcused, by_then))["student_id"].to_pylist())
    count = Counter(members.values())
    truant = Counter(
        school for student, school in members.items() if missed[student] >= 0.05 * days
    )
    return {school: truant[school] / count[school] for school in count if count[school] >= 10}


def spearman(pairs: list[tuple[float, float]]) -> float:
    """Return Spearman's rank correlation, ties sharing their mean rank."""
    ranks = []
    for column in np.array(pairs).T:
        values, places, counts = np.unique(column, return_inverse=True, return_counts=True)
        mean = np.cumsum(counts) - (counts - 1) / 2
        ranks.append(mean[places])
        assert len(values) > 1
    return float(np.corrcoef(ranks)[0, 1])
