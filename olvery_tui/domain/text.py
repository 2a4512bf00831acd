"""Text from outside: made safe to keep in one line and to send to a terminal.

A name may carry markup, escape sequences, marks that turn the writing direction, letters of no
width or ten thousand letters. What is stored is cleaned once here; what is shown is cleaned again,
for another program may have written it.
"""

from __future__ import annotations

import re
import unicodedata

NAME_MAX = 100
LABEL_MAX = 200

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SPACES = frozenset({"Zs", "Zl", "Zp"})
_BLANK = frozenset("\t\n\r\v\f\x85\u115f\u1160\u2800\u3164\uffa0")
"""Breaks, and signs that count as letters or symbols but are drawn as nothing."""

_MARKS = frozenset({"Mn", "Me"})
_MARKS_IN_A_ROW = 2
"""More combining marks than this on one letter draw over the neighbouring lines."""

_ELLIPSIS = "…"
_READ_AHEAD = 4
"""How much more than it shows a screen reads of a text, for what is dropped."""

_FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes for the beginning of a formula, in either width."""


# Compiled when they are first used, not while the application opens.
_ORDINARY = r"[ -~\u0400-\u0482\u048a-\u052f«»–—…№]*"  # nothing to drop, nothing to compose
_IN_URL = r"(?<=://)([^\s:/?#@]*):[^\s@]+@(?:[^\s/?#@]*@)*"  # user:password@host
_IN_WORDS = r"(?i)((?:ssl)?password\s*=\s*)('[^']*'|[^\s&'\"]+)"


def without_secrets(text: str) -> str:
    """`text` with the passwords of database URLs and connection strings in it masked."""
    return re.sub(_IN_WORDS, r"\1***", re.sub(_IN_URL, r"\1:***@", text))


def is_text(text: str) -> bool:
    """Whether it is letters throughout: bytes that are no UTF-8 come in as lone surrogates."""
    return text.isascii() or not any(unicodedata.category(char) == "Cs" for char in text)


def clean(text: str) -> str:
    """One line of visible characters in composed form (NFC): no controls, no format characters.

    Line breaks and tabs become spaces; runs of spaces become one; ends are trimmed. Escape
    sequences lose their escape character and stay as ordinary letters. What is clean stays so.
    """
    if text.isprintable() if text.isascii() else re.fullmatch(_ORDINARY, text):
        return " ".join(text.split())
    visible = "".join(map(_visible, text))
    return " ".join(_few_marks(unicodedata.normalize("NFC", visible)).split())


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category in _SPACES or char in _BLANK:
        return " "
    return "" if category in _DROPPED else char


def _few_marks(text: str) -> str:
    """Without marks that stand on nothing, and without the third and further ones on a letter."""
    kept: list[str] = []
    marks = _MARKS_IN_A_ROW
    for char in text:
        if unicodedata.category(char) in _MARKS:
            marks += 1
            if marks <= _MARKS_IN_A_ROW:
                kept.append(char)
        else:
            kept.append(char)
            marks = _MARKS_IN_A_ROW if char == " " else 0
    return "".join(kept)


def shown(text: str, limit: int = LABEL_MAX) -> str:
    """`text` as it may be put on a screen: clean, one line, cut with an ellipsis after `limit`."""
    line = clean(text[: limit * _READ_AHEAD + 1])
    return line if len(line) <= limit else line[: limit - 1].rstrip() + _ELLIPSIS


def spreadsheet_safe(text: str) -> str:
    """`text` for a CSV or spreadsheet cell: a leading `= + - @` can't become a formula."""
    return f"'{text}" if text[:1] in _FORMULA and text else text
