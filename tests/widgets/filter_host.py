"""An application of nothing but the filter beside a list that can be focused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import ClassVar

from textual import events, on
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.pilot import Pilot
from textual.widget import Widget

import olvery_tui
from olvery_tui.domain.filters import EMPTY, TicketFilter
from olvery_tui.domain.people import PersonDetails
from olvery_tui.themes import THEMES
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.fields.field import Field, Problem
from olvery_tui.widgets.filters.filter_form import FilterForm
from olvery_tui.widgets.filters.filter_sidebar import FilterSidebar
from olvery_tui.widgets.filters.ticket_filter import TicketFilterForm
from olvery_tui.widgets.pickers.person_search import PeopleList, PersonSearch
from tests.quiet import passes

TODAY = date(2022, 12, 6)
STYLES = Path(olvery_tui.__file__).parent / "styles"
PARTS = [
    STYLES / f"{name}.tcss"
    for name in ("app", "field", "filter_sidebar", "filter_form", "date_field", "person_search")
]

MARIA = PersonDetails(1, "Семенова", "Мария", "+79655776500", "koshatina77@mail.ru")
NAMESAKE = PersonDetails(2, "Семенова", "Мария", "+79161234567")
MARINA = PersonDetails(3, "Спиридонова", "Марина", None, "marina@yandex.ru")
PEOPLE = (MARIA, NAMESAKE, MARINA)


class List(Widget, can_focus=True):
    """Stands in for the list of tickets."""


class PartsApp(App[None]):
    """The looks of the application, at both widths."""

    CSS_PATH: ClassVar = PARTS
    CSS = "List { width: 1fr; }"
    HORIZONTAL_BREAKPOINTS: ClassVar = [(0, "-drawer"), (100, "-wide")]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def problems(self) -> list[str]:
        """What is said to be wrong, from the top."""
        return [problem.text for problem in self.query(Problem)]


class FilterApp(PartsApp):
    """Answers as the tickets' screen does, and remembers what the filter told."""

    def __init__(self, people: Iterable[PersonDetails] = PEOPLE, *, answers: bool = True) -> None:
        super().__init__()
        self.people = tuple(people)
        self.answers = answers
        self.told: list[TicketFilter | str] = []
        self.questions: list[PersonSearch.Wanted] = []

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield FilterSidebar(EMPTY, lambda: TicketFilterForm(today=lambda: TODAY))
            yield List()
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(List).focus()

    @on(FilterSidebar.Changed)
    def _changed(self, message: FilterSidebar.Changed) -> None:
        self.told.append(message.filters)

    @on(FilterSidebar.Left)
    def _left(self, message: FilterSidebar.Left) -> None:
        self.told.append("open" if message.open_single else "back")
        self.query_one(List).focus()

    @on(PersonSearch.Wanted)
    def _filters(self, message: PersonSearch.Wanted) -> None:
        self.questions.append(message)
        if self.answers:
            message.control.show_suggestions(message.token, self.people)

    @property
    def filter(self) -> FilterSidebar:
        return self.query_one(FilterSidebar)

    @property
    def form(self) -> FilterForm:
        return self.query_one(FilterForm)

    @property
    def filters(self) -> TicketFilter:
        return self.filter.filters

    def field(self, box: str) -> Field:
        """The line of `number`, `from`, `to` or `visitor`."""
        return self.query_one(f"#{box} Field", Field)

    def suggestions(self) -> list[str]:
        """The lines of the list of people, where it is there."""
        found = self.query(PeopleList)
        if not found or not found.first().display:
            return []
        return [str(option.prompt) for option in found.first().options]


async def ready(pilot: Pilot[None]) -> None:
    """Wait until the form is there."""
    await until(pilot, lambda: pilot.app.query(FilterForm) and pilot.app.filter._form)
    await pilot.pause()


async def until(pilot: Pilot[None], happened: Callable[[], object], seconds: float = 30) -> None:
    """Wait for something that is not awaited anywhere."""
    for _ in range(int(seconds / 0.02)):
        if happened():
            return
        passes(pilot.app)
        await pilot.pause(0.02)
    assert happened(), "it did not happen"


async def quiet(pilot: Pilot[None]) -> None:
    """Wait for longer than typed text does."""
    await pilot.pause()
    passes(pilot.app)
    await pilot.pause()


def burst(app: App[None], keys: Iterable[str]) -> None:
    """Keys as a scanner sends them: all in one packet."""
    for key in keys:
        character = key if len(key) == 1 else {"enter": "\r"}.get(key)
        app.post_message(events.Key(key, character))


def on_screen(app: App[None], widget: Widget) -> bool:
    """Whether the whole widget is seen."""
    return app.screen.can_view_entire(widget)
