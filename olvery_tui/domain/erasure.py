"""The erasure of a person's data, and the act that the law asks for.

Source: Federal law 152-FZ, article 21, and order 179 of Roskomnadzor of 28.10.2022: an act and an
extract of the log say who erased what of whom, when, how and on what ground; they are kept for
three years. Neither holds what was erased: the person is named by their number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Ground(StrEnum):
    """Why a person's data is erased."""

    WITHDRAWN = "withdrawn"  # the consent was withdrawn
    PURPOSE = "purpose"  # what it was kept for is done, or needs it no longer
    UNLAWFUL = "unlawful"  # it was kept without a right to
    REQUEST = "request"  # the person or an authority asks for it


@dataclass(frozen=True, slots=True)
class ErasureAct:
    """What an act says; `event` is the line of the log that it is taken from.

    `fields` are the fields that held something, `records` how many rows of each kind (`person`,
    `words`, `keys`, `presets`, `tickets`, `orders`) hold nothing of the person any more.
    """

    event: int
    person: int
    at: datetime
    who: str
    ground: Ground | None
    fields: tuple[str, ...] = ()
    records: Mapping[str, int] = field(default_factory=dict)
    location: str = ""
