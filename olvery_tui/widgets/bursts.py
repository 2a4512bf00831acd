"""Detect bursts: keys that arrive faster than a person types.

A barcode scanner types its code within some hundredths of a second and ends it with `Enter`, line
feed, both, or `Tab`. Its keys are held back until it is known whether they form one code.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from textual import events

GAP_SECONDS = 0.04
"""Longest pause in seconds between two keys of one burst; people are slower, scanners faster."""

TEXT_LENGTH = 256
"""Keys in one burst above which it is text pasted by a terminal without bracketed paste."""

_CODE_SECONDS = 1.0
"""Longest pause in seconds within a code that began with the configured prefix."""

_FAST_SECONDS, _END_SECONDS = 0.012, 0.3
"""Mean pause too short for a person; wait for the end of such keys with a digit, in seconds."""

_UNENDED_KEYS = 4
"""Number of such fast keys that count as a code even without a terminating key."""

_ENDS = frozenset({"enter", "tab", "ctrl+j"})
_REPEATED, _HELD_SECONDS = 4, 0.015
"""Number of equal letters, and their least mean pause in seconds, that indicate a held key."""


class Burst(NamedTuple):
    """Printable keys in one burst, with the `Enter`, line feed or `Tab` that ended them.

    A `certain` burst began with the scanner's prefix. A burst may lack its end (`ended` is False)
    only if it is certain or too fast for a person.
    """

    keys: tuple[events.Key, ...]
    certain: bool = False
    ended: bool = True

    @property
    def text(self) -> str:
        """The text that the keys type."""
        return "".join(key.character or "" for key in self.keys if key.is_printable)


class Text(NamedTuple):
    """More keys in one burst than a person types: pasted text."""

    text: str


class TypedText(events.InputEvent, bubble=False):
    """A piece of long text that arrived as keys, from a terminal without bracketed paste."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


Item = events.Key | Burst | Text


class Bursts:
    """Splits the stream of keys into single keys, bursts and texts, using the keys' own timestamps.

    Args:
        prefix: The key that the scanner sends before each code; empty if it sends none.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._held: list[events.Key] = []
        self._text: deque[str] = deque()
        self._certain = False
        self._last_time = 0.0
        self._ended_by_return = False

    @property
    def due(self) -> float | None:
        """When to call `release` unless another key comes first; None if no keys are held."""
        if not (self._held or self._text or self._certain):
            return None
        return self._last_time + self._patience

    @property
    def holds_one(self) -> bool:
        """Whether a single key is held, which a person has probably typed."""
        return len(self._held) == 1 and not self._certain

    @property
    def _patience(self) -> float:
        if self._certain:
            return _CODE_SECONDS
        return _END_SECONDS if self._is_fast else GAP_SECONDS

    @property
    def _is_fast(self) -> bool:
        """Whether the held keys were typed by a machine."""
        held = self._held
        return (
            len(held) > 1
            and held[-1].time - held[0].time < _FAST_SECONDS * (len(held) - 1)
            and any((key.character or "").isdigit() for key in held)
        )

    def feed(self, key: events.Key) -> list[Item]:
        """Take a key and return the items completed by it, in order."""
        items: list[Item] = []
        if self.due is not None:
            late = self._is_fast and key.key not in _ENDS and not self._certain
            if key.time > (self._last_time + GAP_SECONDS if late else self.due):
                items += self.release()
        follows_return = self._ended_by_return and key.time - self._last_time <= GAP_SECONDS
        self._last_time, self._ended_by_return = key.time, False
        if key.key == "ctrl+j" and follows_return:
            return items  # the line feed of CR LF
        if self._prefix and key.key == self._prefix:
            items += self.release()
            self._certain = True
        elif self._text:
            items += self._feed_text(key)
        elif key.is_printable and (self._held or self._certain or key.key != "space"):
            self._held.append(key)
            items += self._too_much()
        elif key.key in _ENDS and (self._held or self._certain):
            self._ended_by_return = key.key == "enter"
            items += self._end(key)
        else:
            items += [*self.release(), key]
        return items

    def release(self) -> list[Item]:
        """Return what is held, as no more keys arrived."""
        if self._text:
            text = "".join(self._text)
            self._text.clear()
            return [Text(text)]
        if self._certain or (self._is_fast and len(self._held) >= _UNENDED_KEYS):
            return self._end(None)
        held, self._held = self._held, []
        return list(held)

    def become_text(self, keys: list[events.Key]) -> None:
        """Treat these keys, and any that follow without a pause, as text."""
        self._text.extend(_character(key) for key in [*keys, *self._held])
        self._held = []

    def feed_text(self, piece: TypedText) -> None:
        """Take a piece of text; held keys belong to it."""
        self.become_text([])
        self._text.append(piece.text)
        self._last_time = piece.time

    def _end(self, key: events.Key | None) -> list[Item]:
        keys = (*self._held, key) if key is not None else tuple(self._held)
        burst = Burst(keys, certain=self._certain, ended=key is not None)
        self._held, self._certain = [], False
        return [burst] if burst.text else []

    def _feed_text(self, key: events.Key) -> list[Item]:
        if key.is_printable or key.key in _ENDS:
            self._text.append(_character(key))
            return []
        return [*self.release(), key]

    def _too_much(self) -> list[Item]:
        """Release a key that is held down; turn too many keys into text."""
        if self._certain:
            return []
        if len(self._held) > TEXT_LENGTH:
            self.become_text([])
        elif (
            len(self._held) >= _REPEATED
            and not self._held[-1].key.isdigit()
            and len({key.key for key in self._held}) == 1
            and self._held[-1].time - self._held[0].time > _HELD_SECONDS * (len(self._held) - 1)
        ):
            return self.release()
        return []


def _character(key: events.Key) -> str:
    if key.key in _ENDS:
        return "\t" if key.key == "tab" else "\n"
    return key.character or ""
