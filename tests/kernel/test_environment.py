"""Connections: pages ask with prepared statements, the night as before; a pooler can do without."""

import pytest

from bascule.kernel.environment import Environment


@pytest.mark.parametrize(
    ("role", "said", "is_prepared"),
    [("app", "", True), ("app", "no", False), ("loader", "", False), ("ledger", "", False)],
)
def test_only_pages_prepare_and_only_where_nothing_forbids_it(
    role: str, said: str, is_prepared: bool
) -> None:
    options = Environment({"BASCULE_PREPARE": said}).database(role)["OPTIONS"]
    assert options.get("server_side_binding", False) is is_prepared
    assert ("prepare_threshold" in options) is is_prepared
