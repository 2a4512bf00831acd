"""A hash chain over the audit trail that reveals changed, removed or inserted lines.

All events of one transaction carry the same number, their batch. Before the transaction commits,
one seal is written over them: SHA-256 of the previous seal and every line. So each seal vouches for
everything before it, at the cost of some statements per transaction, not one per event.

Sealing locks the single row of `event_chain` until the commit. On PostgreSQL that orders the seals,
whoever wrote when; it is a transaction's last lock, so nobody waits for it while being waited for.
SQLite has one writer anyway. A trigger on the seal advances the row, so that no statement can make
the two disagree and block every later write.

Limits: anyone who can write to the file can also compute a whole new chain. Only somebody who kept
a former seal elsewhere can notice (`verify(known=…)`, `olvery-tui db check --seal`).
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby, islice
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    Text,
    bindparam,
    cast,
    exists,
    func,
    insert,
    literal,
    select,
    type_coerce,
    update,
)
from sqlalchemy.types import NullType
from sqlmodel import Session

from olvery_tui.domain.problems import Problem, ProblemCode
from olvery_tui.store.database.tables import CHAIN, EVENTS, SEALS
from olvery_tui.store.database.tolerant import moment_or_kept

log = logging.getLogger(__name__)


_BATCH = "olvery_batch"
_BITS = 53
_FETCHED = 2_000

_SEALED = (
    "id",
    "at",
    "due_at",
    "kind",
    "actor",
    "manager_id",
    "account",
    "ticket_number",
    "order_number",
    "data",
    "terminal",
    "subject_id",
)
"""The columns that a seal covers, in fixed order.

A later column must be appended, and count only in lines that have a value there, so that earlier
seals stay valid.
"""

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
_MOMENTS = frozenset({"at", "due_at"})


class Seal(NamedTuple):
    """The number of seals and the last one's hash: enough to recognise the whole trail."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @classmethod
    def read(cls, text: str) -> Seal | None:
        """Parse the result of `str`; return None for anything else."""
        number, _colon, digest = text.strip().partition(":")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        return cls(int(number), digest.lower())


# ── Sealing ──────────────────────────────────────────────────────────────────────────────────────


def batch_of(session: Session) -> int:
    """Return the batch number of this transaction's events, drawn with the first of them.

    Never zero, which is what other programs' lines have.
    """
    known: int | None = session.info.get(_BATCH)
    if known is None:
        known = session.info[_BATCH] = new_batch()
    return known


def new_batch() -> int:
    """Return a new batch number for the lines of one transaction."""
    return secrets.randbits(_BITS) + 1


def seal(session: Session) -> None:
    """Seal this transaction's events, if any; call right before its commit."""
    batch = session.info.pop(_BATCH, None)
    if batch is None:
        return
    connection = session.connection()
    query = _lines_of_batch(connection.dialect.name)
    lines = connection.execute(query, {"batch": batch}).all()
    content, count = _digest((lines,))
    if count:
        _link(connection, batch, count, content)


def seal_former(connection: Connection) -> None:
    """Start the chain with everything recorded before it existed."""
    seal_unguarded(connection, 0)


def seal_unguarded(connection: Connection, batch: int) -> None:
    """Seal a migration's events.

    It runs without the guards, and so without the trigger that advances the chain.
    """
    query = _lines_of_batch(connection.dialect.name).execution_options(yield_per=_FETCHED)
    content, count = _digest(connection.execute(query, {"batch": batch}).partitions())
    if count:
        seal = _link(connection, batch, count, content)
        behind = update(CHAIN).where(CHAIN.c.seals < seal.number)
        connection.execute(behind.values(seals=seal.number, hash=seal.hash))


def mend(connection: Connection) -> None:
    """Repair what no guard prevented: a missing counter, and lines numbered far ahead of others.

    Call with the guards lifted. Beyond the greatest possible number SQLite numbers at random, so
    all lines from there on are renumbered after the last regular one, ordered by time. If one of
    them was sealed, its seal becomes invalid and is reported.
    """
    run = connection.execute
    run(_BEGIN_CHAIN)
    ahead = run(_AHEAD, {"far": _FAR}).scalars().all()
    if not ahead:
        return
    last = run(select(func.max(EVENTS.c.id)).where(EVENTS.c.id < _FAR)).scalar() or 0
    log.warning("lines of the audit trail that were numbered far ahead: %d", len(ahead))
    for number, line in enumerate(ahead, last + 1):
        run(update(EVENTS).where(EVENTS.c.id == line).values(id=number))
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "SELECT setval(pg_get_serial_sequence('event', 'id'), (SELECT max(id) FROM event))"
        )


_FAR = 2_000_000_000
"""A number that no trail reaches in regular use."""

_BEGIN_CHAIN = insert(CHAIN).from_select(
    ["id", "seals", "hash"],
    select(literal(1), literal(0), literal("")).where(~exists(select(CHAIN.c.id))),
)
_AHEAD = (
    select(EVENTS.c.id)
    .where(EVENTS.c.id >= bindparam("far"))
    .order_by(type_coerce(EVENTS.c.at, NullType()), EVENTS.c.id)
)


def _link(connection: Connection, batch: int, count: int, content: bytes) -> Seal:
    last, before = _head(connection)
    seal = Seal(last + 1, _chained(before, content))
    row = {"id": seal.number, "batch": batch, "events": count, "hash": seal.hash}
    connection.execute(_ADD, row)
    return seal


def _head(connection: Connection) -> tuple[int, str]:
    """Return the number and hash of the last seal, locked until the transaction ends.

    If the counter is behind its seals, as after damage, follow them without a gap.
    """
    last, before, taken = connection.execute(_HEAD).first() or (0, "", "")
    if taken is None:
        return last, before
    log.warning("the audit trail's counter is behind its seals: %s", last)
    with connection.execute(_SEALS_BEHIND, {"last": last}) as seals:
        for number, digest in seals:
            if number != last + 1:
                break
            last, before = number, digest
    return last, before


_HEAD = (
    select(
        CHAIN.c.seals,
        CHAIN.c.hash,
        select(SEALS.c.hash).where(SEALS.c.id == CHAIN.c.seals + 1).scalar_subquery(),
    )
    .where(CHAIN.c.id == 1)
    .with_for_update(of=CHAIN)
)
_SEALS_BEHIND = (
    select(SEALS.c.id, SEALS.c.hash)
    .where(SEALS.c.id > bindparam("last"))
    .order_by(SEALS.c.id)
    .execution_options(yield_per=_FETCHED)
)
_ADD = insert(SEALS)


def _chained(before: str, content: bytes) -> str:
    return hashlib.sha256(before.encode() + content).hexdigest()


def _digest(parts: Iterable[Sequence[Any]]) -> tuple[bytes, int]:
    digest, count = hashlib.sha256(), 0
    for lines in parts:
        count += len(lines)
        if lines:
            digest.update(_written(lines))
    return digest.digest(), count


def _written(lines: Iterable[Sequence[Any]]) -> bytes:
    """Return the bytes of lines to hash, independent of how they are split into parts."""
    return (_JSON([tuple(line) for line in lines])[1:-1] + ",").encode()


@cache
def _lines(dialect: str) -> Select[Any]:
    """Return the sealed columns as plain numbers and texts, the same on every engine."""
    return select(*(_plain(name, whole_moments=dialect == "sqlite") for name in _SEALED))


@cache
def _lines_of_batch(dialect: str) -> Select[Any]:
    """Return one batch's lines (ix_event_batch), whatever numbers others have given theirs."""
    return _lines(dialect).where(EVENTS.c.batch == bindparam("batch")).order_by(EVENTS.c.id)


def _plain(name: str, *, whole_moments: bool) -> Any:
    column = EVENTS.c[name]
    if name in _MOMENTS and whole_moments:
        return type_coerce(column, BigInteger)
    if name in _MOMENTS:
        epoch = func.extract("epoch", moment_or_kept(column, "postgresql"))
        return cast(epoch * 1_000_000, BigInteger)
    return cast(column, Text) if name == "data" else column


# ── Verifying ───────────────────────────────────────────────────────────────────────────────────


def newest(session: Session) -> Seal:
    """Return the last seal, worth noting somewhere else."""
    row = session.connection().execute(select(CHAIN.c.seals, CHAIN.c.hash)).first()
    return Seal(0, "") if row is None else Seal(*row)


def verify(connection: Connection, known: Seal | None = None) -> Iterator[Problem]:
    """Yield every problem of the trail; none if it is intact.

    `known` is a seal noted earlier that must still exist.

    Yields:
        `trail_changed` (seal, first, last: ids of events), `trail_removed` (seal), `trail_added`
        (event: never sealed), `trail_cut` (seals expected, seals found), and `trail_other` (seal:
        the noted one is not of this trail).
    """
    yield from _unsealed(connection)
    before, number = "", 0
    for found in _sealed_lines(connection):
        if found.number != number + 1:
            yield Problem(ProblemCode.TRAIL_REMOVED, {"seal": number + 1})
        if not found.ids or found.sealed != len(found.ids):
            yield (
                _changed(found)
                if found.ids
                else Problem(ProblemCode.TRAIL_REMOVED, {"seal": found.number})
            )
        elif _chained(before, found.content) != found.hash:
            yield _changed(found)
        before, number = found.hash, found.number
        if known is not None and known.number == number and known.hash != before:
            yield Problem(ProblemCode.TRAIL_OTHER, {"seal": number})
    head = connection.execute(select(CHAIN.c.seals, CHAIN.c.hash)).first()
    if head is None or tuple(head) != (number, before):
        yield Problem(ProblemCode.TRAIL_CUT, {"seals": head.seals if head else 0, "found": number})
    if known is not None and known.number > number:
        yield Problem(ProblemCode.TRAIL_CUT, {"seals": known.number, "found": number})


def _changed(found: _Found) -> Problem:
    facts: dict[str, object] = {"seal": found.number, "first": found.ids[0], "last": found.ids[-1]}
    return Problem(ProblemCode.TRAIL_CHANGED, facts)


class _Found(NamedTuple):
    """A seal, and the lines now in its batch."""

    number: int
    sealed: int
    hash: str
    ids: Sequence[int]
    content: bytes


def _sealed_lines(connection: Connection) -> Iterator[_Found]:
    """Yield every seal in order; the database sorts, so memory stays bounded."""
    query = (
        _lines(connection.dialect.name)
        .add_columns(SEALS.c.id.label("seal"), SEALS.c.events, SEALS.c.hash)
        .select_from(SEALS.outerjoin(EVENTS, EVENTS.c.batch == SEALS.c.batch))
        .order_by(SEALS.c.id, EVENTS.c.id)
    )
    rows = connection.execute(query.execution_options(yield_per=_FETCHED))
    for (number, count, digest), lines in groupby(rows, key=lambda row: tuple(row[-3:])):
        content, ids = hashlib.sha256(), array("q")
        present = (line[:-3] for line in lines if line[0] is not None)
        while some := list(islice(present, _FETCHED)):
            ids.extend(line[0] for line in some)
            content.update(_written(some))
        yield _Found(number, count, digest, ids, content.digest())


def _unsealed(connection: Connection) -> Iterator[Problem]:
    query = (
        select(EVENTS.c.id)
        .outerjoin_from(EVENTS, SEALS, SEALS.c.batch == EVENTS.c.batch)
        .where(SEALS.c.id.is_(None))
        .order_by(EVENTS.c.id)
    )
    for (event,) in connection.execute(query):
        yield Problem(ProblemCode.TRAIL_ADDED, {"event": event})
