"""The limits that documents, imports and other terminals rely on are these numbers."""

from __future__ import annotations

from olvery_tui.app import windows
from olvery_tui.domain import codes, orders
from olvery_tui.widgets import bursts


def test_the_limits_are_what_they_were() -> None:
    assert orders.WORKPLACES_MAX == 100
    assert orders.IMPORTED_MAX == 2_000_000_000
    assert codes.NUMBER_MAX == 2_147_483_647  # the largest 32-bit integer of PostgreSQL
    assert windows.DEEPEST == 8
    assert bursts.TEXT_LENGTH == 256
