"""«Услуги и места»: services, rooms, workplaces, tariffs, variants and modifiers. Source: ours.

Left the tree of what there is, right the fields of what the cursor is on, edited in place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, OptionList, Static

from olvery_tui.domain.catalogue import LocationDetails
from olvery_tui.domain.closings import Closing
from olvery_tui.domain.conflicts import ItemChangedMeanwhile, PlacesHeld
from olvery_tui.domain.errors import InvalidForm, NoSuchChoice, OlveryError
from olvery_tui.domain.hours import OpeningHours
from olvery_tui.domain.items import CatalogueDetails, Item, ItemKind
from olvery_tui.domain.text import shown
from olvery_tui.i18n import N_, _
from olvery_tui.keys import BY_ID, bindings, cap
from olvery_tui.screens.base import Window
from olvery_tui.screens.catalogue.item_form import ItemForm
from olvery_tui.screens.catalogue.tree import HOURS, LOCATION, TABS, CatalogueTree
from olvery_tui.screens.confirm import ConfirmScreen, if_agreed, leave_question
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.wording.catalogue import hours_text, kind_text, names_text, places_text
from olvery_tui.wording.money import currency_text
from olvery_tui.wording.zones import zone_text

_TAB_NAMES = {
    ItemKind.ROOM: N_("Places"),
    ItemKind.TARIFF: N_("Tariffs"),
    ItemKind.VARIANT: N_("Variants"),
    ItemKind.MODIFIER: N_("Extras"),
}

_OF_TREE = frozenset(
    {"add_item", "archive_item", "delete_item", "show_archived", "close_places", "open_place"}
)
"""Actions whose keys type letters while a field is edited."""

Found = tuple[CatalogueDetails, OpeningHours, LocationDetails, tuple[Closing, ...]]


class CatalogueScreen(FormScreen[None]):
    """The window of what is sold. Changes of other terminals appear while nothing is typed."""

    CSS_PATH: ClassVar = [f"../../styles/{name}.tcss" for name in ("modal", "choice", "catalogue")]
    BINDINGS: ClassVar = bindings("catalogue")

    offers_undo = True
    paints_filled = True

    _tree = getters.query_one(CatalogueTree)
    _form = getters.query_one(ItemForm)

    def __init__(self) -> None:
        super().__init__()
        self._details = CatalogueDetails()
        self._hours = OpeningHours()
        self._location = self.app.location
        self._is_loaded = False
        self._to_select: Item | None = None

    @property
    def fills_later(self) -> bool:
        """Whether keys are held back until the catalogue is loaded."""
        return not self._is_loaded

    def compose(self) -> ComposeResult:
        with self.window(_("Services and places")):
            yield Static(id="tabs", markup=False)
            with Horizontal(id="panes"):
                yield CatalogueTree()
                yield ItemForm()
            yield StatusLine()
            with Horizontal(classes="buttons"):
                yield KeyButton(_("Add"), "catalogue.add", id="add")
                yield KeyButton(_("Archive"), "catalogue.archive", id="archive")
                yield KeyButton(_("Delete"), "catalogue.delete", id="delete")
                yield KeyButton(_("Save"), "form.save", id="save", primary=True)
        yield KeyBar()

    def on_mount(self) -> None:
        self._draw_tabs()
        self.set_focus(self._tree)
        self.load_catalogue()

    def not_read(self, error: OlveryError) -> None:
        """Show why nothing could be read; keys are not held any longer."""
        self.app.input.release(self)
        super().not_read(error)

    def has_unsaved(self) -> bool:
        """Whether something typed would be lost."""
        return self._is_loaded and self._form.is_furnished and self._form.has_unsaved

    def loses_input(self) -> bool:
        """Only what is typed can be lost: after a conflict the entry is shown as it is by now."""
        return self.has_unsaved()

    # Reading

    def _load(self, select: Item | None = None) -> None:
        """Read everything anew; then put the cursor on an entry, also if others ask meanwhile."""
        self._to_select = select or self._to_select
        self.load_catalogue()

    @work(exclusive=True, group="catalogue")
    async def load_catalogue(self) -> None:
        """Read everything anew and show it."""
        desk = self.app.desk
        found = await self.read_desk(
            lambda: (
                desk.catalogue.details(),
                desk.catalogue.hours(),
                desk.location(),
                desk.closings.standing(),
            )
        )
        self._show(found)

    def on_desk_changed(self, message: DeskChanged) -> None:
        """Show what other terminals have changed; what is typed here stays."""
        if not self.is_working("save"):
            self.when_idle("catalogue", self.load_catalogue)

    def _show(self, found: Found) -> None:
        select, self._to_select = self._to_select, None
        self._details, self._hours, location, closings = found
        self._location = location
        first, self._is_loaded = not self._is_loaded, True
        typing = self._form.has_unsaved or (self._form.is_new and not first)
        self._tree.take(self._details, self._hours, location, closings)
        if select is not None:
            self._tree.select(select)
        if not typing or select is not None:
            self._show_node()
        if first:
            self.begin_painting()
            self.call_after_refresh(self._furnish)
        if first and not self._details.items:
            self.tell(
                _("Nothing is sold yet. {key} adds a service.").format(
                    key=cap(BY_ID["catalogue.add"].key)
                ),
                "told",
            )

    async def _furnish(self) -> None:
        """Mount the fields behind the first frame; keys typed meanwhile are for them."""
        await self._form.furnish()
        self.app.rendering.settle(self._form)
        self.app.input.release(self)
        if (node := self._tree.node) is not None and node.key != self._shown_key:
            self._show_node()

    # The tree

    @on(OptionList.OptionHighlighted, "#tree")
    def _moved(self, message: OptionList.OptionHighlighted) -> None:
        node = self._tree.node
        if not self._form.is_furnished or node is None or node.key == self._shown_key:
            return
        if self._form.has_unsaved:
            self._ask_to_drop(node.key)
        else:
            self.clear_status()
            self._show_node()

    _shown_key = ""
    """The key of the line whose fields are shown, or below which a new entry is typed."""

    def _ask_to_drop(self, key: str) -> None:
        """Ask before a click on another line discards what was typed."""

        def answered(agreed: bool | None) -> None:
            if agreed:
                self._tree.draw(key)
                self._show_node()
            else:
                self._tree.draw(self._shown_key or None)
                self._form.take_focus()

        self.app.push_screen(leave_question(), answered)

    def _show_node(self) -> None:
        """Show the fields of the line under the cursor."""
        node = self._tree.node
        if node is None or (node.item is not None and not self._form.is_furnished):
            return
        self._shown_key = node.key
        if node.item is not None:
            self._form.edit(node.item, self._details)
        elif node.key == LOCATION:
            self._form.explain(_("Location"), self._location_text())
        else:
            self._form.explain(_("Opening hours"), self._hours_text())
        self._show_buttons()

    def _location_text(self) -> str:
        location, services = self._location, self._details.children(ItemKind.SERVICE)
        places = [one for one in self._details.items if one.kind is ItemKind.WORKPLACE]
        lines = [
            shown(location.name),
            shown(zone_text(location.zone.key)),
            currency_text(location.currency),
            places_text(sum(not one.archived for one in places)) if services else "",
            "",
            _("Enter changes name, time zone and currency."),
        ]
        return "\n".join(lines)

    def _hours_text(self) -> str:
        hours = hours_text(self._hours).replace(", ", "\n")
        closed = [
            f"{one.day:%d.%m.%Y} {shown(one.reason)}".rstrip()
            for one in self._hours.closed
            if one.day >= self.app.today()
        ]
        told = [hours, *([_("Closed:"), *closed[:8]] if closed else [])]
        return "\n".join([*told, "", _("Enter changes them.")])

    def _show_buttons(self) -> None:
        form = self._form
        self.query_one("#save").display = form.kind is not None
        for name in ("archive", "delete"):
            self.query_one(f"#{name}").display = form.item is not None
        addable, button = self._addable(), self.query_one("#add", KeyButton)
        button.display = not form.is_new and addable is not None
        if addable is not None:
            kind, _parent = addable
            button.rename(f"+ {_('Places') if kind is ItemKind.WORKPLACE else kind_text(kind)}")
        if form.item is not None:
            label = _("Take back") if form.item.archived else _("Archive")
            self.query_one("#archive", KeyButton).rename(label)
        self.refresh_bindings()

    # Tabs

    def _draw_tabs(self) -> None:
        parts = [
            Content.from_markup(
                "[bold $accent]$key $label[/]"
                if kind is self._tree.tab
                else f"[@click=screen.tab({at})][$accent]$key[/] $label[/]",
                key=str(at),
                label=_(_TAB_NAMES[kind]),
            )
            for at, kind in enumerate(TABS, 1)
        ]
        self.query_one("#tabs", Static).update(Content("   ").join(parts))

    def action_tab(self, number: int) -> None:
        """List places, tariffs, variants or modifiers; ask before what was typed is lost."""
        show = partial(self._show_tab, number)
        if self._form.has_unsaved:
            self.app.push_screen(leave_question(), if_agreed(show, self._form.take_focus))
        else:
            show()

    def _show_tab(self, number: int) -> None:
        item = self._tree.item
        self._tree.tab = TABS[number - 1]
        self._draw_tabs()
        service = None if item is None else self._details.service_of(item)
        self._tree.draw()
        if service is not None:
            self._tree.select(service)
        self.set_focus(self._tree)
        self._show_node()

    def on_key(self, event: events.Key) -> None:
        """Switch the tab by a digit typed in the tree."""
        if self._tree.has_focus and event.key in ("1", "2", "3", "4"):
            event.stop()
            self.action_tab(int(event.key))

    # Commands of the tree

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let letters be commands in the tree only, and saving only where there are fields."""
        if not self.is_mounted or not self._is_loaded:
            return action == "back"
        form = self._form
        if action == "save":
            return form.kind is not None
        if action in _OF_TREE and not self._tree.has_focus:
            return False
        if action in ("archive_item", "delete_item"):
            return form.item is not None
        if action == "close_places":
            item = self._tree.item
            return bool(self._tree.chosen_places) or (item is not None and item.archived)
        if action == "open_place":
            return self._tree.closing is not None
        return action != "add_item" or self._addable() is not None

    @on(OptionList.OptionSelected, "#tree")
    def _chosen(self) -> None:
        """`Enter` or a click: edit what the cursor is on."""
        node = self._tree.node
        if node is None or not self._form.is_furnished:
            return
        if node.key == LOCATION:
            from olvery_tui.screens.access.settings import SettingsForm

            self.app.push_screen(SettingsForm(), self._came_back)
        elif node.key == HOURS:
            from olvery_tui.screens.catalogue.hours import HoursForm

            self.app.push_screen(HoursForm(), self._came_back)
        else:
            self._form.take_focus()

    def _came_back(self, _saved: object) -> None:
        self.set_focus(self._tree)
        self._load()

    def _addable(self) -> tuple[ItemKind, int | None] | None:
        """Return what `a` adds at the cursor: its kind and its parent."""
        item = self._tree.item
        if item is None:
            return ItemKind.SERVICE, None
        if item.kind is ItemKind.ROOM:
            return ItemKind.WORKPLACE, item.id
        if item.kind is ItemKind.WORKPLACE:
            return ItemKind.WORKPLACE, item.parent_id
        return self._tree.tab, item.id if item.kind is ItemKind.SERVICE else item.parent_id

    @on(Button.Pressed, "#add")
    def action_add_item(self) -> None:
        """Type a new entry below what the cursor is on."""
        found = self._addable()
        if found is None:
            return
        self.clear_status()
        self._form.add(*found, self._details)
        self._show_buttons()
        self._form.take_focus()

    def action_show_archived(self) -> None:
        """Show what is archived, or hide it."""
        self._tree.shows_archived = not self._tree.shows_archived
        self._tree.draw()
        self._show_node()

    # Saving

    @on(ItemForm.Finished)
    async def _finished(self) -> None:
        await self.run_action("save")

    def action_save(self) -> None:
        """Save what is typed."""
        form, catalogue = self._form, self.app.desk.catalogue
        kind, seen, parent = form.kind, form.item, form.parent_id
        if kind is None or self.is_working("save"):
            return
        typed = form.typed()
        self.clear_status()

        def save() -> tuple[Item, ...]:
            if seen is not None:
                return (catalogue.change(seen, typed),)
            if kind is ItemKind.WORKPLACE:
                return catalogue.add_places(parent or 0, str(typed["name"]))
            return (catalogue.add(kind, parent, typed),)

        if seen is not None and not form.has_unsaved:
            self.set_focus(self._tree)
            self._show_node()
        else:
            self.save_items(save)

    @work(group="save")
    async def save_items(self, save: Callable[[], tuple[Item, ...]]) -> None:
        """Save entries and go back to the first of them in the tree."""
        try:
            items = await self.call_desk(save)
        except OlveryError as error:
            self._refused(error)
            return
        self.tell(_("Saved: {name}").format(name=names_text([one.name for one in items])), "done")
        self.set_focus(self._tree)
        self._load(items[0])

    def _refused(self, error: OlveryError) -> None:
        if isinstance(error, InvalidForm):
            self._form.complain(error)
            return
        if isinstance(error, ItemChangedMeanwhile):
            self._form.show_conflict(error)
        self.not_done(error)
        if isinstance(error, NoSuchChoice):
            self._load()

    # Archiving and deleting

    @on(Button.Pressed, "#archive")
    def action_archive_item(self) -> None:
        """Archive the entry under the cursor, after a question; or take it back."""
        item, catalogue = self._form.item, self.app.desk.catalogue
        if item is None or self.is_working("save"):
            return
        if item.archived:
            self.save_items(lambda: (catalogue.restore(item),))
            return
        question = ConfirmScreen(
            _("Archive “{name}”?").format(name=shown(item.name)),
            _("New orders don't offer it any more; old tickets keep it. It can be taken back."),
            yes=_("Archive"),
            no=_("Keep it"),
        )
        self._ask(question, lambda: self.save_archived(item))

    def _ask(self, question: Window[bool], then: Callable[[], object]) -> None:
        def answered(agreed: bool | None) -> None:
            self.set_focus(self._tree)
            if agreed:
                then()

        self.app.push_screen(question, answered)

    @work(group="save")
    async def save_archived(self, item: Item) -> None:
        """Archive an entry; first show the tickets in the way, until they are all moved."""
        try:
            await self.call_desk(self.app.desk.catalogue.archive, item)
        except PlacesHeld as error:
            from olvery_tui.screens.catalogue.held import HeldPlacesScreen

            self._ask(HeldPlacesScreen(item, error), lambda: self.save_archived(item))
        except OlveryError as error:
            self._refused(error)
        else:
            self.tell(_("Archived: {name}").format(name=shown(item.name)), "done")
            self.load_catalogue()

    @on(Button.Pressed, "#delete")
    def action_delete_item(self) -> None:
        """Delete the entry under the cursor, after a question."""
        item = self._form.item
        if item is None or self.is_working("save"):
            return
        question = ConfirmScreen(
            _("Delete “{name}”?").format(name=shown(item.name)),
            _(
                "{kind} and all that belongs to it go for good, if no ticket was ever made with it."
            ).format(kind=kind_text(item.kind)),
            yes=_("Delete"),
            no=_("Keep it"),
        )
        self._ask(question, lambda: self.save_deleted(item))

    @work(group="save")
    async def save_deleted(self, item: Item) -> None:
        """Delete an entry."""
        try:
            await self.call_desk(self.app.desk.catalogue.delete, item)
        except OlveryError as error:
            self._refused(error)
        else:
            self.tell(_("Deleted: {name}").format(name=shown(item.name)), "done")
            self.load_catalogue()

    # Closing and opening places

    def action_close_places(self) -> None:
        """Close the marked places, or what the cursor is on; what is archived is not offered."""
        from olvery_tui.screens.closings.close_places import ClosePlacesForm

        if not self._tree.chosen_places:
            text = _("What is archived is offered no more, so there is nothing to close.")
            self.tell(text, "told")
            return

        def closed(closings: tuple[Closing, ...] | None) -> None:
            self.set_focus(self._tree)
            if closings:
                self._tree.unmark()
                self._load()

        self.app.push_screen(ClosePlacesForm(self._tree.chosen_places), closed)

    def action_open_place(self) -> None:
        """Open the place under the cursor again."""
        closing = self._tree.closing
        if closing is not None and not self.is_working("save"):
            self.save_opened(closing)

    @work(group="save")
    async def save_opened(self, closing: Closing) -> None:
        """Open a place."""
        from olvery_tui.screens.closings.closed_places import open_again

        await open_again(self, closing)
        self._load()

    # Leaving

    def action_back(self) -> None:
        """Go back from the fields to the tree, take marks away, or close."""
        if self._tree.has_focus and self._tree.unmark():
            return
        if self._tree.has_focus or self.is_working("save"):
            super().action_back()
        elif self.has_unsaved():
            self.app.push_screen(leave_question(), if_agreed(self._drop, self._form.take_focus))
        else:
            self._drop()

    def _drop(self) -> None:
        self.clear_status()
        self.set_focus(self._tree)
        self._show_node()
