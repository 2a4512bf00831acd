"""Something that opens over the rest of its screen: a calendar, a list of choices, a drawer.

While it is open, no key of what lies below works: neither does it reach a binding or a handler
there, nor does the key bar name it.
"""

from __future__ import annotations

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
"""What Textual's own screen does under a layer too: to the next field, copy a selection."""


class Layer(_Base):
    """Mixed into the widget that is the layer, or that opens one within itself."""

    @property
    def covers(self) -> bool:
        """Whether it is open. Asked only while it has the focus within."""
        raise NotImplementedError

    def on_key(self, event: events.Key) -> None:
        """Keep from what lies below what is no key of the layer."""
        if self.covers and event.key not in self.screen.active_bindings:
            event.stop()


def within_layer(chain: Chain) -> Chain:
    """The bindings that work: up to the innermost open layer, and those of the application."""
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
