"""A command of the palette."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Command(NamedTuple):
    """A command that works now. Label and group are msgids, so that both languages find it."""

    label: str
    group: str
    run: Callable[[], object]
    key: str = ""
    preview: Callable[[], None] | None = None
    """Shows what the command would do, while the cursor is on it."""
