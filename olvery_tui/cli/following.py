"""`--follow`: what changes of a list, as it happens."""

from __future__ import annotations

import select
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, TypeVar

from olvery_tui.cli.signals import PASSING, End, ended_by_signals, tell_trouble
from olvery_tui.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from olvery_tui.services import Services

Item_co = TypeVar("Item_co", covariant=True)
Filter_contra = TypeVar("Filter_contra", contravariant=True)

_STDOUT = 1
_LOOK_AGAIN = 5_000
"""Milliseconds after which the database is asked although nothing has told of a change."""


class Source(Protocol[Item_co, Filter_contra]):
    """A part of the desk whose list can be exported and followed."""

    def export(self, filters: Filter_contra) -> Iterator[Item_co]:
        """All that matches."""

    def follow(self, filters: Filter_contra) -> int:
        """Begin to follow; the seal behind which the changes come."""

    def changed_after(
        self, seal: int, filters: Filter_contra
    ) -> tuple[int, tuple[Item_co, ...]] | None:
        """What the next transaction changed, and its seal."""


def matching(
    services: Services,
    source: Source[Item_co, Filter_contra],
    filters: Filter_contra,
    *,
    follow: bool,
) -> Iterator[Item_co]:
    """All that matches now, or with `follow` what changes of it from now on."""
    return changes(services, source, filters) if follow else source.export(filters)


def changes(
    services: Services, source: Source[Item_co, Filter_contra], filters: Filter_contra
) -> Iterator[Item_co]:
    """What changes from now on, until a signal comes or nobody reads the output any more.

    A database that is away for a while is waited for.
    """
    seal = source.follow(filters)
    heard, told = socket.socketpair()

    def tell() -> None:
        with suppress(OSError):  # enough is waiting there, or nobody listens any more
            told.send(b".")

    with ended_by_signals() as end, heard, told:
        told.setblocking(False)
        services.worker = services.daily_backup = None
        services.start(on_change=tell, on_trouble=tell_trouble)
        while True:
            try:
                found = source.changed_after(seal, filters)
            except StoreUnavailable as error:
                if error.code not in PASSING:
                    raise
                found = None
            if found is None:
                sys.stdout.flush()
                if not _goes_on(end, heard):
                    return
                continue
            seal, items = found
            for item in items:
                if not _goes_on(end):
                    return
                yield item


def _goes_on(end: End, changed: socket.socket | None = None) -> bool:
    """Wait for a change, or else until the output takes a line; False: it is time to end."""
    poller = select.poll()
    poller.register(end.fileno(), select.POLLIN)
    poller.register(_STDOUT, 0 if changed else select.POLLOUT)
    if changed:
        poller.register(changed, select.POLLIN)
    for number, happened in poller.poll(_LOOK_AGAIN if changed else None):
        if number == end.fileno() or happened & (select.POLLERR | select.POLLHUP):
            return False
        if changed:
            changed.recv(4_096)
    return True
