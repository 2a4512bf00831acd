"""Base of the main screen's lists: the filter beside the list, keys, marks.

Type a number and `Enter` to open it, `/` to find a person, `Space` to mark.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from olvery_tui.domain.errors import OlveryError
from olvery_tui.domain.pages import Around, Count, PageStart
from olvery_tui.domain.presets import Preset, preset_of
from olvery_tui.i18n import _
from olvery_tui.keys import BY_ID, cap
from olvery_tui.screens.main_screen import Covered, MainScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.list_tabs import ListTabs
from olvery_tui.widgets.chrome.preset_tabs import PresetTabs
from olvery_tui.widgets.chrome.top_line import TopLine
from olvery_tui.widgets.filters.filter_sidebar import FilterSidebar, W
from olvery_tui.widgets.messages import DeskChanged, MinutePassed
from olvery_tui.widgets.table.held_rows import R, RowPage
from olvery_tui.widgets.table.list_table import ListTable
from olvery_tui.wording.listing import marked_text, position_text

if TYPE_CHECKING:
    from olvery_tui.domain.own_presets import OwnPreset
    from olvery_tui.widgets.fields.number_line import NumberLine
    from olvery_tui.widgets.filters.filter_form import FilterForm
    from olvery_tui.widgets.pickers.person_search import PersonSearch


DRAWER_BELOW = 110
"""Columns of a terminal below which the filter is a drawer."""


class ListScreen(MainScreen, Generic[R, W]):
    """The list, the filter beside it, and the line with the position in the list.

    Args:
        empty: The filter that matches everything.
        hold: Whether to mount the filter's fields only after the first rows are shown, which the
            user waits for.
    """

    PRESETS: ClassVar[Mapping[Preset, Callable[[date], Any]]]
    """The filter that each preset of this list is on a day."""

    def __init__(self, empty: W, *, hold: bool = False) -> None:
        super().__init__()
        self._empty = empty
        self._filters: W = empty
        self._hold = hold
        self._first_page: RowPage[R] | None = None
        self._count: Count | None = None
        self._open_when_single = False
        self._too_early: Callable[[], None] | None = None
        """The action to run once the database is open."""
        self._to_select: int | None = None
        """The row to put the cursor on after the next change of the filter."""
        self._cursor_before: int | None = None
        """The row under the cursor before a person was searched for."""
        self._sells = True
        """Whether there is a service to order, as of the last page."""
        self._day: date | None = None
        """The day of the presets, as of the last minute that passed."""
        self._own: OwnPreset | None = None
        """The own preset that was applied last."""
        self.own_presets: tuple[OwnPreset, ...] = ()
        """The manager's own presets, for the palette."""

    # Hooks of the subclasses

    @abstractmethod
    def make_table(self) -> ListTable[R]:
        """Return the list's table."""

    @abstractmethod
    def make_filter(self) -> FilterForm[W]:
        """Return the filter's fields. Called after the first frame."""

    def make_pane(self) -> ComposeResult:
        """Yield what stands at the right of the list."""
        yield from ()

    @property
    @abstractmethod
    def source(self) -> Any:
        """The part of the desk whose `page`, `count` and `export` the list shows."""

    def fetch(self, filters: W, start: PageStart, limit: int) -> RowPage[R]:
        """Return a page of rows from the desk. Called in a thread."""
        page: RowPage[R] = self.source.page(filters, start, limit)
        return page

    def is_by_number(self, filters: W) -> bool:
        """Whether `fetch` returns the rows by number, the highest first."""
        return True

    @abstractmethod
    def nothing_text(self, summary: Sequence[tuple[str, str]]) -> str:
        """Return the text of an empty list; `summary` describes the filter."""

    @abstractmethod
    def show_in_other_list(self, show: Callable[[ListScreen[Any, Any]], None]) -> None:
        """Go to the other list and let it show something."""

    @abstractmethod
    def open_line(self, number: int) -> None:
        """Open the form of a row over the list. Called once the database is open."""

    @abstractmethod
    def find_number(self, number: int) -> Any:
        """Return the details of a number, or a message that there are none. Called in a thread."""

    @abstractmethod
    def no_such_number(self, digits: str) -> str:
        """Return the message for a number that does not exist."""

    @abstractmethod
    def open_details(self, details: Any) -> None:
        """Open a ticket or an order over the list, whether or not the filter matches it."""

    # The screen

    def compose(self) -> ComposeResult:
        self.fit_width(self.app.size.width)
        yield TopLine()
        yield Static(id="banner", markup=False)
        with Covered(id="desk"):
            yield FilterSidebar(self._empty, self._filter_form, hold=self._hold)
            with Covered(id="list"):
                with Horizontal(id="list-title"):
                    yield ListTabs(self.NAME)
                    yield Static(id="list-filter", markup=False)
                    yield Static(id="list-marked", markup=False)
                    yield Static(id="list-position", markup=False)
                    yield Static(_add_button(), id="list-add")
                yield PresetTabs()
                yield self.make_table()
            yield from self.make_pane()
        yield KeyBar()

    def _filter_form(self) -> FilterForm[W]:
        self.app.rendering.read_fields()
        return self.make_filter()

    def fit_width(self, width: int) -> None:
        """Make the filter a drawer where a list beside it would be too narrow."""
        self.set_class(width < DRAWER_BELOW, "-drawer")

    @property
    def table(self) -> ListTable[Any]:
        """The list's table."""
        return self.query_one(ListTable)

    @property
    def sidebar(self) -> FilterSidebar[Any]:
        """The filter's sidebar."""
        return self.query_one(FilterSidebar)

    @property
    def filters(self) -> W:
        """The current filter."""
        return self._filters

    def on_mount(self) -> None:
        self.focus_list()

    def on_resize(self) -> None:
        self.fit_width(self.app.size.width)

    # The database is opened, changed or unreachable

    def desk_opened(self) -> None:
        """Load the first rows, and run the action that waited for the database."""
        super().desk_opened()
        self.table.set_time(self.app.clock.now(), self.app.location.zone)
        self.begin()
        self.load_stuck()
        self.load_presets()
        action, self._too_early = self._too_early, None
        if action is not None:
            action()
        self.app.input.release((self, "database"))

    def location_changed(self) -> None:
        """Show the location's present name, and periods in its time zone."""
        super().location_changed()
        self.table.set_time(self.app.clock.now(), self.app.location.zone)
        self.restart()

    def when_ready(self, action: Callable[[], None], *, replaces: bool = False) -> None:
        """Run an action now, or once the database is open, unless another one waits for that.

        A number or a code `replaces` the waiting action. A command does not: typed after a number,
        it is meant for that ticket, not for the row under the cursor. Keys typed after either are
        held for the window that it opens.
        """
        if self.app.is_ready:
            action()
            return
        self.app.input.hold((self, "database"))
        if self._too_early is None or replaces:
            self._too_early = action

    def begin(self) -> None:
        """Load the first rows. Called once the database is open."""
        self.restart()

    def came_up(self) -> None:
        """Refresh the list after the other one has covered it."""
        super().came_up()
        if self.app.is_ready:
            self._follow_the_clock()
            self.reload()

    def on_desk_changed(self, message: DeskChanged) -> None:
        if self.app.is_ready and self.is_seen:
            self.when_idle("page", self.reload)

    def on_minute_passed(self, message: MinutePassed) -> None:
        if self.is_seen:
            self.query_one(TopLine).now = self.app.clock.now()
            self.table.set_time(self.app.clock.now(), self.app.location.zone)
            self.table.reload()
            self._follow_the_clock()
            self.load_stuck()

    # Rows

    @on(ListTable.PageWanted)
    def _page_wanted(self, message: ListTable.PageWanted) -> None:
        self.answer(message)

    def answer(self, message: ListTable.PageWanted) -> None:
        """Load the page that the table asks for."""
        if self.app.is_ready:
            self.load_page(self._filters, message)

    @work(exclusive=True, group="page")
    async def load_page(self, filters: W, wanted: ListTable.PageWanted) -> None:
        """Show a page of rows, or why there is none."""
        from olvery_tui.wording.errors import sentence

        try:
            page, sells = await self.call_desk(
                self._page_and_sale, filters, wanted.start, wanted.limit
            )
        except OlveryError as error:
            self.table.show_empty(sentence(error))
            self.table.page_failed(wanted.token)
            return
        if sells is not self._sells:
            self._sells = sells
            self.query_one("#list-add").display = sells
            self.refresh_bindings()
        is_first = self._first_page is None and filters is self._filters
        self.show_page(filters, wanted.token, page)
        if is_first:
            self.load_count()

    def _page_and_sale(self, filters: W, start: PageStart, limit: int) -> tuple[RowPage[R], bool]:
        """Return a page of rows, and whether there is anything to order.

        The services are queried only for an empty page. Called in a thread.
        """
        page = self.fetch(filters, start, limit)
        return page, bool(page.rows) or bool(self.app.desk.catalogue.services())

    def show_page(self, filters: W, token: int, page: RowPage[R]) -> None:
        """Show the page that the table asked for under `token`."""
        if not page.rows:
            summary = self.sidebar.summary()
            key = "list.reset" if summary else "list.add" if self._sells else "list.catalogue"
            self.table.show_empty(self.nothing_text(summary), BY_ID[key])
        self.table.show_page(token, page)
        self.sidebar.fill()
        if self._first_page is None and filters is self._filters:
            self._first_page = page
            self._open_if_single()

    def restart(self) -> None:
        """Load the list from its first row, for another filter; then count it."""
        self._first_page = None
        self._count = None
        self.table.restart(by_number=self.is_by_number(self._filters))
        self._show_filter()

    def reload(self) -> None:
        """Load the visible rows again; the cursor stays where it is."""
        self.table.reload()
        self.when_idle("count", self.load_count)
        self.when_idle("presets", self.load_presets)
        self.when_idle("stuck", self.load_stuck)

    @work(exclusive=True, group="count")
    async def load_count(self) -> None:
        """Count the rows; the count stays unknown where the table shows why it failed."""
        filters = self._filters
        with suppress(OlveryError):
            count = await self.call_desk(self.source.count, filters)
            if filters is self._filters:
                self.show_count(count)

    def show_count(self, count: Count) -> None:
        """Show the number of rows."""
        self._count = count
        self.table.show_count(count)

    # Presets

    @work(exclusive=True, group="presets")
    async def load_presets(self) -> None:
        """Count what each preset has; where that fails, the counts stay as they were."""
        with suppress(OlveryError):
            counts = await self.call_desk(self.app.desk.presets.counts)
            self.query_one(PresetTabs).show_counts(counts)
            self.own_presets = await self.call_desk(self.app.desk.presets.own)

    def action_preset(self, name: str) -> None:
        """Show a preset: its filter, whatever was asked before."""
        self.when_ready(lambda: self.show_preset(Preset(name)))

    def show_preset(self, preset: Preset) -> None:
        """Show a preset, or let the list do so that it belongs to."""
        if preset in self.PRESETS:
            self.sidebar.set_filters(self.PRESETS[preset](self.app.today()))
            self.focus_list()
        else:
            self.show_in_other_list(lambda other: other.show_preset(preset))

    def action_own_presets(self) -> None:
        """Open the manager's own presets, to apply one or to save the filter."""
        from olvery_tui.screens.list.own_presets import OwnPresetsScreen

        def ready() -> None:
            window = OwnPresetsScreen(self._filters, self.sidebar.person_text)
            self.app.push_screen(window, self._own_chosen)

        self.when_ready(ready)

    def _own_chosen(self, preset: OwnPreset | None) -> None:
        self.focus_list()
        if preset is not None:
            self.show_own(preset)
        self.when_idle("presets", self.load_presets)

    @work(exclusive=True, group="own_preset")
    async def load_own(self, preset_id: int) -> None:
        """Apply an own preset, however it was saved by now, or notify why it can't be."""
        self.show_own(await self.call_desk(self.app.desk.presets.ready, preset_id))

    def show_own(self, preset: OwnPreset) -> None:
        """Show an own preset, or let the list do so that it belongs to."""
        if preset.listing != self.NAME:
            self.show_in_other_list(lambda other: other.show_own(preset))
            return
        self._own = preset
        self.sidebar.set_filters(preset.filters(self.app.today()), preset.person)
        self.focus_list()

    def _follow_the_clock(self) -> None:
        """Count the presets anew where time has changed them; let today's preset be today's."""
        before, self._day = self._day, self.app.today()
        if before and before != self._day:
            preset, own = preset_of(self._filters, before), self._own
            if preset is not None:
                self.sidebar.set_filters(self.PRESETS[preset](self._day))
            elif own is not None and own.filters(before) == self._filters:
                self.sidebar.set_filters(own.filters(self._day), own.person)
        counts = self.query_one(PresetTabs).counts
        if counts is not None and self.app.clock.now() >= counts.until:
            self.when_idle("presets", self.load_presets)

    @on(ListTable.PositionChanged)
    def _show_position(self, message: ListTable.PositionChanged) -> None:
        text = position_text(message.first, message.last, message.total)
        self.query_one("#list-position", Static).update(Content(text))

    # The filter

    @on(FilterSidebar.Changed)
    def _filter_changed(self, message: FilterSidebar.Changed) -> None:
        self._filters = message.filters
        self._first_page = None  # the rows shown are those of the previous filter
        if self.app.is_ready:
            self.restart()
            if self._to_select is not None:
                self.table.select(self._to_select)
                self._to_select = None

    @on(FilterSidebar.Restored)
    def _filter_restored(self) -> None:
        self._to_select = self._cursor_before

    @on(FilterSidebar.Left)
    def _filter_left(self, message: FilterSidebar.Left) -> None:
        self.sidebar.remove_class("-open")
        self.focus_list()
        self._open_when_single = message.open_single
        self._open_if_single()

    def _open_if_single(self) -> None:
        """Open the only matching row, once the first rows of the current filter are loaded."""
        if not self._open_when_single:
            return
        if self._first_page is None:
            self.app.input.hold(self)
            return
        self._open_when_single = False
        page = self._first_page
        if len(page.rows) == 1 and not (page.more_above or page.more_below):
            self._open(page.rows[0].number)
        self.app.input.release(self)

    def _show_filter(self) -> None:
        """Show the filter in words, or as the preset that it equals."""
        preset = preset_of(self._filters, self.app.today())
        self.query_one(PresetTabs).show_current(preset)
        told = () if preset is not None else self.sidebar.summary()
        text = " · ".join(value for _field, value in told)
        self.query_one("#list-filter", Static).update(Content(text), layout=False)
        self.query_one("#list-title").set_class(bool(text), "-filtered")

    def on_person_search_wanted(self, message: PersonSearch.Wanted) -> None:
        if self.app.is_ready:
            self.load_people(message)

    @work(exclusive=True, group="people")
    async def load_people(self, message: PersonSearch.Wanted) -> None:
        """Offer the people whose name is typed."""
        search = message.control
        try:
            people = await self.call_desk(self.app.desk.people.suggest, message.text)
        except OlveryError:
            search.action_close_list()  # it would keep searching; the next letter retries
            raise
        search.show_suggestions(message.token, people)

    # Keys

    async def on_key(self, event: events.Key) -> None:
        """Begin a number with a digit typed in the list."""
        character = event.character or ""
        if self.table.has_focus and character.isascii() and character.isdigit():
            event.stop()
            (await self._number_line()).begin(character)

    async def action_show_filter(self) -> None:
        """Focus the filter; open it first if it is a drawer."""
        await self._open_drawer()
        self.sidebar.focus_first()

    async def action_find_person(self) -> None:
        """Search all rows for a visitor or a customer; `Esc` restores the previous list."""
        if not self.sidebar.is_searching:
            self._cursor_before = self.table.cursor_number
        await self._open_drawer()
        self.sidebar.search_person()

    def action_restore_list(self) -> None:
        """Restore the list as it was before a person was searched for."""
        self.sidebar.restore()
        self.focus_list()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow restoring only after a search, and adding only where there are services."""
        match action:
            case "restore_list":
                return self.sidebar.is_searching
            case "add_order":
                return self._sells
        return True

    def action_reset_filter(self) -> None:
        """Clear the filter."""
        self.sidebar.reset()
        self.focus_list()

    def action_refresh_list(self) -> None:
        """Load the visible rows again and repaint the whole screen (`F5`)."""
        self.app.rendering.redraw()
        self.read_again()

    def read_again(self) -> None:
        """Load the visible rows again."""
        if self.app.is_ready:
            self.table.reload()
            self.load_count()

    def focus_list(self) -> None:
        """Focus the list."""
        # `Widget.focus` is deferred and could steal the focus from a field that a later key chose.
        self.set_focus(self.table)

    async def _open_drawer(self) -> None:
        self.sidebar.add_class("-open")
        await self.sidebar.load()

    # Marks

    @on(ListTable.Marked)
    def _show_marked(self, message: ListTable.Marked) -> None:
        line = self.query_one("#list-marked", Static)
        line.update(Content(marked_text(len(message.numbers))))
        line.set_class(bool(message.numbers), "-any")
        self.query_one(ListTabs).has_marks = bool(message.numbers)
        self.refresh_bindings()

    # A number

    async def _number_line(self) -> NumberLine:
        """Return the line for a number, mounted on first use."""
        from olvery_tui.widgets.fields.number_line import NumberLine

        if not self.query(NumberLine):
            self.app.rendering.read_fields()
            await self.query_one("#list").mount(NumberLine())
        return self.query_one(NumberLine)

    def on_number_line_entered(self, message: NumberLine.Entered) -> None:
        self.when_ready(lambda: self._open_number(message.digits), replaces=True)

    def _open_number(self, digits: str) -> None:
        number = self.app.codes.number(digits)
        if number is None:
            self.refuse_number(self.no_such_number(digits))
            return
        self.app.input.hold_for(self.load_number(number))

    @work(exclusive=True, group="number")
    async def load_number(self, number: int) -> None:
        """Open a typed number, or say that there is none."""
        from olvery_tui.wording.errors import sentence

        try:
            found = await self.call_desk(self.find_number, number)
        except OlveryError as error:
            self.refuse_number(sentence(error))
            return
        if isinstance(found, str):
            self.refuse_number(found)
        elif self.is_active:
            self.focus_list()
            self.open_details(found)

    def on_number_line_dropped(self) -> None:
        self.focus_list()

    def drop_number(self) -> None:
        from olvery_tui.widgets.fields.number_line import NumberLine

        if any(line.is_open for line in self.query(NumberLine)):
            self.focus_list()

    def refuse_number(self, text: str) -> None:
        """Show why a number opens nothing; the next key typed replaces the message."""
        self.call_next(self._refuse_number, text)

    async def _refuse_number(self, text: str) -> None:
        (await self._number_line()).refuse(text)

    # Opening and closing

    @on(ListTable.Opened)
    def _line_opened(self, message: ListTable.Opened) -> None:
        self._open(message.number)

    def _open(self, number: int) -> None:
        self.when_ready(lambda: self.open_line(number), replaces=True)

    def is_listed(self, number: int) -> bool:
        """Whether the filter matches this row. Called in a thread."""
        page = self.fetch(self._filters, Around(number), 1)
        return any(row.number == number for row in page.rows)

    def details_closed(self, number: int | None) -> None:
        """Focus the list after a form opened by number; select the last number shown if listed."""
        self.focus_list()
        if number is not None:
            self.load_listed(number)

    @work(exclusive=True, group="listed")
    async def load_listed(self, number: int, *, reset: bool = False) -> None:
        """Put the cursor on a row if the filter matches it; else `reset` the filter for it."""
        if await self.call_desk(self.is_listed, number):
            self.table.select(number)
        elif reset:
            self._to_select = number
            self.sidebar.reset()

    def line_closed(self, number: int | None) -> None:
        """Focus the list after a form opened from a row; select the last `number` shown."""
        if number is not None:
            self.table.select(number)
        self.focus_list()


def _add_button() -> Content:
    """Return the clickable `+ Добавить заказ a`."""
    return Content.from_markup(
        "[@click=screen.add_order]+ $label[/] [b $accent]$key[/]",
        label=_("Add order"),
        key=cap(BY_ID["list.add"].key),
    )
