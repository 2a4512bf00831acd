"""The smallest save there is, how many were kept, and what keeps one from being made."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import func, select

from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import Manager


def add(store: Store, name: str = "Орлова") -> None:
    with store.writing() as session:
        session.add(Manager(last_name=name))


def managers(store: Store) -> int:
    with store.reading() as session:
        return session.exec(select(func.count()).select_from(Manager)).one()


def trouble(act: Callable[[], object]) -> str | None:
    """The code of what keeps something from being done; None where it was done."""
    try:
        act()
    except StoreUnavailable as error:
        return error.code
    return None
