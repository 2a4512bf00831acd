"""Detect pasted text in terminal input, with bracketed paste or without.

Textual handles each character of pasted text as a key, and waits for the closing bracket without a
limit; keys pressed meanwhile become part of the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

OPEN, CLOSE = "\x1b[200~", "\x1b[201~"

PASTED_MAX = 1_000_000
"""Characters of a pasted text that are kept; a longer one is too long for any field."""

_SILENCE_SECONDS = 0.2
"""Pause in seconds after which an escape sequence is a key although no closing bracket came."""

_OPEN_SECONDS = 1.0
"""Pause in seconds after which a text without its closing bracket ends."""

_LAST_KEY = r"\x1b[^\x1b]{0,7}\Z"
"""A key pressed right after a text whose closing bracket is missing."""

_RUN = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]{256,}"
"""More characters at once than a person types: a paste from a terminal without brackets."""


class Pasted(NamedTuple):
    """Pasted text, or a piece of one without brackets."""

    text: str
    bracketed: bool = True


Part = Pasted | str
"""A string is the rest: keys and other terminal input."""


class Pastes:
    """Splits terminal input into pasted texts and the rest."""

    def __init__(self) -> None:
        self._open: list[str] | None = None
        self._length = 0
        self._tail = ""
        self._time = 0.0

    def feed(self, data: str, now: float, *, in_sequence: bool = False) -> list[Part]:
        """Take input and return the parts completed by it.

        Args:
            data: What was read.
            now: The time of reading, in seconds.
            in_sequence: Whether an unfinished escape sequence, to which it may belong, is pending.
        """
        pause, self._time = now - self._time, now
        parts: list[Part] = []
        if self._open is not None and pause > _SILENCE_SECONDS and self._is_key(data):
            parts += self._close()
        data, self._tail = self._tail + data, ""
        while data:
            if self._open is None:
                before, bracket, data = data.partition(OPEN)
                if not bracket:
                    before, self._tail = _without_beginning(before, OPEN, least=3)
                parts += [before] if in_sequence else _runs(before)
                if bracket:
                    self._open, self._length = [], 0
            else:
                text, bracket, data = data.partition(CLOSE)
                if not bracket:
                    text, self._tail = _without_beginning(text, CLOSE, least=1)
                self._keep(text)
                if bracket:
                    parts += self._close()
        return parts

    def tick(self, now: float) -> list[Part]:
        """Return the parts that end because no input has come for a while."""
        if self._open is None:
            tail, self._tail = self._tail, ""
            return [tail] if tail else []
        if now - self._time <= _OPEN_SECONDS:
            return []
        text = "".join(self._open) + self._tail
        key = re.search(_LAST_KEY, text)
        self._open = [text[: key.start()] if key else text]
        return [*self._close(), *([key[0]] if key else [])]

    def _is_key(self, data: str) -> bool:
        return not self._tail and data.startswith("\x1b") and not CLOSE.startswith(data[:6])

    def _keep(self, text: str) -> None:
        assert self._open is not None
        self._length += len(text)
        if self._length <= PASTED_MAX:
            self._open.append(text)

    def _close(self) -> list[Part]:
        text = "".join(self._open or ())
        self._open, self._tail = None, ""
        return [Pasted(text)]


def _runs(text: str) -> list[Part]:
    """Split a text into pieces pasted without brackets and the rest."""
    parts: list[Part] = []
    end = 0
    for run in re.finditer(_RUN, text):
        parts += [text[end : run.start()], Pasted(run[0], bracketed=False)]
        end = run.end()
    return [part for part in [*parts, text[end:]] if part]


def _without_beginning(text: str, mark: str, *, least: int) -> tuple[str, str]:
    """Split off an incomplete `mark`, of at least `least` characters, at the end of `text`."""
    for length in range(min(len(mark) - 1, len(text)), least - 1, -1):
        if mark.startswith(text[-length:]):
            return text[:-length], text[-length:]
    return text, ""
