"""Who may act here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from olvery_tui.domain.cards import ManagerCard
from olvery_tui.domain.text import NAME_MAX, clean
from olvery_tui.store.locks import Turn, take_turn
from olvery_tui.store.models import Manager

_MANAGERS = Manager.metadata.tables["manager"]
_CARD = (
    _MANAGERS.c.id,
    _MANAGERS.c.login,
    _MANAGERS.c.last_name,
    _MANAGERS.c.first_name,
)


def by_id(session: Session, manager_id: int) -> ManagerCard | None:
    """The manager with this id."""
    return _first(session, _MANAGERS.c.id == manager_id)


def by_login(session: Session, login: str) -> ManagerCard | None:
    """The manager who signs in as `login`."""
    return _first(session, _MANAGERS.c.login == login)


def by_name(session: Session, display: str) -> ManagerCard | None:
    """The manager of whom `display` is the first and last name, in any case.

    Managers are few, and a database can't fold Cyrillic letters: they are compared here.
    """
    wanted = clean(display).casefold()
    for row in session.connection().execute(select(*_CARD).order_by(_MANAGERS.c.id)):
        card = _card(row)
        if card.name.casefold() == wanted:
            return card
    return None


def ensure(session: Session, display: str, login: str | None = None) -> ManagerCard:
    """The manager of this name, added where there is none. The first word is the first name.

    Raises:
        ValueError: if no letter is left of the name.
    """
    name = clean(display)[:NAME_MAX]
    if not name:
        raise ValueError("a manager needs a name")
    take_turn(session, Turn.PEOPLE)
    known = by_name(session, name)
    if known is not None:
        return known
    first, _, last = name.partition(" ")
    added = session.connection().execute(
        insert(_MANAGERS).values(login=login, last_name=last, first_name=first)
    )
    key = added.inserted_primary_key
    assert key is not None
    return ManagerCard(key[0], login, last, first)


def _first(session: Session, condition: Any) -> ManagerCard | None:
    row = session.connection().execute(select(*_CARD).where(condition)).first()
    return None if row is None else _card(row)


def _card(row: Any) -> ManagerCard:
    return ManagerCard(row.id, row.login, row.last_name, row.first_name)
