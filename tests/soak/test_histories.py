"""As many random histories of the cast as half of the budget of time holds."""

import os
import sys
import time

import pytest

from tests.cases.test_histories import live_one, start

__all__ = ["start"]  # the fixture: pytest finds it by name in this module
pytestmark = pytest.mark.django_db(databases=["default", "ledger"])

LEAST = 100


def test_random_histories_for_half_of_the_time(start: None) -> None:
    budget = float(os.environ.get("BASCULE_MINUTES") or 5) * 60 / 2
    first = int(os.environ.get("BASCULE_SEED") or 20261122) * 1_000_000
    began, ran, taken = time.monotonic(), 0, 0
    while time.monotonic() - began < budget:
        taken += live_one(first + ran).taken
        ran += 1
    sys.stdout.write(f"\n{ran} random histories from seed {first}, {taken} verbs carried out\n")
    assert ran >= LEAST, f"only {ran} histories in {budget:.0f} s: give BASCULE_MINUTES more"
