"""An error of the database is written down without the names, phones and hashes it was given."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from olvery_tui import reporting
from olvery_tui.domain import faults
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import Manager, Person

SECRETS = ("Семенова", "семенова", "+79655776500", "koshatina77", "$argon2id$v=19$secret")
MARIA = {
    "key": "u-17",
    "last_name": "Семенова",
    "first_name": "Мария",
    "phone": "+79655776500",
    "email": "koshatina77@mail.ru",
    "folded": "семенова мария",
}


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "olvery-tui.log"
    assert reporting.set_up(path) == path
    yield path
    for handler in reporting._ours():
        logging.getLogger().removeHandler(handler)
        handler.close()


def twice(session: Session) -> None:
    """The same key again: PostgreSQL quotes it in its DETAIL."""
    for _ in range(2):
        session.connection().execute(insert(Person), [MARIA])


def lacking(session: Session) -> None:
    """A row without what it must have: PostgreSQL quotes all of the row."""
    session.connection().execute(insert(Person), [{**MARIA, "folded": None}])


def unknown_role(session: Session) -> None:
    """A manager's row, with the hash of a password, that a check refuses."""
    row = {"login": "anna", "last_name": SECRETS[0], "first_name": "", "role": "nobody"}
    session.connection().execute(
        insert(Manager), [{**row, "active": True, "password_hash": SECRETS[-1]}]
    )


def no_number(session: Session) -> None:
    """A text where a number belongs: PostgreSQL quotes it in the message itself."""
    session.connection().execute(text("SELECT CAST(:it AS integer) / 0"), {"it": SECRETS[0]})
    raise_anyway = text("INSERT INTO person_word (word, person_id) VALUES (:word, NULL)")
    session.connection().execute(raise_anyway, {"word": SECRETS[1]})


@pytest.mark.parametrize("fail", [twice, lacking, unknown_role, no_number])
def test_the_log_holds_no_value_of_a_statement_that_failed(
    store: Store, log_file: Path, fail: Callable[[Session], None]
) -> None:
    with pytest.raises(DBAPIError) as caught, store.writing() as session:
        fail(session)
    reporting.fault(caught.value)
    logging.getLogger("sqlalchemy.pool").error("the pool's own", exc_info=caught.value)
    told = log_file.read_text("utf-8")
    assert "the pool's own" in told
    assert type(caught.value).__name__ in told
    assert fail.__name__ in told  # where it was
    assert not [secret for secret in SECRETS if secret in told]
    assert not [secret for secret in SECRETS if secret in str(caught.value.statement)]
    assert not [secret for secret in SECRETS if secret in faults.message(caught.value)]
