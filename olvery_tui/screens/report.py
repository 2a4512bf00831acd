"""«Отчёт»: what a day, week, month or year has brought, in figures and bars. Source: ours."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from olvery_tui.domain.reports import Report, ReportFilter, ReportSpan
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.base import Window
from olvery_tui.widgets.chrome.facts import Facts
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.wording.reports import charts, span_text, totals

_MARGIN = 4
"""Cells of the window beside its text: padding and scroll bar."""


class ReportScreen(Window[None]):
    """Shows the report of a period; keys go to the one before or after, or to a longer one."""

    CSS_PATH: ClassVar = ["../styles/modal.tcss", "../styles/report.tcss"]
    BINDINGS: ClassVar = [*bindings("report"), *bindings("modal")]

    def __init__(self) -> None:
        super().__init__()
        self._span = ReportSpan.MONTH
        self._about = self.app.today()
        """The day that a shorter or a longer period is around."""
        self._days = self._span.around(self._about)
        self._report: Report | None = None

    def compose(self) -> ComposeResult:
        with self.window(_("Report"), "-large"):
            with VerticalScroll(id="text", classes="grows"):
                yield Facts(id="totals")
                yield Static(id="charts", markup=False)
            yield StatusLine()
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#text").focus()
        self._load()

    def _load(self) -> None:
        days = span_text(self._days.first, self._days.last)
        title = _("Report: {days}").format(days=days)
        self.query_one("#window").border_title = self.window_title(title)
        self.load_report(self._days)

    @work(exclusive=True, group="report")
    async def load_report(self, days: ReportFilter) -> None:
        """Add up a period."""
        self._report = await self.read_desk(self.app.desk.reports.report, days)
        self._show()

    def on_desk_changed(self, message: DeskChanged) -> None:
        """Follow what is paid and booked meanwhile."""
        self.when_idle("report", self._load)

    def on_resize(self) -> None:
        """Draw the bars for another width."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        if self._report is None:
            return
        width = max(40, self.query_one("#text").size.width - _MARGIN)
        self.query_one("#totals", Facts).show(totals(self._report))
        lines: list[Content] = []
        for chart in charts(self._report):
            heading, *bars = chart.lines(width)
            lines += [Content(""), Content.styled(heading, "bold $primary"), *map(Content, bars)]
        self.query_one("#charts", Static).update(Content("\n").join(lines))

    def action_go(self, step: int) -> None:
        """Go to the period before or after."""
        self._days = self._span.beside(self._days, step)
        self._about = self._days.first
        self._load()

    def action_scale(self, step: int) -> None:
        """Take a longer or a shorter period: around today, where that is in sight."""
        spans = list(ReportSpan)
        self._span = spans[min(max(spans.index(self._span) + step, 0), len(spans) - 1)]
        if self._days.first <= self.app.today() <= self._days.last:
            self._about = self.app.today()
        self._days = self._span.around(self._about)
        self._load()
