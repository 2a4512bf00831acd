"""Failed passwords, counted by login, so that guessing slows down on every terminal at once.

A password may be typed into the login field by mistake. So no login is stored, known or not,
only 16 bits of its hash, from which nothing can be guessed.
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
"""Failures beyond this number add no delay; another program may have written any number."""


def bucket(login: str) -> int:
    """Return the counter of a (folded) login; several logins may share one."""
    return int.from_bytes(hashlib.sha256(login.encode()).digest()[:2], "big")


def wait(session: Session, login: str, now: datetime) -> timedelta:
    """Return how long the login has to wait; zero if an attempt may be made, counted as failed.

    Attempts are counted before the password is checked, so that parallel ones gain nothing. A clock
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
    """Reset the counter: the right password was given."""
    session.connection().execute(
        delete(SIGN_IN_DELAYS).where(SIGN_IN_DELAYS.c.bucket == bucket(login))
    )
