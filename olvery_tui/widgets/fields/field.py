"""The parts of everything that is filled in: a line to type in, a glyph to press."""

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

TYPED_MAX = 200
"""Letters that fit in one line."""

_PASTED_MAX = 4_000

PHONE = r"[1-9][0-9]{9,11}"
"""What `takes` says where a phone is typed without `+` and spaces."""

WORDS = r".*\s.*"
"""What `takes` says where a sentence may come in one go."""

_NAMED = frozenset(KEY_NAME_REPLACEMENTS.values())


def _other_layout() -> Iterator[Binding]:
    """The `Ctrl` keys of an `Input` as terminals report them under the other keyboard layout."""
    for bound in Input.BINDINGS:
        if not isinstance(bound, Binding):
            continue
        for key in bound.key.split(","):
            others = twins(key)[1:] if key.startswith("ctrl+") else ()
            for other in others:
                yield Binding(other, bound.action, bound.description, show=False)


class Field(Input, inherit_bindings=False):
    """One line to type in. It takes one line of visible letters, and refuses what is too long.

    The cursor doesn't blink: nothing is sent to the terminal while nothing changes.

    Args:
        placeholder: What may be typed here, shown while nothing is.
        limit: The most letters.
        takes: Digits that are typed here in one go, as a regular expression; others that come in
            one go are a scanned code.
        id: The widget's id.
    """

    BINDINGS: ClassVar = [*Input.BINDINGS, *_other_layout()]
    """The line's own keys alone: those that scroll a widget belong to whom the line stands in."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)
    """How long the text is. The line takes the same room for any, so no letter has the whole screen
    laid out anew.
    """

    typed_here = Place(types=True)
    """What may come in one go and is no scanned code."""

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

        The keys that follow in the same moment, as from a scanner, continue the text.
        """
        self.value = clean(text)
        self.cursor_position = len(self.value)
        if self.screen.focused is not self:
            self.select_on_focus = False  # the next letter would replace what has just been put in
            self.screen.set_focus(self)

    def on_focus(self) -> None:
        # Runs before the handler of Input, which reads it: only this one focus selects nothing.
        self.call_later(setattr, self, "select_on_focus", True)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._put(event.text)

    def action_paste(self) -> None:
        """Put in what was copied."""
        self._put(self.app.clipboard)

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Letters are typed here, `/` too, which Textual doesn't know as one by its name."""
        return key in _NAMED or super().check_consume_key(key, character)

    def restricted(self) -> None:
        """Say that a letter too many was not taken. No bell on a shared desk."""
        self._say_full()

    def _put(self, pasted: str) -> None:
        """Replace the selection by a pasted text, cleaned: by all of it or nothing."""
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
    """A password's line: shown as dots, never copied, taken as it was typed or pasted.

    Args:
        limit: The most letters.
    """

    typed_here = Place(types=True, least=PASSWORD_MIN)

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)
        self.password = True

    def action_copy(self) -> None:
        """A password is not given to the clipboard, which may be on another machine."""

    def action_cut(self) -> None:
        """Nor is it by cutting."""

    def _put(self, pasted: str) -> None:
        """Replace the selection by the first line of what was pasted, spaces and all."""
        start, end = sorted(self.selection)
        line = next(iter(pasted[: _PASTED_MAX + 1].splitlines()), "")
        text = "".join(sign for sign in line if sign.isprintable())
        if len(text) > self._limit - len(self.value) + (end - start):
            self._say_full()
        elif text:
            self.replace(text, start, end)


class Glyph(Button):
    """A button of one cell: `←`, `≡`, `▾`. Its tooltip says what it does.

    Args:
        glyph: The one character.
        tooltip: What it does, in words.
        classes: The widget's classes.
        by_key: Whether `Tab` stops here. Where a key does the same from the field beside it, it
            doesn't: who types and tabs must always come to the next field.
    """

    def __init__(
        self, glyph: str, tooltip: str, *, classes: str | None = None, by_key: bool = True
    ) -> None:
        super().__init__(Content(glyph), classes=classes, tooltip=Content(tooltip), compact=True)
        self.active_effect_duration = 0
        self.can_focus = by_key


class BackGlyph(Glyph):
    """The `←` «Назад» that empties the field before it. `Tab` stops at it and it says its word.

    What is typed on it goes to the next field: who types and tabs need not look out for it.
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
        """No letter is a command among fields that are filled in."""
        return character is not None and character.isprintable()


class Unfinished(Exception):
    """What is being typed may still become a value: there is nothing to say about it yet."""


class Problem(Static):
    """Why the value above it can't be used."""

    def __init__(self, text: str) -> None:
        super().__init__(Content(text), markup=False)

    @property
    def text(self) -> str:
        """What is said."""
        return str(self.content)


def complain(owner: Widget, text: str) -> None:
    """Say below what stands in `owner` why it can't be used; an empty text takes that back."""
    # One that is being removed is not displayed; it would take what is said now with it.
    said = next(
        (child for child in owner.children if isinstance(child, Problem) and child.display), None
    )
    if said is not None and text:
        if text != said.text:
            said.update(Content(text))
    elif said is not None:
        said.remove()
    elif text:
        owner.mount(Problem(text))
    owner.set_class(bool(text), "-wrong")
