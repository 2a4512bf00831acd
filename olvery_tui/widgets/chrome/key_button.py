"""A one-line button labelled with its key: `Изменить u`."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.widgets import Button

from olvery_tui.keys import BY_ID, cap


class KeyButton(Button):
    """A button pressed by mouse, by `Enter`, or by its key from anywhere on the screen.

    Args:
        label: What it does, in the user's language.
        key_id: The row of `keys.KEYS` whose key does the same; None if no key does.
        primary: Whether it is what the window is for.
    """

    COMPONENT_CLASSES: ClassVar = {"key-button--key"}

    def __init__(
        self, label: str, key_id: str | None, *, id: str | None = None, primary: bool = False
    ) -> None:
        self.key_id = key_id
        self.says = label
        self.key_action = BY_ID[key_id].action if key_id else ""
        """The action of the screen that the key runs."""
        self._cap = f" {cap(BY_ID[key_id].key)}" if key_id else ""
        classes = "primary" if primary else None
        super().__init__(Content(label + self._cap), id=id, classes=classes, compact=True)

    def rename(self, label: str) -> None:
        """Change the label, also in the key bar; the key stays."""
        self.says = label
        self.label = Content(label + self._cap)
        self.refresh(layout=True)
        self.screen.refresh_bindings()

    def render(self) -> Content:
        key_style = self.get_visual_style("key-button--key", partial=True)
        return Content.assemble(Content(self.says), (self._cap, key_style))
