"""The modes of the application; a click goes to another one."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

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


_NARROW = 60
"""Cells of the line around the tabs below which only the current mode is named."""


class ListTabs(Widget):
    """`Билеты  Календарь c  Заказы z`: the current mode is highlighted, the others show their keys.

    Args:
        shown: The current mode: `tickets`, `calendar` or `orders`.
    """

    has_marks: reactive[bool] = reactive(False, layout=True)
    """Whether the line also says how many rows are marked, and so has room only when it is long."""

    def __init__(self, shown: str) -> None:
        super().__init__(id="list-name")
        self._shown = shown

    def get_content_width(self, container: Size, viewport: Size) -> int:
        is_narrow = container.width < (2 * _NARROW if self.has_marks else _NARROW)
        return self._content(only_current=is_narrow).cell_length

    def render(self) -> Content:
        whole = self._content()
        is_narrow = self.size.width < whole.cell_length
        return self._content(only_current=True) if is_narrow else whole

    def _content(self, *, only_current: bool = False) -> Content:
        modes = [self._shown] if only_current else list(_MODES)
        return Content("   ").join(map(self._tab, modes))

    def _tab(self, mode: str) -> Content:
        if mode == self._shown:
            return Content.from_markup("[bold $accent]▸ $label[/]", label=_(_MODES[mode]))
        key = BY_ID[_KEYS[self._shown, mode]]
        return Content.from_markup(
            f"[@click=screen.{key.action}]$label[/] [$accent]$key[/]",
            label=_(_MODES[mode]),
            key=cap(key.key),
        )
