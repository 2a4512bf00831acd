"""What all loaders of one import share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import NamedTuple, Protocol, TypeVar

from sqlmodel import Session

from olvery_tui.domain.access import Actor
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.import_fields import quoted
from olvery_tui.domain.import_lines import key_text
from olvery_tui.domain.import_records import Kind, Line
from olvery_tui.store.importing.notebook import Notebook
from olvery_tui.store.importing.report import Outcome

Found = TypeVar("Found")


class Entry(NamedTuple):
    """A checked line, and where it stands."""

    line: int
    position: int
    key: str
    record: Line


class Verdict(NamedTuple):
    """What became of an entry. `waits`: it may yet be taken over, once a seat is given up."""

    entry: Entry
    outcome: Outcome
    problems: tuple[InvalidInput, ...] = ()
    waits: bool = False


class Refused(Exception):
    """A line can't be taken over as the database stands."""

    def __init__(self, *problems: InvalidInput) -> None:
        super().__init__(problems)
        self.problems = problems


class Problems(list[InvalidInput]):
    """What is wrong with one line, gathered so that all of it is told at once."""

    def refuse_if_any(self) -> None:
        """End with the line here.

        Raises:
            Refused: with all that was gathered.
        """
        if self:
            raise Refused(*self)


@dataclass(slots=True)
class Context:
    """The import's surroundings. `freed` counts the seats that were given up so far; `one_by_one`
    says that lines are in each other's way, so that they are not written all at once.
    """

    actor: Actor
    zone: tzinfo
    currency: str
    notebook: Notebook
    now: datetime
    freed: int = 0
    one_by_one: bool = False

    def named(
        self, problems: Problems, found: Found | None, field: str, kind: Kind, *key: str | int
    ) -> Found | None:
        """`found`, if it may be relied on; otherwise the problem of the field that named it.

        `depends`: a line of this file was to describe it and was refused. `no_such`: nothing has
        this name.
        """
        if found is not None and not self.notebook.any_refused:
            return found
        cause = self.notebook.cause(kind, key_text(key))
        text = quoted(str(key[-1]))
        if cause is not None:
            problems.append(InvalidInput(field, "depends", {"line": cause, "text": text}))
            return None
        if found is None:
            problems.append(InvalidInput(field, "no_such", {"text": text}))
        return found


class Loader(Protocol):
    """Takes entries of one kind over, each key at most once in a call, in one transaction."""

    def load(self, session: Session, entries: list[Entry]) -> list[Verdict]:
        """What became of each entry, in their order."""
        ...
