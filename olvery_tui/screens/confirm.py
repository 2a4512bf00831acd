"""A question with two answers. The safe one has the focus, and Esc chooses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from olvery_tui.i18n import _
from olvery_tui.keys import binding, bindings
from olvery_tui.screens.base import Window
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton


class Answer(KeyButton):
    """A button of the question."""

    BINDINGS: ClassVar = [binding("confirm.answer", "press")]


class ConfirmScreen(Window[bool]):
    """A modal question. Closes with True when the user agrees.

    Args:
        title: The question in short.
        text: What is lost if the answer is yes.
        yes: The label of the button that agrees.
        no: The label of the button that goes back.
    """

    CSS_PATH: ClassVar = ["../styles/modal.tcss", "../styles/confirm.tcss"]
    BINDINGS: ClassVar = [*bindings("confirm"), *bindings("modal")]
    AUTO_FOCUS = "#no"

    def __init__(self, title: str, text: str, *, yes: str, no: str) -> None:
        super().__init__()
        self._question = title
        self._text = text
        self._yes = yes
        self._no = no

    def ignores_key(self, key: events.Key, *, hurried: bool = False) -> bool:
        """Ignore keys other than Esc that were pressed before the question was painted."""
        is_early = self.painted_at is None or key.time < self.painted_at
        return (is_early and key.key != "escape") or super().ignores_key(key)

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window"):
            yield Static(self._question, id="question", markup=False)
            yield Static(self._text, id="text", markup=False)
            with Horizontal(classes="buttons"):
                yield Answer(self._no, "modal.back", id="no")
                yield Answer(self._yes, None, id="yes")
        yield KeyBar()

    def on_key(self, event: events.Key) -> None:
        """Move between the two answers with the left and right arrows."""
        if event.key in ("left", "right"):
            event.stop()
            self.query_one("#no" if event.key == "left" else "#yes").focus()

    def action_other_answer(self) -> None:
        """Move to the other answer, for a click on the arrows in the key bar."""
        other = "#yes" if self.query_one("#no").has_focus else "#no"
        self.query_one(other).focus()

    @on(Button.Pressed, "#yes")
    def _agreed(self) -> None:
        self.dismiss(True)

    @on(Button.Pressed, "#no")
    def action_back(self) -> None:
        """Choose the safe answer."""
        self.dismiss(False)


def if_agreed(
    then: Callable[[], object], otherwise: Callable[[], object] = lambda: None
) -> Callable[[bool | None], None]:
    """Return a callback of a question that calls `then` where the user agrees, else `otherwise`."""

    def answered(agreed: bool | None) -> None:
        (then if agreed else otherwise)()

    return answered


def leave_question() -> ConfirmScreen:
    """Return the question before leaving discards what was entered."""
    return ConfirmScreen(
        _("Leave without saving?"),
        _("What you have entered will be lost."),
        yes=_("Leave"),
        no=_("Keep editing"),
    )
