"""Type another number on an open ticket or order: digits, then `Enter`."""

from __future__ import annotations


class NumberTyping:
    """Collects the digits of a number."""

    def __init__(self) -> None:
        self.typed = ""

    def take(self, character: str | None) -> bool:
        """Add `character` if it is a digit; return whether it was."""
        if not character or not (character.isascii() and character.isdigit()):
            return False
        self.typed += character
        return True

    def finish(self) -> str:
        """Return the typed digits and start anew."""
        typed, self.typed = self.typed, ""
        return typed

    def __bool__(self) -> bool:
        return bool(self.typed)
