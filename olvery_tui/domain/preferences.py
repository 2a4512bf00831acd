"""What managers choose for themselves: by itself, since the first frame needs little else."""

from __future__ import annotations

from enum import StrEnum


class Preference(StrEnum):
    """What a manager chooses for themself, at any terminal."""

    THEME = "theme"
    LANGUAGE = "language"
    PANE = "pane"
    """`hidden`, or anything else for shown."""
    SERVICE = "service"
    """The id of the service of the last order."""
