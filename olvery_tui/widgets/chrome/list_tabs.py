"""The modes of the application; a click goes to another one."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from olvery_tui.i18n import N_, _
from olvery_tui.keys import BY_ID, cap

_MODES = {"tickets": N_("Tickets"), "calendar": N_("Calendar"), "orders": N_("Orders")}

_KEYS = {
    ("tickets", "calendar"): "list.calendar",
    ("tickets", "orders"): "tickets.orders",
    ("orders", "tickets"): "orders.tickets",
    ("orders", "calendar"): "list.calendar",
    ("calendar", "tickets"): "occupancy.tickets",
    ("calendar", "orders"): "occupancy.orders",
}
"""The key that leads from one mode to another."""


class ListTabs(Static):
    """`Билеты  Календарь c  Заказы z`: the current mode is highlighted, the others show their keys.

    Args:
        shown: The current mode: `tickets`, `calendar` or `orders`.
    """

    def __init__(self, shown: str) -> None:
        super().__init__(id="list-name", markup=False)
        self._shown = shown

    def on_mount(self) -> None:
        self.update(Content("   ").join(map(self._tab, _MODES)))

    def _tab(self, mode: str) -> Content:
        if mode == self._shown:
            return Content.from_markup("[bold $accent]▸ $label[/]", label=_(_MODES[mode]))
        key = BY_ID[_KEYS[self._shown, mode]]
        return Content.from_markup(
            f"[@click=screen.{key.action}]$label[/] [$accent]$key[/]",
            label=_(_MODES[mode]),
            key=cap(key.key),
        )
