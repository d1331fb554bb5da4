"""One small generated district for all tests of this folder."""

from datetime import date
from pathlib import Path

import pytest

from bascule.ops.generator import Summary, generate_district
from tests.ops.generator.reading import Folder

AS_OF = date(2026, 11, 20)
STUDENTS = 4000  # enough that every kind of trouble is planted several times


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Folder, Summary]:
    """4,000 students of the invented district over three years."""
    out = tmp_path_factory.mktemp("district")
    summary = generate_district(out, students=STUDENTS, years=3, seed=7, as_of=AS_OF)
    return Folder(out, AS_OF), summary


@pytest.fixture(scope="session")
def folder(made: tuple[Folder, Summary]) -> Folder:
    """The folder that was written."""
    return made[0]


@pytest.fixture(scope="session")
def spine() -> Path:
    """The public school spine, where the shared data are."""
    path = Path(__file__).resolve().parents[4] / "shared/data/cps/derived/schools_master.csv"
    if not path.exists():
        pytest.skip("the shared data folder is not beside this checkout")
    return path
