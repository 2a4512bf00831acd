"""Who may do what here, asked in the very transaction that does it.

A rental manager who is active may do everything that the manual describes. The command line is
administration: whoever can open the database may run it. Nobody else gets a session.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from olvery_tui.clock import Clock
from olvery_tui.domain.actors import Actor
from olvery_tui.domain.errors import NoManager, NotAllowed, Refusal, StoreUnavailable
from olvery_tui.domain.events import ActorKind, EventKind
from olvery_tui.domain.managers import require_manager
from olvery_tui.store.access import managers
from olvery_tui.store.audit import events
from olvery_tui.store.database.engine import Store

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session

log = logging.getLogger(__name__)


class Permitted:
    """A store whose sessions are only for who may work at the desk.

    A manager's standing is read again each time, so whoever is disabled is out with the next thing
    they do; the attempt is recorded.
    """

    def __init__(self, store: Store, clock: Clock, actor: Actor) -> None:
        self._store = store
        self._clock = clock
        self._actor = actor

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """As the store's.

        Raises:
            NoManager: nobody is signed in.
            NotAllowed: whoever is may not (any more).
            StoreUnavailable: the database can't be read.
        """
        with self._recorded(), self._store.reading() as session:
            self._require(session)
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """As the store's; raises what `reading` does, and SeatConflict."""
        with self._recorded(), self._store.writing() as session:
            self._require(session)
            yield session

    def _require(self, session: Session) -> None:
        manager = self._actor.manager
        if manager is None:
            if self._actor.kind is ActorKind.MANAGER:
                raise NoManager
            return  # the command line, the system
        standing = managers.standing(session, manager.id)
        if standing is None:
            raise NotAllowed("gone")
        require_manager(active=standing.active, role=standing.role)

    @contextmanager
    def _recorded(self) -> Iterator[None]:
        """Keep in the audit trail that somebody was sent away."""
        try:
            yield
        except NotAllowed as refusal:
            record_refusal(self._store, self._clock, self._actor, EventKind.ACCESS_REFUSED, refusal)
            raise


class Administration(Permitted):
    """A store whose sessions are only for the command line."""

    def _require(self, session: Session) -> None:
        super()._require(session)
        if self._actor.kind is not ActorKind.CLI:
            raise NotAllowed("administrator")


def record_refusal(
    store: Store,
    clock: Clock,
    actor: Actor,
    kind: EventKind,
    refusal: Refusal,
    *,
    subject: int | None = None,
    **data: object,
) -> None:
    """Write down that the answer was no. The answer stays so where that can't be written down."""
    reason = refusal.code if isinstance(refusal, NotAllowed) else refusal.reason
    try:
        with store.writing() as session:
            # An actor who is not in the database can't be named by it.
            known = actor.manager and managers.standing(session, actor.manager.id)
            events.record(
                session,
                at=clock.now(),
                kind=kind,
                actor=actor if known or actor.manager is None else nobody(actor),
                data={**data, "reason": reason},
                subject=subject,
            )
    except StoreUnavailable as error:
        log.warning("a refusal was not recorded: %s, %s, %r", kind, reason, error.code)


def nobody(actor: Actor) -> Actor:
    """The terminal of an actor, without the actor."""
    return Actor(ActorKind.MANAGER, None, actor.account, actor.terminal)
