"""Corrections of Textual, made once for the process, so that no key ends the application.

They reach into Textual, whose version is pinned exactly: look at each of them anew with another.
"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterable
from functools import partial
from time import monotonic
from typing import Any, Literal

from textual._compositor import Compositor
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.events import Paste
from textual.geometry import Region
from textual.message import Message
from textual.message_pump import MessagePump
from textual.widget import Widget
from textual.widgets import OptionList

from olvery_tui.widgets.bursts import TypedText
from olvery_tui.widgets.pasting import Part, Pasted, Pastes, Unbracketed

_dispatch = MessagePump._dispatch_message
_move_page = OptionList._move_page
_visible_widgets: Any = Compositor.visible_widgets


def apply() -> None:
    """Put the corrections in place. A second call changes nothing."""
    pump: Any = MessagePump
    pump._dispatch_message = _dispatch_guarded
    options: Any = OptionList
    options._move_page = _move_page_of_lines
    compositor: Any = Compositor
    compositor.visible_widgets = property(_widgets_in_place)


async def _dispatch_guarded(pump: MessagePump, message: Message) -> None:
    """Hand on a message. What a handler raises is told to the application, and the pump goes on.

    Textual leaves the loop of the pump, after which its widget answers nothing any more.
    """
    try:
        await _dispatch(pump, message)
    except Exception as error:
        pump.app._handle_exception(error)


def _move_page_of_lines(options: OptionList, direction: Literal[-1, 1]) -> None:
    """Move by a page. A list that was opened by the key before has no lines to count yet: the move
    waits for its first layout, and the keys behind it wait for the move.
    """
    if options._index_to_line or not options.options:
        _move_page(options, direction)
        return
    app: Any = options.app
    app.input.hold(options)

    def laid_out() -> None:
        app.input.release(options)
        options._update_lines()
        if options._index_to_line:
            _move_page(options, direction)

    options.call_after_refresh(laid_out)


def _widgets_in_place(compositor: Compositor) -> dict[Widget, tuple[Region, Region]]:
    """The widgets that are seen, without those that were removed since the last layout.

    A removed widget has no parent, region or component styles. Textual leaves it in place until the
    next layout: a click on it, or painting it under a window, would fail.
    """
    visible: dict[Widget, tuple[Region, Region]] = _visible_widgets.fget(compositor)
    removed = [widget for widget in visible if widget._parent is None]
    for widget in removed:
        del visible[widget]
    if removed:
        compositor._layers_visible = None
    return visible


def steady(driver: type[Driver]) -> type[Driver]:
    """Let a driver read on behind a byte that is no letter (a terminal that speaks KOI8-R, a
    damaged paste) and behind a sequence that can't be parsed.
    """
    module: Any = sys.modules[driver.__module__]
    if hasattr(module, "getincrementaldecoder"):
        module.getincrementaldecoder = _lenient_decoder
        module.XTermParser = SteadyParser
    return driver


def _lenient_decoder(encoding: str) -> partial[codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


class SteadyParser(XTermParser):
    """Textual's parser of what a terminal sends; what it can't parse is left out.

    A key code beyond Unicode, say, ends Textual's parser and with it the thread that reads keys.
    Pasted texts are taken whole before it sees them.
    """

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._pastes = Pastes()

    def feed(self, data: str) -> Iterable[Message]:
        """Parse what has come. `data` is empty at the end of the input."""
        if not data:
            yield from self._guarded(super().feed(data))
            return
        in_sequence = self._timeout_time is not None
        for part in self._pastes.feed(data, monotonic(), in_sequence=in_sequence):
            yield from self._parsed(part)

    def tick(self) -> Iterable[Message]:
        """Take what waited for a continuation that didn't come."""
        for part in self._pastes.tick(monotonic()):
            yield from self._parsed(part)
        yield from self._guarded(super().tick())

    def _parsed(self, part: Part) -> Iterable[Message]:
        match part:
            case Pasted(text):
                yield Paste(text.replace("\x00", ""))
            case Unbracketed(text):
                yield TypedText(text)
            case _:
                for character in part:
                    yield from self._guarded(super().feed(character))

    def _guarded(self, events: Iterable[Message]) -> Iterable[Message]:
        try:
            yield from events
        except ParseError:  # the end of the input, which the driver expects
            raise
        except Exception:
            self._tokens.clear()
            self._gen = self.parse(self._tokens.append)
            self._awaiting = next(self._gen)
            self._timeout_time = None
