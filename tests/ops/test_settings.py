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


def test_a_check_fails_where_the_demo_sign_in_is_open_in_production(settings: object) -> None:
    from bascule.web.checks import check_demo_sign_in

    assert check_demo_sign_in() == []
    settings.PRODUCTION = settings.DEMO_SIGN_IN = True  # type: ignore[attr-defined]
    assert [each.id for each in check_demo_sign_in()] == ["web.E001"]


def test_an_identity_provider_needs_a_client_and_a_secret(tmp_path: Path) -> None:
    started = run("-m", "django", "check", BASCULE_OIDC_URL="https://id.example.org")
    assert started.returncode != 0
    assert "BASCULE_OIDC_CLIENT" in started.stderr
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    told = run(
        "-c",
        "import django; django.setup();"
        " from bascule.web.middleware import CONTENT_SECURITY as c; print(c)",
        BASCULE_OIDC_URL="https://id.example.org/realm", BASCULE_OIDC_CLIENT="bascule",
        BASCULE_OIDC_SECRET_FILE=str(secret),
    )  # fmt: skip
    assert "form-action 'self' https://id.example.org;" in told.stdout, told.stderr
