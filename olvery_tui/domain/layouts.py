"""The two keyboard layouts of a desk: Latin QWERTY, and the Russian letters on the same keys."""

from __future__ import annotations

LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбю"

_SHIFTED_LATIN = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>'
_TO_LATIN = str.maketrans(CYRILLIC + CYRILLIC.upper() + "№", LATIN + _SHIFTED_LATIN + "#")
_TO_CYRILLIC = str.maketrans(LATIN + _SHIFTED_LATIN, CYRILLIC + CYRILLIC.upper())


def readings(text: str) -> tuple[str, ...]:
    """A text as it was typed, and as the same keys type it under the Latin and Russian layouts."""
    return (text, text.translate(_TO_LATIN), text.translate(_TO_CYRILLIC))
