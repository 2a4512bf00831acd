"""Overlays on a screen: a calendar, a list of choices, a drawer.

While one is open, keys of the widgets below reach no binding or handler, and the key bar omits
them.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from textual import events
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.screen import Screen

if TYPE_CHECKING:
    from textual.widget import Widget

    _Base = Widget
else:
    _Base = object

Chain = list[tuple[DOMNode, BindingsMap]]

_EVERYWHERE = frozenset(each.action for each in Screen.BINDINGS if isinstance(each, Binding))
"""Actions of Textual's screen that also work under a layer: move the focus, copy a selection."""


class Layer(_Base):
    """Mixin for a widget that is an overlay, or that opens one within itself.

    A mixin, because the widgets have different bases of Textual's: `Vertical`, `OptionList`, …
    """

    @property
    @abstractmethod
    def covers(self) -> bool:
        """Whether the overlay is open; checked only while it contains the focus."""

    def on_key(self, event: events.Key) -> None:
        """Stop keys that are not the layer's own from reaching what lies below."""
        if self.covers and event.key not in self.screen.active_bindings:
            event.stop()


def save_form(widget: Widget) -> None:
    """Hand `Ctrl+S` on to the form below an overlay, once what was chosen there has arrived."""
    if hasattr(widget.screen, "action_save"):
        widget.app.post_message(events.Key("ctrl+s", None))


def within_layer(chain: Chain) -> Chain:
    """Return the active bindings: up to the innermost open layer, and the application's."""
    for index, (node, _bindings) in enumerate(chain):
        if isinstance(node, Layer) and node.covers:
            below = [pair for pair in chain[index + 1 :] if isinstance(pair[0], Screen)]
            return [*chain[: index + 1], *map(_moving_only, below), chain[-1]]
    return chain


def _moving_only(pair: tuple[DOMNode, BindingsMap]) -> tuple[DOMNode, BindingsMap]:
    screen, bindings = pair
    kept = {
        key: [one for one in bound if one.action in _EVERYWHERE]
        for key, bound in bindings.key_to_bindings.items()
    }
    return screen, BindingsMap.from_keys({key: bound for key, bound in kept.items() if bound})
