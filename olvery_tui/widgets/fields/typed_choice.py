"""Choose by a letter: the next label that has a word beginning with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_DOTS = "\N{COMBINING DIAERESIS}"


def next_beginning_with(letter: str, labels: Sequence[str], start: int | None) -> int | None:
    """Return the first label after `start`, wrapping around, with a word beginning with `letter`.

    Case and dots above a letter are ignored. A Latin letter never matches a Cyrillic lookalike: the
    key that opened a window would choose in it.
    """
    if not letter.isalnum():
        return None
    wanted = _folded(letter)
    first = 0 if start is None else start + 1
    for step in range(len(labels)):
        at = (first + step) % len(labels)
        if any(word.startswith(wanted) for word in _folded(labels[at]).split()):
            return at
    return None


def _folded(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.casefold()).replace(_DOTS, "")
    text = unicodedata.normalize("NFC", bare)
    return "".join(sign if sign.isalnum() else " " for sign in text)
