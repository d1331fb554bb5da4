"""The ledger is a second connection to the same database, never a second database."""

from typing import Any


class LedgerRouter:
    """Keep migrations on the default connection; the ledger only receives inserts."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Only `default` is migrated."""
        return db == "default"

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        """Both connections reach the same tables."""
        return True
