"""Who does something here: a manager at the desk, the system itself, or the command line."""

from __future__ import annotations

from dataclasses import dataclass

from olvery_tui.domain.cards import ManagerCard
from olvery_tui.domain.events import ActorKind


@dataclass(frozen=True, slots=True)
class Actor:
    """Who stands behind a change, as the audit trail names them.

    `manager` is None while nobody is signed in; such an actor may do nothing at the desk.
    `account` is the operating system's account, for what is done from the command line.
    `terminal` is where it is done: the host, its tty, the address at the other end of SSH.
    """

    kind: ActorKind
    manager: ManagerCard | None = None
    account: str | None = None
    terminal: str | None = None

    @property
    def can_answer(self) -> bool:
        """Whether there is somebody to name as responsible."""
        return self.kind is not ActorKind.MANAGER or self.manager is not None


SYSTEM = Actor(ActorKind.SYSTEM)
"""The status worker and whatever else happens by itself."""
