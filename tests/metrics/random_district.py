"""A district of random students, held twice: as dataclasses and as a snapshot."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

from bascule.metrics.snapshot import Snapshot, open_snapshot, write_meta, write_table
from bascule.roster.rules import DayOneAbsence, Proof
from bascule.roster.stints import Claim, Stint, derive_stints, entry_kind, exit_kind

STUDENTS, AS_OF = 1500, date(2026, 3, 2)
FIRST_YEARS = (2022, 2023, 2024, 2025)  # fall of each school year
ENTRIES = ["01", "02", "03", "04", "05", "10", "13"]
EXITS = ["01", "02", "05", "06", "14", "20", "22", "23", "30", "33", "40", "86", "99", None]
DAYS = tuple(
    date(fall, 8, 20) + timedelta(days=n)
    for fall in FIRST_YEARS
    for n in range(296)
    if (date(fall, 8, 20) + timedelta(days=n)).weekday() < 5
)


def school_year(day: date) -> int:
    return day.year + (day.month >= 7)


def random_claims(student: int, random: Random) -> list[Claim]:
    """Draw claims in a row, mostly apart by 0 to 45 days, some overlapping, some too late."""
    claims, day = [], date(2022, 8, 20) + timedelta(days=random.randrange(900))
    for place in range(random.randrange(9)):
        length = random.choice((0, 5, 20, 60, 200))
        ends_on = day + timedelta(days=random.randint(0, length))
        exit_code = random.choice(EXITS)
        is_open = random.random() < 0.1
        claims.append(
            Claim(
                f"{student}-{place}", random.randint(1, 3), day, None if is_open else ends_on,
                random.choice(ENTRIES), None if is_open else exit_code, "9", school_year(ends_on),
            )
        )  # fmt: skip
        gap = random.choice((-10, 1, 1, 1, 2, 4, 14, 15, 16, 30, 31, 45))
        day = max(day, ends_on + timedelta(days=gap))
    return claims


def birth_date(random: Random) -> date | None:
    if random.random() < 0.05:
        return None
    return date(2000, 1, 1) + timedelta(days=random.randrange(7500))


def random_absence(fall: int, random: Random) -> DayOneAbsence:
    day_one = date(fall, 8, 22)
    arrived_on = random.choice((None, day_one + timedelta(days=random.randint(1, 90))))
    return DayOneAbsence(random.randint(1, 3), day_one, arrived_on)


class District:
    """Random students held twice: as dataclasses and as a snapshot."""

    def __init__(self, folder: Path) -> None:
        random = Random(20261122)
        self.claims = {student: random_claims(student, random) for student in range(STUDENTS)}
        self.chains = {student: derive_stints(rows) for student, rows in self.claims.items()}
        self.born = {student: birth_date(random) for student in self.claims}
        ended = [(who, s) for who, chain in self.chains.items() for s in chain if s.ends_on]
        self.proofs = [
            (who, Proof(s.school, s.ends_on)) for who, s in random.sample(ended, 400)
            if s.ends_on
        ]  # fmt: skip
        self.absences = [
            (who, random_absence(fall, random))
            for who in range(0, STUDENTS, 3)
            for fall in FIRST_YEARS
        ]
        self.snapshot = self._write(folder)

    def _write(self, folder: Path) -> Snapshot:
        rows = [(who, stint) for who, chain in self.chains.items() for stint in chain]
        write_table(folder, "stints", _stint_columns(rows))
        write_table(folder, "students", {
            "student_id": list(self.born), "birth_date": list(self.born.values()),
            "iep": [(True, False, False, None)[who % 4] for who in self.born],
            **{name: [None] * STUDENTS for name in
               ("gender", "race", "low_income", "english_learner", "homeless")},
        })  # fmt: skip
        write_table(folder, "schools", {
            "school_id": [1, 2, 3], "key": ["1", "2", "3"], "name": ["N", "S", "W"],
            "kind": ["high"] * 3, "is_options": [False] * 3, "network_id": [1] * 3,
            "network": ["1"] * 3,
        })  # fmt: skip
        write_table(folder, "days", {"day": DAYS, "school_year": [school_year(d) for d in DAYS]})
        write_table(folder, "proofs", {
            "student_id": [who for who, _ in self.proofs],
            "school_id": [proof.school for _, proof in self.proofs],
            "exited_on": [proof.exited_on for _, proof in self.proofs],
        })  # fmt: skip
        write_table(folder, "absences", {
            "student_id": [who for who, _ in self.absences],
            "school_id": [absence.school for _, absence in self.absences],
            "day_one": [absence.day_one for _, absence in self.absences],
            "arrived_on": [absence.arrived_on for _, absence in self.absences],
        })  # fmt: skip
        claims = [(who, claim) for who, rows in self.claims.items() for claim in rows]
        write_table(folder, "claims", {
            "student_id": [who for who, _ in claims],
            "claim_key": [claim.key for _, claim in claims],
            "school_id": [claim.school for _, claim in claims],
            "starts_on": [claim.starts_on for _, claim in claims],
            "ends_on": [claim.ends_on for _, claim in claims],
        })  # fmt: skip
        write_meta(folder, AS_OF)
        return open_snapshot(folder, threads=1)


def _stint_columns(rows: list[tuple[int, Stint]]) -> dict[str, list[object]]:
    return {
        "student_id": [who for who, _ in rows],
        "school_id": [stint.school for _, stint in rows],
        "entry_kind": [entry_kind(stint) for _, stint in rows],
        "exit_kind": [exit_kind(stint) for _, stint in rows],
        **{
            name: [getattr(stint, name) for _, stint in rows]
            for name in ("school_year", "starts_on", "ends_on", "entry_code", "exit_code", "grade")
        },
    }
