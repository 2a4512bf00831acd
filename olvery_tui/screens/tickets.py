"""The main screen: the list of tickets and its filter.

Type a number (or scan it) to find a ticket, `/` to find a visitor, `Enter` to open.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from olvery_tui.domain.cards import Count, Page, PageStart, Top
from olvery_tui.domain.errors import OlveryError, StoreUnavailable
from olvery_tui.domain.filters import EMPTY, TicketFilter
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.widgets.asking import Asking
from olvery_tui.widgets.filter_sidebar import FilterSidebar
from olvery_tui.widgets.key_bar import KeyBar
from olvery_tui.widgets.messages import DeskChanged, MinutePassed
from olvery_tui.widgets.person_search import PersonSearch
from olvery_tui.widgets.table_messages import Opened, PageWanted, PositionChanged
from olvery_tui.widgets.ticket_table import TicketTable
from olvery_tui.widgets.top_line import TopLine
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.listing import empty_text, position_text, stuck_text

if TYPE_CHECKING:
    from olvery_tui.app import OlveryApp
    from olvery_tui.store.glance import Glance


class TicketsScreen(Asking, Screen[None]):
    """The list, the filter beside it, and the line that says where in the list one is."""

    app: OlveryApp
    # Only what got and what lost the focus is painted again, not the whole screen.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    BINDINGS: ClassVar = bindings("list")

    def __init__(self) -> None:
        super().__init__()
        self._wanted = EMPTY
        self._first_page: Page | None = None
        self._open_when_single = False
        self._painting = False
        self._glance: Glance | None = None
        self._to_open: int | None = None

    def compose(self) -> ComposeResult:
        yield TopLine()
        yield Static(id="banner", markup=False)
        with Horizontal(id="desk"):
            # Its fields come behind the first lines of the list, which are what is waited for.
            yield FilterSidebar(today=self._today, hold=True)
            with Vertical(id="list"):
                with Horizontal(id="list-title"):
                    yield Static(_("Tickets"), id="list-name", markup=False)
                    yield Static(id="list-filter", markup=False)
                    yield Static(id="list-position", markup=False)
                yield TicketTable()
        yield KeyBar()

    def on_mount(self) -> None:
        self._focus_list()

    def on_resize(self) -> None:
        if not self._painting:
            self.call_later(self._begin_painting)

    def _begin_painting(self) -> None:
        self._painting = True
        self.refresh()

    def _compositor_refresh(self) -> None:
        """Send nothing before the first layout is settled.

        Textual would send a blank screen of some 8 KB three times over while it resumes, resizes
        and refreshes the screen: more than a slow line wants to carry.
        """
        if self._painting:
            super()._compositor_refresh()

    def _today(self) -> date:
        return self.app.today()

    # The database is there, was changed, or is in trouble

    def show_glance(self, glance: Glance) -> None:
        """The first lines are known before the desk is there; they can be looked through."""
        self._glance = glance
        table = self.query_one(TicketTable)
        table.set_zone(glance.location.zone)
        table.restart()

    def desk_opened(self) -> None:
        """The services are ready: ask for the first lines, or whether the known ones still hold."""
        services = self.app.services
        top = self.query_one(TopLine)
        top.set_desk(services.location, services.manager, real_clock=services.clock.is_real)
        top.now = services.clock.now()
        table = self.query_one(TicketTable)
        table.set_zone(services.location.zone)
        if self._glance is not None and self._wanted is EMPTY:
            table.reload()
            self._recount()
        else:
            self._restart()
        self._glance = None
        self._look_for_stuck()
        if self._to_open is not None:
            self._open(self._to_open)
            self._to_open = None

    def on_desk_changed(self, message: DeskChanged) -> None:
        if self.app.is_ready:
            self.query_one(TicketTable).reload()
            self._recount()
            self._look_for_stuck()

    def on_minute_passed(self, message: MinutePassed) -> None:
        self.query_one(TopLine).now = self.app.clock.now()
        self.query_one(TicketTable).reload()
        self._look_for_stuck()

    def show_trouble(self, trouble: StoreUnavailable | None) -> None:
        """The banner of a database that can't be reached; None takes it away."""
        self._show_banner(None if trouble is None else sentence(trouble))

    def _look_for_stuck(self) -> None:
        if self.app.trouble is None:
            self.ask(
                "stuck",
                self.app.desk.stuck_since,
                lambda since: self._show_banner(
                    stuck_text(since, self.app.location.zone) if since else None
                ),
            )

    def _show_banner(self, text: str | None) -> None:
        banner = self.query_one("#banner", Static)
        if text:
            banner.update(Content(text))
        banner.set_class(bool(text), "-shown")

    # What is listed

    @on(PageWanted)
    def _fetch_page(self, message: PageWanted) -> None:
        if not self.app.is_ready:
            self._answer_from_glance(message)
            return
        desk, wanted, token = self.app.desk, self._wanted, message.token
        start: PageStart = message.start
        self.ask(
            "page",
            lambda: desk.page(wanted, start, message.limit),
            lambda page: self._show_page(wanted, token, page),
            lambda error: self._page_refused(token, error),
        )

    def _answer_from_glance(self, message: PageWanted) -> None:
        if self._glance is None or self._wanted is not EMPTY or message.start != Top():
            return
        page, count = self._glance.page, self._glance.count
        rows = page.rows[: message.limit]
        more = page.more_below or len(rows) < len(page.rows)
        self._show_page(EMPTY, message.token, replace(page, rows=rows, more_below=more))
        self._show_count(count)

    def _show_page(self, wanted: TicketFilter, token: int, page: Page) -> None:
        table = self.query_one(TicketTable)
        if not page.rows:
            table.show_empty(empty_text(self._summary()))
        table.show_page(token, page)
        self.query_one(FilterSidebar).fill()
        if self._first_page is None and wanted is self._wanted:
            self._first_page = page
            self._open_if_single()

    def _page_refused(self, token: int, error: OlveryError) -> None:
        table = self.query_one(TicketTable)
        table.show_empty(sentence(error))
        table.page_failed(token)

    def _restart(self) -> None:
        self._first_page = None
        self.query_one(TicketTable).restart()
        self._recount()
        self._show_filter()

    def _recount(self) -> None:
        desk, wanted = self.app.desk, self._wanted
        self.ask("count", lambda: desk.count(wanted), self._show_count, self._count_refused)

    def _count_refused(self, error: OlveryError) -> None:
        """The lines say what is wrong; how many there are simply stays unknown."""

    def _show_count(self, count: Count) -> None:
        self.query_one(TicketTable).show_count(count)

    @on(PositionChanged)
    def _show_position(self, message: PositionChanged) -> None:
        text = position_text(message.first, message.last, message.total)
        self.query_one("#list-position", Static).update(Content(text))

    # The filter

    @on(FilterSidebar.Changed)
    def _filter_changed(self, message: FilterSidebar.Changed) -> None:
        self._wanted = message.wanted
        self._first_page = None  # what is shown answers the filter before
        if self.app.is_ready:
            self._restart()

    @on(FilterSidebar.Left)
    def _filter_left(self, message: FilterSidebar.Left) -> None:
        self._close_drawer()
        self._focus_list()
        self._open_when_single = message.open_single
        self._open_if_single()

    def _open_if_single(self) -> None:
        """Open the only ticket left, once the first lines of the filter in force have come."""
        if not self._open_when_single or self._first_page is None:
            return
        self._open_when_single = False
        page = self._first_page
        if len(page.rows) == 1 and not (page.more_above or page.more_below):
            self._open(page.rows[0].number)

    def _show_filter(self) -> None:
        line = self.query_one("#list-filter", Static)
        text = " · ".join(value for _field, value in self._summary())
        line.update(Content(text))

    def _summary(self) -> list[tuple[str, str]]:
        return self.query_one(FilterSidebar).summary()

    @on(PersonSearch.Wanted)
    def _suggest(self, message: PersonSearch.Wanted) -> None:
        if not self.app.is_ready:
            return
        search, desk, text, token = message.control, self.app.desk, message.text, message.token
        self.ask(
            "suggest",
            lambda: desk.suggest_people(text),
            lambda people: search.show_suggestions(token, people),
        )

    # Keys

    def on_key(self, event: events.Key) -> None:
        """A digit in the list starts a new number; a scanner types the rest and Enter."""
        character = event.character or ""
        if character.isascii() and character.isdigit():
            event.stop()
            self._open_drawer()
            self.query_one(FilterSidebar).type_number(character)

    def action_show_filter(self) -> None:
        """Go to the filter; where it is a drawer, open it."""
        self._open_drawer()
        self.query_one(FilterSidebar).focus_first()

    def action_find_visitor(self) -> None:
        """Go to the visitor's field."""
        self._open_drawer()
        self.query_one(FilterSidebar).focus_visitor()

    def action_reset_filter(self) -> None:
        """Clear all conditions."""
        self.query_one(FilterSidebar).reset()
        self._focus_list()

    def action_refresh_list(self) -> None:
        """Ask again for what is shown."""
        if self.app.is_ready:
            self.query_one(TicketTable).reload()
            self._recount()

    def action_managers(self) -> None:
        """Choose a manager whose history is wanted."""
        from olvery_tui.screens.managers import ManagersScreen

        if self.app.is_ready:
            self.app.push_screen(ManagersScreen())

    def _focus_list(self) -> None:
        # At once: `Widget.focus` would wait its turn and take the focus from a later key's field.
        self.set_focus(self.query_one(TicketTable))

    def _open_drawer(self) -> None:
        self.query_one(FilterSidebar).add_class("-open")

    def _close_drawer(self) -> None:
        self.query_one(FilterSidebar).remove_class("-open")

    # A ticket

    @on(Opened)
    def _ticket_opened(self, message: Opened) -> None:
        self._open(message.number)

    def _open(self, number: int) -> None:
        if not self.app.is_ready:
            self._to_open = number
            return
        from olvery_tui.screens.ticket import TicketScreen

        self.app.push_screen(TicketScreen(number, self._wanted), self._ticket_closed)

    def _ticket_closed(self, number: int | None) -> None:
        table = self.query_one(TicketTable)
        if number is not None:
            table.select_ticket(number)
        self._focus_list()
