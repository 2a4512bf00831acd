"""What windows need, made ready while nobody waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from textual.css.stylesheet import Stylesheet
from textual.screen import Screen

from olvery_tui.screens.opening import OpensAtOnce

STYLES = Path(__file__).resolve().parents[1] / "styles"
"""Where the style sheets are."""

_WINDOWS = (
    "ticket",
    "visitor",
    "new_person",
    "workplace",
    "history",
    "visitor_view",
    "order",
    "order_status",
    "new_order",
    "orders",
    "help",
    "lock",
    "managers",
    "many_orders",
    "export",
    "settings",
    "palette",
)
"""As they are needed: what opens most often first."""


class Sheets(Stylesheet):
    """The application's style sheets. One more is read without parsing the others again."""

    def reparse(self) -> None:
        """As Textual's, which forgets what is parsed; only other colours need that."""
        self._parse_cache.maxsize = max(64, 2 * len(self.source))
        self.parse()


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
