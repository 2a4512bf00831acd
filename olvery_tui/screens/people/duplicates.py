"""Groups of people who have the same phone, email or name: open one, or merge it with another.

Source: ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from olvery_tui.domain.people import PersonDetails
from olvery_tui.i18n import _
from olvery_tui.keys import binding, bindings
from olvery_tui.screens.base import Window
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.widgets.option_lists import replace_options
from olvery_tui.wording.people import person_line

Groups = tuple[tuple[PersonDetails, ...], ...]

AT_ONCE = 25
"""Groups of each kind that are listed first, and that «Показать ещё» adds."""
_MORE = "more"


class GroupList(OptionList):
    """The people, group by group."""

    BINDINGS: ClassVar = [binding("duplicates.open", "select")]


class DuplicatesScreen(Window[int | None]):
    """Everybody who may be there twice. Closes with the id of who was picked."""

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/people.tcss"]
    BINDINGS: ClassVar = [*bindings("duplicates"), *bindings("modal")]

    paints_filled = True

    def __init__(self) -> None:
        super().__init__()
        self._groups: Groups = ()
        self._weaker: Groups = ()
        self._limit = AT_ONCE

    def compose(self) -> ComposeResult:
        with self.window(_("Possible duplicates"), "-large"):
            yield Static(
                _("The same phone, email or name. {key} merges two records.").format(key="m"),
                id="what",
                markup=False,
            )
            yield GroupList(id="groups", classes="grows", markup=False)
            yield StatusLine()
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#groups").focus()
        self.load_groups()

    def on_desk_changed(self, message: DeskChanged) -> None:
        self.when_idle("groups", self.load_groups)

    @work(exclusive=True, group="groups")
    async def load_groups(self) -> None:
        """Load the groups and list them, those that are less sure last."""
        people = self.app.desk.people
        sure, weaker = await asyncio.gather(
            self.read_desk(people.duplicates, self._limit),
            self.read_desk(people.namesakes, self._limit),
        )
        self._groups = sure.groups
        known = [{person.id for person in group} for group in self._groups]
        self._weaker = tuple(
            group
            for group in weaker.groups
            if not any({person.id for person in group} <= ids for ids in known)
        )
        options = list(_options(self._groups, self._weaker))
        if sure.more or weaker.more:
            # By another name each time: the cursor stays where it is when more are listed.
            options += [None, Option(Content(_("Show more")), id=f"{_MORE}/{self._limit}")]
        replace_options(self.query_one("#groups", OptionList), options)
        self.refresh_bindings()
        self.begin_painting()

    @on(OptionList.OptionSelected, "#groups")
    def _picked(self, message: OptionList.OptionSelected) -> None:
        person, _slash, _group = str(message.option_id).partition("/")
        if person == _MORE:
            self._limit += AT_ONCE
            self.load_groups()
        else:
            self.dismiss(int(person))

    def action_merge(self) -> None:
        """Choose which of the group becomes part of the record under the cursor."""
        from olvery_tui.screens.people.merge import MergeForm

        option = self.query_one("#groups", OptionList).highlighted_option
        person, _slash, group = str(option.id if option is not None else "").partition("/")
        for people in (*self._groups, *self._weaker):
            if group == _ids(people):
                kept = next(one for one in people if str(one.id) == person)
                others = tuple(one for one in people if one is not kept)
                self.app.push_screen(MergeForm(kept, others), self._merged)

    def _merged(self, person: PersonDetails | None) -> None:
        if person is not None:
            self.tell(_("Saved."), "done")
            self.load_groups()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Merge only where there is somebody to merge."""
        return action != "merge" or bool(self._groups or self._weaker)


def _options(groups: Groups, weaker: Groups) -> Iterator[Option | None]:
    if not groups and not weaker:
        yield Option(Content(_("There are no duplicates.")), disabled=True)
    for index, group in enumerate((*groups, *weaker)):
        if index:
            yield None
        if index == len(groups):
            text = _("The same name, one without a patronymic")
            yield Option(Content.styled(text, "$text-muted"), disabled=True)
        for person in group:
            yield Option(Content(person_line(person)), id=f"{person.id}/{_ids(group)}")


def _ids(group: tuple[PersonDetails, ...]) -> str:
    return ",".join(str(person.id) for person in group)
