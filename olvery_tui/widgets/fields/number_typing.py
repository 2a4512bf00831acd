"""A number typed on an open ticket or order: digits, then `Enter`."""

from __future__ import annotations


class NumberTyping:
    """Collects the digits of another number, all of them."""

    def __init__(self) -> None:
        self.typed = ""

    def take(self, character: str | None) -> bool:
        """Add a digit; whether `character` was one."""
        if not character or not (character.isascii() and character.isdigit()):
            return False
        self.typed += character
        return True

    def finish(self) -> str:
        """The digits that were typed; begins anew."""
        typed, self.typed = self.typed, ""
        return typed

    def __bool__(self) -> bool:
        return bool(self.typed)
