"""What the environment says, read once into typed values with safe defaults. No Django import."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ROLES = ("app", "ledger", "worker", "loader", "migrator")


class SettingError(RuntimeError):
    """A setting is missing or wrong; the message names it and says what to do."""


@dataclass(frozen=True)
class Environment:
    """The settings of one process.

    `run_as` is the database role of this process. In production `database_url` is set and every
    role has a password file; in the private mode the launcher sets socket and password folder.
    """

    values: Mapping[str, str]

    @property
    def is_production(self) -> bool:
        """Whether the district's own server is used, or production is asked for."""
        return bool(self.database_url) or self.text("MODE", "demo") == "production"

    @property
    def database_url(self) -> str:
        """The address of the district's server, empty in the private mode."""
        return self.text("DATABASE_URL")

    @property
    def run_as(self) -> str:
        """The role of this process: app, loader, migrator or tester."""
        return self.text("RUN_AS", "app")

    def text(self, name: str, default: str = "") -> str:
        """Return the setting BASCULE_`name`."""
        return self.values.get(f"BASCULE_{name}", default)

    def secret(self, name: str) -> str:
        """Return the text of the file that BASCULE_`name`_FILE names, or empty."""
        path = self.text(f"{name}_FILE")
        return Path(path).read_text(encoding="utf-8").strip() if path else ""

    def secret_keys(self) -> list[str]:
        """Return the signing keys, newest first: two may be valid at a time, one a line."""
        keys = [line for line in self.secret("SECRET_KEYS").splitlines() if line.strip()]
        if not keys and self.is_production:
            raise SettingError("BASCULE_SECRET_KEYS_FILE must name a file with one or two keys")
        return keys[:2] or ["only for the demo: production refuses to start without a key file"]

    def oidc(self) -> dict[str, Any]:
        """Return the district's identity provider (OpenID Connect), empty where none is set.

        Raises SettingError where an address is set without a client and its secret.
        """
        address = self.text("OIDC_URL")
        if not address:
            return {}
        client, secret = self.text("OIDC_CLIENT"), self.secret("OIDC_SECRET")
        if not client or not secret:
            raise SettingError("BASCULE_OIDC_CLIENT and BASCULE_OIDC_SECRET_FILE belong to _URL")
        return {
            "provider_id": "district",
            "name": self.text("OIDC_NAME", "District sign-in"),
            "client_id": client,
            "secret": secret,
            "settings": {
                "server_url": address,
                "claim": self.text("OIDC_CLAIM", "preferred_username"),
                "origins": self.text("OIDC_ORIGINS", "/".join(address.split("/", 3)[:3])),
            },
        }

    def mail(self) -> dict[str, Any]:
        """Return Django's settings for mail: an SMTP server, the demo's folder, or none at all.

        Raises SettingError for a server without a sender, or an address of another kind.
        """
        url, sender = urlsplit(self.text("SMTP_URL")), self.text("MAIL_FROM")
        if url.scheme not in ("", "smtp", "smtps"):
            raise SettingError("BASCULE_SMTP_URL reads smtp://user@host:587 or smtps://...")
        if url.scheme:
            if "@" not in sender:
                raise SettingError("BASCULE_MAIL_FROM is the address from which mail is sent")
            return {
                "BACKEND": "smtp", "FROM": sender, "HOST": url.hostname or "", "USER": url.username,
                "PORT": url.port or (465 if url.scheme == "smtps" else 587),
                "PASSWORD": self.secret("SMTP_PASSWORD"), "SSL": url.scheme == "smtps",
                "TLS": url.scheme == "smtp" and self.text("SMTP_TLS", "on") != "off",
            }  # fmt: skip
        folder = "" if self.is_production else self.text("MAIL_FOLDER")
        if not folder:
            return {"BACKEND": "dummy", "FROM": ""}
        return {"BACKEND": "filebased", "FROM": "bascule@district.example", "FOLDER": folder}

    def database(self, role: str) -> dict[str, Any]:
        """Return Django's settings for one connection as `role`."""
        place = self._district() if self.database_url else self._private()
        return {
            "ENGINE": "django.db.backends.postgresql",
            "USER": f"bascule_{role}",
            "PASSWORD": self._password(role),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {} if self.text("PREPARE") == "no" else prepared(role),
            **place,
        }

    def _district(self) -> dict[str, Any]:
        url = urlsplit(self.database_url)
        return {
            "HOST": url.hostname or unquote(url.netloc),
            "PORT": str(url.port or ""),
            "NAME": url.path.lstrip("/") or "bascule",
        }

    def _private(self) -> dict[str, Any]:
        return {"HOST": self.text("SOCKET"), "NAME": self.text("DATABASE", "bascule")}

    def _password(self, role: str) -> str:
        folder = self.text("PASSWORDS")
        path = Path(folder) / f"bascule_{role}" if folder else None
        return path.read_text(encoding="ascii").strip() if path and path.exists() else ""


ENVIRONMENT = Environment(os.environ)


def prepared(role: str) -> dict[str, Any]:
    """Return the options with which pages ask by prepared statements (ADR 0113); else none.

    What is asked the sixth time on one connection is no longer planned.
    """
    return {"server_side_binding": True, "prepare_threshold": 5} if role == "app" else {}
