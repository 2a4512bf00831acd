"""What commands work on: the settings, the database, the desk."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from olvery_tui import reporting
from olvery_tui.start import StartOptions, settings_of

if TYPE_CHECKING:
    from olvery_tui.domain.actors import Actor
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


def account() -> str:
    """The operating system's account that runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def cli_actor() -> Actor:
    """Who a command's events name: the account."""
    from olvery_tui.domain.actors import Actor
    from olvery_tui.domain.events import ActorKind

    return Actor(ActorKind.CLI, account=account())


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
