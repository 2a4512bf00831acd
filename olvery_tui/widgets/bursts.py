"""Keys that come faster than a hand types are held for a moment and handed on together.

A barcode scanner types its code within some hundredths of a second and ends it with `Enter`, line
feed, both, or `Tab`. None of its keys may act before it is known whether they are one code.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from textual import events

GAP_SECONDS = 0.04
"""The longest pause between two keys of one burst. Hands are slower, scanners are faster."""

TEXT_LENGTH = 256
"""So many keys in one burst are a text that was pasted by a terminal without bracketed paste."""

_CODE_SECONDS = 1.0
"""After the configured prefix a code may pause for so long."""

_FAST_SECONDS, _END_SECONDS = 0.012, 0.3
"""With no longer pauses on average no hand types: the end of keys with a digit among them may come
a little later."""

_UNENDED_KEYS = 4
"""So many of them are a code even if no end comes."""

_ENDS = frozenset({"enter", "tab", "ctrl+j"})
_REPEATED, _HELD_SECONDS = 4, 0.015
"""So many times the same letter, with such pauses at least, are a key that is held down."""


@dataclass(frozen=True, slots=True)
class Burst:
    """Printable keys in one go, and the `Enter`, line feed or `Tab` that ended them.

    With `certain` it came behind the scanner's prefix; only then, or where no hand could have typed
    it, it may be not `ended`.
    """

    keys: tuple[events.Key, ...]
    certain: bool = False
    ended: bool = True

    @property
    def text(self) -> str:
        """What the keys type."""
        return "".join(key.character or "" for key in self.keys if key.is_printable)


@dataclass(frozen=True, slots=True)
class Text:
    """More keys in one go than anybody types."""

    text: str


class TypedText(events.InputEvent, bubble=False):
    """A piece of a long text that came as keys; the terminal pastes without brackets."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


Item = events.Key | Burst | Text


class Bursts:
    """Splits the stream of keys into single keys, bursts and texts. Knows no clock: keys have one.

    Args:
        prefix: The key that the scanner sends before each code; empty where it sends none.
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
        """When `release` is to be called unless another key comes; None where nothing is held."""
        if not (self._held or self._text or self._certain):
            return None
        return self._last_time + self._patience

    @property
    def _patience(self) -> float:
        if self._certain:
            return _CODE_SECONDS
        return _END_SECONDS if self._is_fast else GAP_SECONDS

    @property
    def _is_fast(self) -> bool:
        """Whether what is held was typed by a machine."""
        held = self._held
        return (
            len(held) > 1
            and held[-1].time - held[0].time < _FAST_SECONDS * (len(held) - 1)
            and any((key.character or "").isdigit() for key in held)
        )

    def feed(self, key: events.Key) -> list[Item]:
        """Take a key; what is complete by that, in order."""
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
        """Nothing more came: hand on what is held, as it is."""
        if self._text:
            text = "".join(self._text)
            self._text.clear()
            return [Text(text)]
        if self._certain or (self._is_fast and len(self._held) >= _UNENDED_KEYS):
            return self._end(None)
        held, self._held = self._held, []
        return list(held)

    def become_text(self, keys: list[events.Key]) -> None:
        """These keys, and what follows without a pause, are a text."""
        self._text.extend(_character(key) for key in [*keys, *self._held])
        self._held = []

    def feed_text(self, piece: TypedText) -> None:
        """Take a piece of a text, to which what is held belongs."""
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
        """Let go of a key that is held down; take too many keys for a text."""
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
