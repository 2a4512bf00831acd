"""The last line of every screen: the active keys, each clickable."""

from __future__ import annotations

from rich.cells import cell_len as cell_width
from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from olvery_tui.i18n import _
from olvery_tui.keys import KEYS, Key, cap, twins
from olvery_tui.widgets.chrome.key_button import KeyButton

_GAP = 2

_KEPT = ("modal.back", "app.help", "app.palette")
"""Keys shown at any width: the way back and the help, and outside of windows the commands."""


_NAMED_WITH = {"filter.apply": "filter.leave"}
"""Keys that a line binds itself, each named wherever the other key works."""


class KeyBar(Widget):
    """A one-line bar that paints itself, so that it is sent again only when its text changes.

    Where not all fit, those that come first in the table of keys are shown, and the kept ones. What
    a window is for is named as its button names it.
    """

    COMPONENT_CLASSES = {"key-bar--key", "key-bar--label"}

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[Key, ...] = ()
        self._named: dict[str, str] = {}
        self._places: list[tuple[range, Key]] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        """Show other keys; not below a window, where none works: Textual asks again after it."""
        if self.is_attached and screen.is_active and getattr(screen, "is_painted", True):
            self.show_keys()

    def show_keys(self) -> None:
        """Show the keys that work now. A screen calls this when it is painted for the first time;
        what changes before is not asked for.
        """
        active = {
            binding.binding.id: binding.enabled for binding in self.screen.active_bindings.values()
        }
        # The application's own keys work in every window; Textual omits them under a modal.
        keys = tuple(
            key
            for key in KEYS
            if key.shown
            and (active.get(_NAMED_WITH.get(key.id, key.id)) or self._is_everywhere(key))
        )
        buttons = self.screen.query(KeyButton)
        named = {one.key_id: one.says for one in buttons if one.key_id and one.has_class("primary")}
        if (keys, named) != (self._keys, self._named):
            self._keys, self._named = keys, named
            self.refresh()

    def _is_everywhere(self, key: Key) -> bool:
        """Whether it is an application-wide key that is enabled now."""
        everywhere = key.where == "app" and key.priority
        return everywhere and self.app.check_action(key.action, ()) is not False

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1

    def render_line(self, y: int) -> Strip:
        plain = self.rich_style
        key_style = plain + self.get_component_rich_style("key-bar--key", partial=True)
        label_style = plain + self.get_component_rich_style("key-bar--label", partial=True)
        width = self.size.width
        self._places = []
        segments: list[Segment] = [Segment(" ", plain)]
        at = 1
        for key, key_text, label in self._fitting(width):
            size = cell_width(key_text) + 1 + cell_width(label)
            self._places.append((range(at, at + size), key))
            segments += [
                Segment(key_text, key_style),
                Segment(" " + label, label_style),
                Segment(" " * _GAP, plain),
            ]
            at += size + _GAP
        return Strip(segments).adjust_cell_length(width, plain)

    def _fitting(self, width: int) -> list[tuple[Key, str, str]]:
        """Return the keys to show, each with its cap and label, in the order of their table."""
        is_window = self.screen.is_modal
        keys = [key for key in self._keys if not (is_window and key.id == "app.palette")]
        chosen: dict[str, tuple[Key, str, str]] = {}
        free = width - 1 + _GAP
        for key in sorted(keys, key=lambda key: key.id not in _KEPT):
            key_text = cap(key.key)
            label = self._named.get(key.id) or _(key.short or key.label)
            size = cell_width(key_text) + 1 + cell_width(label) + _GAP
            if size <= free:
                chosen[key.id] = (key, key_text, label)
                free -= size
        return [chosen[key.id] for key in keys if key.id in chosen]

    def on_click(self, event: events.Click) -> None:
        for place, key in self._places:
            if event.x in place:
                self.app.simulate_key(twins(key.key)[0])
                return
