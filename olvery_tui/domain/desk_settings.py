"""What all terminals of a location agree on and a manager may change."""

from __future__ import annotations

from dataclasses import dataclass, fields

from olvery_tui.domain.roles import SignIn

LOCK_MINUTES_MAX = 24 * 60


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """`auto_complete_orders`: an order is completed by itself once all its tickets have ended.

    `sign_in` is how managers are known. A terminal locks itself after `lock_minutes` without a
    key; 0 for never.
    """

    version: int
    auto_complete_orders: bool = False
    sign_in: SignIn = SignIn.PASSWORD
    lock_minutes: int = 10

    def differences(self, changed: DeskSettings) -> dict[str, list[object]]:
        """What another one has otherwise: each setting with its value here and there."""
        return {
            each.name: [getattr(self, each.name), getattr(changed, each.name)]
            for each in fields(self)
            if each.name != "version" and getattr(self, each.name) != getattr(changed, each.name)
        }
