"""Who does something here: a manager at the desk, the system itself, or the command line."""

from __future__ import annotations

from dataclasses import dataclass

from olvery_tui.domain.errors import NoManager
from olvery_tui.domain.events import ActorKind
from olvery_tui.domain.tickets import ManagerDetails


@dataclass(frozen=True, slots=True)
class Actor:
    """Who stands behind a change, as the audit trail names them.

    `manager` is None while nobody is signed in; such an actor may do nothing at the desk.
    `account` is the operating system's account, for what is done from the command line.
    `terminal` is where it is done: the host, its tty, the address at the other end of SSH.
    """

    kind: ActorKind
    manager: ManagerDetails | None = None
    account: str | None = None
    terminal: str | None = None

    def require_manager(self) -> ManagerDetails:
        """The manager who is responsible for what is being done.

        Raises:
            NoManager: nobody could be named.
        """
        if self.manager is None:
            raise NoManager
        return self.manager

    def require_somebody(self) -> None:
        """For what needs nobody's answer for a passport: the command line may do it too.

        Raises:
            NoManager: nobody is signed in.
        """
        if self.kind is ActorKind.MANAGER and self.manager is None:
            raise NoManager


SYSTEM = Actor(ActorKind.SYSTEM)
"""The status worker and whatever else happens by itself."""
