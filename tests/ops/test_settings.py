"""Production refuses what the demo allows; the deployment check is clean."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    kept = {key: value for key, value in os.environ.items() if not key.startswith("BASCULE_")}
    environment = {**kept, "DJANGO_SETTINGS_MODULE": "bascule.config.settings", **settings}
    return subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True)


@pytest.fixture
def keys(tmp_path: Path) -> str:
    path = tmp_path / "keys"
    path.write_text("a-new-key-of-more-than-fifty-characters-0123456789-abcdefghij\n"
                    "an-old-key-of-more-than-fifty-characters-0123456789-abcdefgh\n")  # fmt: skip
    return str(path)


def test_the_deployment_check_is_clean_in_production(keys: str) -> None:
    checked = run(
        "-m", "django", "check", "--deploy", "--fail-level", "WARNING",
        BASCULE_MODE="production", BASCULE_SECRET_KEYS_FILE=keys, BASCULE_HOSTS="example.org",
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr


def test_production_does_not_start_without_keys() -> None:
    started = run("-m", "django", "check", BASCULE_MODE="production")
    assert started.returncode != 0
    assert "BASCULE_SECRET_KEYS_FILE" in started.stderr


PRINT = "from django.conf import settings as s; print(s.DEMO_SIGN_IN, len(s.SECRET_KEY_FALLBACKS))"


@pytest.mark.parametrize(
    ("name", "value"),
    [("BASCULE_MODE", "production"), ("BASCULE_DATABASE_URL", "postgresql://db.example/bascule")],
)
def test_demo_sign_in_is_absent_in_production_and_two_keys_are_valid(
    keys: str, name: str, value: str
) -> None:
    told = run("-c", PRINT, **{name: value, "BASCULE_SECRET_KEYS_FILE": keys})
    assert told.stdout.split() == ["False", "1"]


def test_demo_sign_in_is_there_in_the_private_mode() -> None:
    assert run("-c", PRINT).stdout.split() == ["True", "0"]
