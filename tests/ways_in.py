"""How managers come in, set past the desk, for tests that are about something else."""

from __future__ import annotations

from dataclasses import replace

from olvery_tui.domain.access import SignIn
from olvery_tui.store.access import managers
from olvery_tui.store.catalogue import locations
from olvery_tui.store.database.engine import Store


def come_in_by(store: Store, way: SignIn, *, lock_minutes: int = 10) -> None:
    """Let managers be known in this way."""
    with store.writing() as session:
        seen = locations.settings(session)
        wanted = replace(seen, sign_in=way, lock_minutes=lock_minutes)
        assert locations.change_settings(session, seen.version, wanted)


def by_key(store: Store) -> None:
    """Let `--login` be enough."""
    come_in_by(store, SignIn.SSH_KEY)


def login_of(store: Store, name: str) -> str:
    """What a manager of this name signs in as; they are made where there is none."""
    with store.writing() as session:
        known = managers.ensure(session, name, name.rsplit(maxsplit=1)[-1].casefold())
    assert known.login is not None
    return known.login
