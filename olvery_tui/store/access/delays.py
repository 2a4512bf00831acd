"""Wrong passwords, counted by login, so that guessing slows down on every terminal at once.

What is typed as a login may be a password in the wrong field. So no login is kept here, known or
not: only 16 bits of its hash, which is the same for both and tells nothing that could be guessed.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session

from olvery_tui.domain.access import FORGOTTEN_AFTER, LONGEST_DELAY, delay_after
from olvery_tui.store.database.locks import AdvisoryLock, acquire
from olvery_tui.store.database.tables import SIGN_IN_DELAYS

_COUNTED = 1_000
"""Failures beyond these wait no longer, whoever has written the number there."""


def bucket(login: str) -> int:
    """Which counter a (folded) login has; some have it together."""
    return int.from_bytes(hashlib.sha256(login.encode()).digest()[:2], "big")


def wait(session: Session, login: str, now: datetime) -> timedelta:
    """How long the login has to wait; nothing: an attempt may be made, and is counted as failed.

    It is counted before the password is looked at, so that many at once come no further. A clock
    that was set back makes nobody wait longer than the longest delay.
    """
    acquire(session, AdvisoryLock.PASSWORDS)
    number = bucket(login)
    query = select(SIGN_IN_DELAYS.c.failures, SIGN_IN_DELAYS.c.until).where(
        SIGN_IN_DELAYS.c.bucket == number
    )
    found = session.connection().execute(query).first()
    failures = 0
    if found is not None:
        left: timedelta = found.until - now
        if timedelta() < left <= LONGEST_DELAY:
            return left
        failures = 0 if left < -FORGOTTEN_AFTER or left > LONGEST_DELAY else found.failures
    failures = min(failures, _COUNTED) + 1
    values = {"failures": failures, "until": now + delay_after(failures)}
    if found is None:
        session.connection().execute(insert(SIGN_IN_DELAYS).values(bucket=number, **values))
    else:
        session.connection().execute(
            update(SIGN_IN_DELAYS).where(SIGN_IN_DELAYS.c.bucket == number).values(**values)
        )
    return timedelta()


def forget(session: Session, login: str) -> None:
    """The right password was given."""
    session.connection().execute(
        delete(SIGN_IN_DELAYS).where(SIGN_IN_DELAYS.c.bucket == bucket(login))
    )
