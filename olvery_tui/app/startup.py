"""From the first frame to the open desk: style sheets, the database, the session."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from olvery_tui.app.rendering import STYLES
from olvery_tui.domain.errors import (
    NoSuchManager,
    NotAllowed,
    OlveryError,
    StoreCode,
    StoreUnavailable,
)
from olvery_tui.screens.base import DeskScreen
from olvery_tui.widgets.messages import DeskChanged

if TYPE_CHECKING:
    from textual.screen import Screen

    from olvery_tui.app.errors import Errors
    from olvery_tui.app.session import Session
    from olvery_tui.clock import Clock
    from olvery_tui.domain.access import SignInPolicy
    from olvery_tui.domain.pages import Preview
    from olvery_tui.services import Services
    from olvery_tui.widgets.application import Application

RETRY_SECONDS = 1.0
SETTLED_SECONDS = 2.0
PREVIEWED_LINES = 320
"""Lines of the list that are read before anything heavy is imported: those of a tall terminal."""
PREVIEW_SECONDS = 0.5
RETRIED = frozenset(
    {
        StoreCode.LOCKED,
        StoreCode.LOST,
        StoreCode.FULL,
        StoreCode.READ_ONLY,
        StoreCode.SLOW,
        StoreCode.CROWDED,
        StoreCode.STANDBY,
    }
)
"""Outages that pass by themselves; after any other the application can't go on."""

LIST_STYLES = ("list", "list_table", "filter_sidebar")
SIGN_IN_STYLES = ("field", "modal", "sign_in")

WINDOWS = (
    "ticket.ticket",
    "ticket.visitor",
    "people.new_person",
    "people.people",
    "people.person",
    "people.duplicates",
    "people.merge",
    "people.act",
    "ticket.workplace",
    "ticket.period",
    "ticket.cancel",
    "ticket.renewal",
    "history",
    "ticket.visitor_view",
    "order.order",
    "order.order_status",
    "order.payment_form",
    "new_order.new_order",
    "list.orders",
    "list.own_presets",
    "calendar.calendar",
    "calendar.calendar_filter",
    "calendar.find_person",
    "help",
    "access.lock",
    "managers",
    "catalogue.catalogue",
    "catalogue.hours",
    "catalogue.held",
    "closings.close_places",
    "closings.closed_places",
    "shift",
    "report",
    "order.many_orders",
    "export",
    "import_file",
    "access.settings",
    "palette",
)
"""Modules of windows in the order in which they are loaded: what opens most often first."""


_NEW_OBJECTS = 50_000
"""Objects that are made before garbage is looked for: as a window makes that opens. By Python's own
700 it would be looked for seventy times meanwhile.
"""


class Startup:
    """Opens the database behind the first frame, then loads what windows need."""

    def __init__(
        self,
        app: Application,
        errors: Errors,
        session: Session,
        clock: Clock | None,
        on_open: Callable[[], None],
    ) -> None:
        self._app = app
        self._errors = errors
        self._session = session
        self._clock = clock
        self._on_open = on_open
        self.services: Services | None = None
        """The database, the desk and their threads; None until the database is open."""

    @property
    def is_sign_in_needed(self) -> bool:
        """Whether the first screen is the sign-in; the database may know better."""
        return not self._app.settings.demo and self._app.settings.login is None

    @property
    def first_styles(self) -> list[str | PurePath]:
        """The style sheets of the first frame."""
        names = SIGN_IN_STYLES if self.is_sign_in_needed else LIST_STYLES
        return [STYLES / f"{name}.tcss" for name in ("app", *names)]

    def first_frame_shown(self) -> None:
        """Load the list's style sheets if the sign-in came first, then open the database."""
        self._errors.survive_faults()
        self._app.rendering.read_sheets(LIST_STYLES)
        self.open()

    # The database

    def open(self) -> None:
        """Open the database in a thread; try again where it is away."""
        self._app.run_worker(self._open, thread=True, exit_on_error=False, name="opening")

    def _open(self) -> None:
        app = self._app
        try:
            from olvery_tui.services import come_in, open_services, preview

            lines = preview(app.settings, clock=self._clock, limit=PREVIEWED_LINES)
            if lines is not None:
                # What is imported next would hold up the painting of these lines.
                shown = threading.Event()
                app.call_later(self._show_preview, lines, shown)
                shown.wait(PREVIEW_SECONDS)
            services = open_services(app.settings, clock=self._clock)
            try:
                policy = come_in(services, app.settings)
            except BaseException:
                services.close()
                raise
            import olvery_tui.screens.list.tickets  # noqa: F401  ready when somebody signs in
        except (StoreUnavailable, NotAllowed, NoSuchManager) as error:
            app.call_later(self._refused, error)
        except Exception as error:
            app.call_later(self._errors.end, error)
        else:
            app.call_later(self._opened, services, policy)

    async def _show_preview(self, lines: Preview, shown: threading.Event) -> None:
        if not self._app.is_ready:
            (await self._session.ticket_list()).show_preview(lines, shown.set)

    def _refused(self, error: OlveryError) -> None:
        from olvery_tui.wording.errors import sentence

        if not isinstance(error, StoreUnavailable):
            self._app.exit(sentence(error), return_code=1)
        elif error.code in RETRIED:
            gc.enable()
            self._errors.set_outage(error)
            self._app.set_timer(RETRY_SECONDS, self.open)
        else:
            self._app.exit(sentence(error), return_code=2)

    async def _opened(self, services: Services, policy: SignInPolicy | None) -> None:
        app = self._app
        if app.return_code is not None:  # the user has left meanwhile
            services.close()
            return
        self.services = services
        app.rendering.read_fields()
        if services.daily_backup is not None:
            services.daily_backup.on_failure = lambda error: app.call_later(self._not_copied, error)
        services.start(
            on_change=lambda: app.post_message(DeskChanged()),
            on_trouble=lambda error: app.call_later(self._errors.set_outage, error),
        )
        self._errors.set_outage(None)
        self._on_open()
        app.set_timer(SETTLED_SECONDS, self.prepare_windows)
        if policy is None:
            await self._session.start()
        else:
            await self._session.request_sign_in(policy)

    def _not_copied(self, error: OlveryError) -> None:
        """Say that the daily copy was not made: the disk may be full, or not plugged in."""
        from olvery_tui.wording.backups import failed_backup

        self._app.notify(failed_backup(error), severity="warning", timeout=30, markup=False)

    def close(self) -> None:
        """Close the database, without the loop."""
        if self.services is not None:
            self.services.close()

    # What windows need

    def prepare_windows(self) -> None:
        """Import every window and read its style sheets, while nobody waits for it."""
        self._app.run_worker(self._prepare, thread=True, exit_on_error=False, name="windows")

    def _prepare(self) -> None:
        for sheet in import_windows():
            css = sheet.read_text(encoding="utf-8")
            self._app.call_later(self._app.rendering.add_sheet, str(sheet), css)
        self._app.call_later(collect_garbage)


def import_windows() -> Iterator[Path]:
    """Import each window that can be opened. Slow, for a thread.

    Yields:
        Style sheets, in the order in which they apply.
    """
    known: set[Path] = set()
    for name in WINDOWS:
        import_module(f"olvery_tui.screens.{name}")
        for screen in _subclasses(DeskScreen):
            for path in screen.CSS_PATH or []:  # type: ignore[union-attr]
                sheet = STYLES / Path(str(path)).name
                if sheet not in known:
                    known.add(sheet)
                    yield sheet


def _subclasses(kind: type[Screen[Any]]) -> Iterator[type[Screen[Any]]]:
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)


def collect_garbage() -> None:
    """Collect once, and exempt what was imported from later collections, which become rarer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
    gc.enable()
