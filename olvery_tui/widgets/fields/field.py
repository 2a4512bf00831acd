"""Building blocks of input fields: a text line, a one-cell button, an error message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.keys import KEY_NAME_REPLACEMENTS
from textual.reactive import Reactive
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from olvery_tui.domain.access import PASSWORD_MIN
from olvery_tui.domain.codes import Place
from olvery_tui.domain.text import clean
from olvery_tui.i18n import _
from olvery_tui.keys import twins
from olvery_tui.widgets.chrome.layouts import BELOW

TYPED_MAX = 200
"""Default maximum length of a line."""

LABEL = "-label"
"""Class of a field's label, which a click focuses the field by."""

_PASTED_MAX = 4_000

PHONE = r"[1-9][0-9]{9,11}"
"""Pattern for `takes`: a phone number typed without `+` and spaces."""

WORDS = r".*\s.*"
"""Pattern for `takes`: a whole sentence arriving in one burst."""

_NAMED = frozenset(KEY_NAME_REPLACEMENTS.values())


def _other_layout() -> Iterator[Binding]:
    """Yield the `Ctrl` keys of an `Input` as terminals report them under the other layout."""
    for bound in Input.BINDINGS:
        if not isinstance(bound, Binding):
            continue
        for key in bound.key.split(","):
            others = twins(key)[1:] if key.startswith("ctrl+") else ()
            for other in others:
                yield Binding(other, bound.action, bound.description, show=False)


class Field(Input, inherit_bindings=False):
    """A single-line input. It accepts printable characters and rejects text that is too long.

    The cursor doesn't blink, so that an idle screen sends nothing to the terminal.

    Args:
        placeholder: Hint shown while the line is empty.
        limit: The maximum length.
        takes: Regular expression for digits that are typed here in one burst; other bursts are
        scanned codes.
        id: The widget's id.
    """

    BINDINGS: ClassVar = [
        Binding(",".join(twins("ctrl+a")), "select_all", "Select all", show=False),
        *Input.BINDINGS,
        *_other_layout(),
    ]
    """The line's own keys only: keys that scroll belong to the containing widget. `Ctrl+A` marks
    all, as in the lists, and does not go to the start."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)
    """Length of the text. The line's size never depends on it, so typing causes no new layout."""

    typed_here = Place(types=True)
    """Which bursts are input for this line rather than a scanned code."""

    def __init__(
        self,
        *,
        placeholder: str = "",
        limit: int = TYPED_MAX,
        takes: str = "",
        acts: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(placeholder=placeholder, max_length=limit, compact=True, id=id)
        self.cursor_blink = False
        self._limit = limit
        if takes or acts:
            self.typed_here = Place(types=True, takes=takes, acts=acts)

    def start_with(self, text: str) -> None:
        """Replace the content by `text` and take the focus at once, the cursor at the end.

        Keys that follow immediately, as from a scanner, continue the text.
        """
        self.value = clean(text)
        self.cursor_position = len(self.value)
        if self.screen.focused is not self:
            self.select_on_focus = False  # otherwise the next letter would replace the text
            self.screen.set_focus(self)

    def on_focus(self) -> None:
        # Runs before `Input`'s handler, which reads the flag: only this focus selects nothing.
        self.call_later(setattr, self, "select_on_focus", True)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._put(event.text)

    def action_paste(self) -> None:
        """Insert the clipboard's content."""
        self._put(self.app.clipboard)

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Return whether the key types a letter, also `/`, which Textual knows by name only."""
        return key in _NAMED or super().check_consume_key(key, character)

    def restricted(self) -> None:
        """Report that the line is full. No bell on a shared desk."""
        self._say_full()

    def _put(self, pasted: str) -> None:
        """Replace the selection by the cleaned pasted text, all of it or nothing."""
        start, end = sorted(self.selection)
        room = self._limit - len(self.value) + (end - start)
        text = clean(pasted[: _PASTED_MAX + 1])
        if len(pasted) > _PASTED_MAX or len(text) > room:
            self._say_full()
        elif text:
            self.replace(text, start, end)

    def _say_full(self) -> None:
        text = _("No more than {count} characters fit here: nothing was put in.")
        self.app.clear_notifications()
        self.app.notify(text.format(count=self._limit), severity="warning", markup=False)


class SecretField(Field):
    """A password input: shown as dots, never copied, stored exactly as typed or pasted.

    Args:
        limit: The maximum length.
    """

    typed_here = Place(types=True, least=PASSWORD_MIN)

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)
        self.password = True

    def action_copy(self) -> None:
        """Do nothing: the clipboard, possibly on another machine, must not receive a password."""

    def action_cut(self) -> None:
        """Do nothing, as for copying."""

    def _put(self, pasted: str) -> None:
        """Replace the selection by the first line of the pasted text, keeping spaces."""
        start, end = sorted(self.selection)
        line = next(iter(pasted[: _PASTED_MAX + 1].splitlines()), "")
        text = "".join(sign for sign in line if sign.isprintable())
        if len(text) > self._limit - len(self.value) + (end - start):
            self._say_full()
        elif text:
            self.replace(text, start, end)


class Glyph(Button):
    """A one-cell button, `←`, `≡`, `▾`, whose tooltip says what it does.

    Args:
        glyph: The character shown.
        tooltip: What it does, in words.
        classes: The widget's classes.
        by_key: Whether `Tab` stops here. False if a key in the adjacent field does the same, so
        that `Tab` always leads to the next field.
    """

    def __init__(
        self, glyph: str, tooltip: str, *, classes: str | None = None, by_key: bool = True
    ) -> None:
        super().__init__(Content(glyph), classes=classes, tooltip=Content(tooltip), compact=True)
        self.active_effect_duration = 0
        self.can_focus = by_key


class BackGlyph(Glyph):
    """The `←` «Назад» that clears the field before it. Focused by `Tab`, it shows its label.

    Text typed on it goes to the next field, so that users who type and tab needn't notice it.
    """

    def __init__(self) -> None:
        super().__init__("←", _("Back"), classes="clear")

    def on_focus(self) -> None:
        self.label = Content(f"← {_('Back')}")

    def on_blur(self) -> None:
        self.label = Content("←")

    async def on_key(self, event: events.Key) -> None:
        """Type into the next field, or tick there."""
        if not event.is_printable:
            return
        event.stop()
        chain = self.screen.focus_chain
        following = chain[(chain.index(self) + 1) % len(chain)]
        if isinstance(following, Field):
            following.start_with(event.character or "")
            return
        self.screen.set_focus(following)
        if event.key == "space":
            await following.run_action("tick")

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Consume every letter: no letter is a command among input fields."""
        return character is not None and character.isprintable()


class Unfinished(Exception):
    """The typed text may still become a value and can't be judged yet."""


class Problem(Static):
    """An error message about the value above it."""

    def __init__(self, text: str) -> None:
        super().__init__(Content(text), classes=BELOW, markup=False)

    @property
    def text(self) -> str:
        """The error message."""
        return str(self.content)


def complain(owner: Widget, text: str) -> None:
    """Show an error at the end of `owner`; an empty text removes it.

    Nobody is told where its window has gone meanwhile, as when a terminal is lost.
    """
    # A message being removed is not displayed; updating it would lose the new text.
    said = next(
        (child for child in owner.children if isinstance(child, Problem) and child.display), None
    )
    if said is not None and text:
        if text != said.text:
            said.update(Content(text))
    elif said is not None:
        said.remove()
    elif text and owner.is_attached:
        owner.mount(Problem(text))
    owner.set_class(bool(text), "-wrong")


def focus_by_label(owner: Widget, event: events.Click) -> None:
    """Focus the first field of `owner` where its label or its error was clicked."""
    clicked = event.widget
    if isinstance(clicked, Problem) or (clicked is not None and clicked.has_class(LABEL)):
        field = next((each for each in owner.query("*") if each.focusable), None)
        if field is not None:
            field.focus()
