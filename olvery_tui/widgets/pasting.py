"""Texts in what a terminal sends: pasted with brackets around them, or without.

Textual looks at every letter of a pasted text as if it was a key, and waits for the closing bracket
as long as it takes; keys pressed meanwhile are part of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

OPEN, CLOSE = "\x1b[200~", "\x1b[201~"

PASTED_MAX = 1_000_000
"""Letters of a pasted text that are kept: it is known to be too long for anything."""

_SILENCE_SECONDS = 0.2
"""Behind such a pause an escape sequence is a key although the closing bracket has not come."""

_OPEN_SECONDS = 1.0
"""A text whose closing bracket has not come after such a pause is over."""

_LAST_KEY = re.compile(r"\x1b[^\x1b]{0,7}\Z")
"""A key that was pressed right behind a text whose closing bracket has not come."""

_RUN = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]{256,}")
"""More letters at once than anybody types: a terminal without brackets pastes like that."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """A text that was pasted with brackets around it."""

    text: str


@dataclass(frozen=True, slots=True)
class Unbracketed:
    """A piece of a text that was pasted without."""

    text: str


Part = Pasted | Unbracketed | str
"""A string is what is left: keys and what else the terminal says."""


class Pastes:
    """Splits what a terminal sends into pasted texts and the rest."""

    def __init__(self) -> None:
        self._open: list[str] | None = None
        self._length = 0
        self._tail = ""
        self._time = 0.0

    def feed(self, data: str, now: float, *, in_sequence: bool = False) -> list[Part]:
        """Take what has come.

        Args:
            data: What was read.
            now: When.
            in_sequence: Whether an escape sequence is still going on, to which it may belong.
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
        """Nothing has come for a while."""
        if self._open is None:
            tail, self._tail = self._tail, ""
            return [tail] if tail else []
        if now - self._time <= _OPEN_SECONDS:
            return []
        text = "".join(self._open) + self._tail
        key = _LAST_KEY.search(text)
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
    """A text split into what was pasted without brackets and the rest."""
    parts: list[Part] = []
    end = 0
    for run in _RUN.finditer(text):
        parts += [text[end : run.start()], Unbracketed(run[0])]
        end = run.end()
    return [part for part in [*parts, text[end:]] if part]


def _without_beginning(text: str, mark: str, *, least: int) -> tuple[str, str]:
    """A text without the beginning of a mark at its end, of some letters at least, and that."""
    for length in range(min(len(mark) - 1, len(text)), least - 1, -1):
        if mark.startswith(text[-length:]):
            return text[:-length], text[-length:]
    return text, ""
