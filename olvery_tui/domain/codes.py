"""Codes that a scanner types or that are pasted, and the ticket numbers they stand for.

A scanner is a keyboard: its code arrives as keys. What tells a code from keys typed ahead over a
slow line is what it contains and where it arrives:

- Where keys are commands (a list, a ticket, a calendar), everything with a digit in it is a code,
  unless it begins with a key that starts a search.
- In a line to type in, only what people don't type there is: plain digits that the line can't use,
  letters with zeros before the number (`INV-00312`), and what the pattern of the settings matches.
  Where `Enter` does something at once, everything with a digit that could be no other thing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

NUMBER_MAX = 2**31 - 1
"""The largest number of an order or ticket: what an INTEGER column of PostgreSQL holds."""

LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбю"

_SHIFTED_LATIN = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>'
_TO_LATIN = str.maketrans(CYRILLIC + CYRILLIC.upper() + "№", LATIN + _SHIFTED_LATIN + "#")
_TO_CYRILLIC = str.maketrans(LATIN + _SHIFTED_LATIN, CYRILLIC + CYRILLIC.upper())


def readings(text: str) -> tuple[str, ...]:
    """A text as it was typed, and as the same keys type it under the Latin and Russian layouts."""
    return (text, text.translate(_TO_LATIN), text.translate(_TO_CYRILLIC))


DEFAULT_PATTERN = r"olvery:(\d+)"
"""What a code of a ticket looks like unless the settings name another pattern."""

_SEARCH_KEYS = "/.,? "
"""Keys that go to a search or mark a line in both layouts: no code begins with them."""

_WORDS = r"(?:билет|ticket|nr\.?|no\.?|[№#])"
_BARE = r"[0-9]+|[^\W\d_]{1,8}[-:_/#]?0{2,}[0-9]+"
"""What is no text although it arrives in a line to type in."""


class Place(NamedTuple):
    """Where a burst of keys arrives.

    Args:
        types: Whether there is a line to type in.
        takes: A regular expression for what may be typed there in one go although a code could look
            like it: a price, a phone, a day.
        least: The fewest letters of what is typed there.
        acts: Whether `Enter` does something at once there, so that a doubtful burst is a code.
    """

    types: bool = False
    takes: str = ""
    least: int = 0
    acts: bool = False


COMMANDS = Place()
"""Keys are commands here, digits the beginning of a number."""


class Codes:
    """Tells codes from typed keys, and reads the ticket number out of a code.

    Args:
        pattern: A regular expression whose first group is the ticket's number. It is compared with
            the whole code, regardless of case, as it was typed and as the other keyboard layout
            would have typed it.
    """

    def __init__(self, pattern: str = DEFAULT_PATTERN) -> None:
        self._pattern = re.compile(pattern, re.IGNORECASE) if pattern else None

    def is_code(self, burst: str, place: Place = COMMANDS) -> bool:
        """Whether keys that came in one burst, ended by `Enter` or `Tab`, were scanned."""
        if not re.search(r"[0-9]", burst) or burst[0] in _SEARCH_KEYS:
            return False
        if not place.types or len(burst) < place.least or self._matched(burst) is not None:
            return True
        if place.least and self.number(burst) is not None:
            return True  # `Билет 31` is as long as a password
        looks_so = place.acts or re.fullmatch(_BARE, burst) is not None
        return looks_so and not re.fullmatch(place.takes, burst)

    def number(self, code: str) -> int | None:
        """The number of the ticket that a code names; None where it names none.

        `31`, `0000031`, `№ 31`, `Билет 31` and what the pattern matches name ticket 31. A number
        that no ticket can have names none, and is never cut to one that could.
        """
        text = code.strip()
        digits = self._matched(text)
        if digits is None:
            found = next(
                (
                    match
                    for each in readings(text)
                    if (match := re.fullmatch(rf"(?:{_WORDS}\s*)*([0-9]+)", each, re.IGNORECASE))
                ),
                None,
            )
            digits = found[1] if found else ""
        digits = digits.lstrip("0")
        if not re.fullmatch(r"[0-9]+", digits) or len(digits) > len(str(NUMBER_MAX)):
            return None
        return int(digits) if int(digits) <= NUMBER_MAX else None

    def _matched(self, text: str) -> str | None:
        if self._pattern is None:
            return None
        for each in readings(text):
            if match := self._pattern.fullmatch(each):
                return match[1] or ""
        return None
