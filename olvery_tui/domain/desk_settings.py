"""What all terminals of a location agree on and a manager may change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """`auto_complete_orders`: an order is completed by itself once all its tickets have ended."""

    version: int
    auto_complete_orders: bool = False
