"""What all loaders of one import share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import NamedTuple, Protocol

from sqlmodel import Session

from olvery_tui.domain.access import Actor
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.import_lines import Line
from olvery_tui.store.importing.deferred import Deferred
from olvery_tui.store.importing.report import Outcome


class Entry(NamedTuple):
    """A checked line, and where it stands. One that can't be used has no record, maybe no key."""

    line: int
    position: int
    key: str | None
    record: Line | None


class Verdict(NamedTuple):
    """What became of an entry. `waits`: it may yet be imported, once a seat is given up."""

    entry: Entry
    outcome: Outcome
    problems: tuple[InvalidInput, ...] = ()
    waits: bool = False


class Refused(Exception):
    """A line can't be imported as the database stands."""

    def __init__(self, *problems: InvalidInput) -> None:
        super().__init__(problems)
        self.problems = problems


class Problems(list[InvalidInput]):
    """What is wrong with one line, gathered so that all of it is told at once."""

    def refuse_if_any(self) -> None:
        """End with the line here. Raises `Refused` with all that was gathered."""
        if self:
            raise Refused(*self)


@dataclass(slots=True)
class Context:
    """The import's surroundings. `freed` counts the seats that were given up so far; `one_by_one`
    says that lines are in each other's way, so that they are not written all at once. `joined` are
    the people whom a table's row names by a phone or email that is known, by the row's key; None
    where every key is a person of its own. Loaders call `meanwhile` once the database is about to
    write, when there is time for other work.
    """

    actor: Actor
    zone: tzinfo
    currency: str
    deferred: Deferred
    now: datetime
    freed: int = 0
    one_by_one: bool = False
    joined: dict[str, int] | None = None
    meanwhile: Callable[[], None] = lambda: None


class Loader(Protocol):
    """Imports entries of one kind, each key at most once in a call, in one transaction."""

    def load(self, session: Session, entries: list[Entry]) -> list[Verdict]:
        """What became of each entry, in their order.

        Raises:
            SeatConflict: not one by one: a seat is in the way.
        """
        ...
