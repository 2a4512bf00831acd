"""What windows need, made ready while nobody waits for it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from textual.screen import Screen

from olvery_tui.app.rendering import STYLES
from olvery_tui.screens.opening import OpensAtOnce
from olvery_tui.widgets.application import Application

_WINDOWS = (
    "ticket.ticket",
    "ticket.visitor",
    "people.new_person",
    "ticket.workplace",
    "history",
    "ticket.visitor_view",
    "order.order",
    "order.order_status",
    "new_order.new_order",
    "list.orders",
    "help",
    "access.lock",
    "managers",
    "order.many_orders",
    "export",
    "access.settings",
    "palette",
)
"""As they are needed: what opens most often first."""


def import_windows() -> Iterator[Path]:
    """Import each window that can be opened. Slow, for a thread.

    Yields:
        Style sheets, in the order in which they apply.
    """
    known: set[str] = set()
    for name in _WINDOWS:
        import_module(f"olvery_tui.screens.{name}")
        for screen in _screens(OpensAtOnce):
            for path in cast("list[str]", screen.CSS_PATH or []):
                sheet = Path(path).name
                if sheet not in known:
                    known.add(sheet)
                    yield STYLES / sheet


def _screens(kind: type[Screen[Any]]) -> Iterator[type[Screen[Any]]]:
    each: type[Screen[Any]]
    for each in kind.__subclasses__():
        yield each
        yield from _screens(each)


class Warming(Application):
    """Mixed into the application."""

    def warm_up(self) -> None:
        """Import every window and read its style sheets, behind what is going on."""
        self.run_worker(self._warm_up_in_thread, thread=True, exit_on_error=False, name="warming")

    def _warm_up_in_thread(self) -> None:
        for sheet in import_windows():
            self.call_later(self._add_sheet, str(sheet), sheet.read_text(encoding="utf-8"))
        self.call_later(self._collect_garbage)

    def _add_sheet(self, path: str, css: str) -> None:
        """One at a time: keys are answered between two."""
        if not self.stylesheet.has_source(path):
            self.stylesheet.add_source(css, read_from=(path, ""))
            self.stylesheet.reparse()

    @staticmethod
    def _collect_garbage() -> None:
        """What was imported stays: it is set aside, and only what comes later is looked through."""
        gc.collect()
        gc.freeze()
        gc.enable()
