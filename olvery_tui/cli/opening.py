"""What commands work on: the settings, the database, the desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from olvery_tui import reporting, terminal
from olvery_tui.start import StartOptions, settings_of

if TYPE_CHECKING:
    from olvery_tui.domain.access import Actor
    from olvery_tui.services import Services
    from olvery_tui.settings import Settings


def settings_for(options: StartOptions) -> Settings:
    """The settings of a command; the log is set up as they say.

    Raises:
        BadSetting: one of them can't be used.
    """
    settings = settings_of(options)
    reporting.set_up(settings.log_file)
    return settings


def cli_actor() -> Actor:
    """Who a command's events name: the account."""
    from olvery_tui.domain.access import Actor, ActorKind

    return Actor(ActorKind.CLI, account=terminal.account(), terminal=terminal.place())


@contextmanager
def opened(options: StartOptions, *, create: bool = False) -> Iterator[Services]:
    """The database and a desk over it.

    Raises:
        StoreUnavailable: it can't be used; `missing` or `older_schema` where `create` is off.
    """
    from olvery_tui.services import open_services

    services = open_services(settings_for(options), actor=cli_actor(), create=create)
    try:
        yield services
    finally:
        services.close()
