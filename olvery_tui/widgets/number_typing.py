"""A number typed (or scanned) on an open ticket: digits, then `Enter`."""

from __future__ import annotations

_MOST_DIGITS = 10
_PASTED_MAX = 100


def pasted_digits(text: str) -> str:
    """The digits of a pasted number, without the space or line's end around it; else nothing."""
    digits = text[:_PASTED_MAX].strip()
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
    return digits if is_number else ""


class NumberTyping:
    """Collects the digits of another ticket's number. A scanner types them within milliseconds."""

    def __init__(self) -> None:
        self.typed = ""

    def take(self, character: str | None) -> bool:
        """Add a digit; whether `character` was one."""
        if not character or not (character.isascii() and character.isdigit()):
            return False
        self.typed = (self.typed + character)[-_MOST_DIGITS:]
        return True

    def finish(self) -> int | None:
        """The number that was typed, None where there is none; begins anew."""
        typed, self.typed = self.typed, ""
        return int(typed) if typed else None

    def __bool__(self) -> bool:
        return bool(self.typed)
