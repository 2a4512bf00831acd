"""Permission checks, made in the transaction that needs them.

A rental manager who is active may do everything that the manual describes. The command line is
administration: whoever can open the database may run it. Nobody else gets a session.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from olvery_tui.clock import Clock
from olvery_tui.domain.access import Actor, ActorKind, require_manager
from olvery_tui.domain.errors import AccessCode, NoManager, NotAllowed, Refusal, StoreUnavailable
from olvery_tui.domain.events import EventKind
from olvery_tui.store.access import managers
from olvery_tui.store.audit import events
from olvery_tui.store.database.engine import Store

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session

log = logging.getLogger(__name__)


def require(session: Session, actor: Actor, *, administration: bool = False) -> None:
    """Raise unless the actor may work at the desk; `administration` is for the command line alone.

    A manager's standing is read again each time, so whoever is disabled is out with the next thing
    they do.

    Raises:
        NoManager: nobody is signed in.
        NotAllowed: whoever is may not (any more).
    """
    if actor.manager is None:
        if actor.kind is ActorKind.MANAGER:
            raise NoManager
    else:
        standing = managers.standing(session, actor.manager.id)
        if standing is None:
            raise NotAllowed(AccessCode.GONE)
        require_manager(active=standing.active, role=standing.role)
    if administration and actor.kind is not ActorKind.CLI:
        raise NotAllowed(AccessCode.ADMINISTRATOR)


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
    """Record a refusal as an event. If that fails, log it: the command stays refused."""
    reason = refusal.code if isinstance(refusal, NotAllowed) else refusal.reason
    try:
        with store.writing() as session:
            # An actor who is not in the database can't be named by it.
            known = actor.manager and managers.standing(session, actor.manager.id)
            events.record(
                session,
                at=clock.now(),
                kind=kind,
                actor=actor if known or actor.manager is None else anonymous(actor),
                data={**data, "reason": reason},
                subject=subject,
            )
    except StoreUnavailable as error:
        log.warning("a refusal was not recorded: %s, %s, %s", kind, reason, error.code)


def anonymous(actor: Actor) -> Actor:
    """The same terminal without a manager."""
    return Actor(ActorKind.MANAGER, None, actor.account, actor.terminal)
