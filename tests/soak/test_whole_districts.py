"""What `make test` tries on a few nights and a small district, on more of both."""

from pathlib import Path

import pytest

from tests.feeds.test_exporting import Loader, send_and_load_again
from tests.feeds.test_sifting import compare_nights

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])


@pytest.mark.parametrize("seed", range(2, 8))
def test_nights_of_what_is_new_equal_nights_of_everything(
    seed: int, tmp_path: Path, as_loader: Loader
) -> None:
    compare_nights(seed, tmp_path, as_loader)


def test_a_district_of_4_000_comes_back_without_a_change(tmp_path: Path, as_loader: Loader) -> None:
    send_and_load_again(tmp_path, as_loader, students=4_000)
