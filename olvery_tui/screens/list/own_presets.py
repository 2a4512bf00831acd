"""«Наборы фильтров»: a manager's own presets, applied, saved, renamed and removed. Source: ours."""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from olvery_tui.domain.errors import InputCode, InvalidForm, InvalidInput, OlveryError
from olvery_tui.domain.filters import OrderFilter, TicketFilter
from olvery_tui.domain.own_presets import OwnPreset
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.keys import BY_ID, binding, bindings, cap
from olvery_tui.screens.base import Window
from olvery_tui.screens.confirm import ConfirmScreen, if_agreed
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.form_fields import FormFields
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.widgets.option_lists import replace_options
from olvery_tui.wording.own_presets import preset_text, saved_text


class PresetList(OptionList):
    """A line a preset. `Enter` applies one."""

    BINDINGS: ClassVar = [binding("own_presets.apply", "select")]


class OwnPresetsScreen(Window[OwnPreset]):
    """Lists the presets; `Enter` closes with the one under the cursor, ready to be applied.

    Args:
        filters: The filter of the list below, which can be saved.
        who: The person in it as typed, or the chosen one's name.
    """

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/own_presets.tcss"]
    BINDINGS: ClassVar = [*bindings("own_presets"), *bindings("modal")]

    _list = getters.query_one("#presets", OptionList)

    def __init__(self, filters: TicketFilter | OrderFilter, who: str) -> None:
        super().__init__()
        self._filters = filters
        self._who = who
        self._presets: tuple[OwnPreset, ...] = ()

    def compose(self) -> ComposeResult:
        with self.window(_("Own presets")):
            yield Static(_("Loading…"), id="nothing", markup=False)
            yield PresetList(id="presets", markup=False, compact=True, classes="grows")
            yield StatusLine()
            with Horizontal(classes="buttons"):
                yield KeyButton(_("Save the present filter"), "own_presets.save", id="save")
                yield KeyButton(_("Rename"), "own_presets.rename", id="rename")
                yield KeyButton(_("Remove"), "own_presets.remove", id="remove")
        yield KeyBar()

    def on_mount(self) -> None:
        self._list.display = False
        self.query_one("#save").focus()
        self.load_presets()

    @work(exclusive=True, group="presets")
    async def load_presets(self, name: str = "") -> None:
        """List the presets, with the cursor where it was or on the one with this name."""
        self._presets = await self.read_desk(self.app.desk.presets.own)
        today, options = self.app.today(), self._list
        had_focus = options.has_focus or not options.display
        replace_options(
            options,
            (
                Option(
                    Content.assemble(
                        (shown(each.name), "bold"), "  ", (preset_text(each, today), "dim")
                    ),
                    id=str(each.id),
                )
                for each in self._presets
            ),
        )
        named = (at for at, each in enumerate(self._presets) if each.name == name)
        options.highlighted = next(named, options.highlighted)
        options.display = bool(self._presets)
        nothing = _("There are none yet. {key} saves the present filter under a name.")
        text = nothing.format(key=cap(BY_ID["own_presets.save"].key))
        self.query_one("#nothing", Static).update(Content(text))
        self.query_one("#nothing").display = not self._presets
        if had_focus:
            self.set_focus(options if self._presets else self.query_one("#save"))
        self.refresh_bindings()

    def on_desk_changed(self, message: DeskChanged) -> None:
        """Show what the manager saves and removes at another terminal."""
        self.when_idle("presets", self.load_presets)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to rename and to remove only where there is a preset."""
        return action not in ("rename_preset", "remove_preset") or bool(self._presets)

    @property
    def _under_cursor(self) -> OwnPreset | None:
        at = self._list.highlighted
        return self._presets[at] if at is not None and at < len(self._presets) else None

    # Applying

    @on(OptionList.OptionSelected)
    def _chosen(self) -> None:
        if (preset := self._under_cursor) is not None:
            self.load_chosen(preset)

    @work(exclusive=True, group="chosen")
    async def load_chosen(self, preset: OwnPreset) -> None:
        """Close with the preset, or show what it asks for that is no more."""
        self.dismiss(await self.read_desk(self.app.desk.presets.ready, preset.id))

    # Saving, renaming, removing

    @on(Button.Pressed, "#save")
    def action_save_filter(self) -> None:
        """Ask for the name under which to save the present filter."""
        if self._filters.is_empty:
            self.tell(_("There is no filter to save. Limit the list first."))
        else:
            form = PresetNameForm(self._filters, self._who)
            self.app.push_screen(form, self._named)

    @on(Button.Pressed, "#rename")
    def action_rename_preset(self) -> None:
        """Ask for another name of the preset under the cursor."""
        if (preset := self._under_cursor) is not None:
            self.app.push_screen(PresetNameForm(renamed=preset), self._named)

    def _named(self, name: str | None) -> None:
        self.clear_status()
        self.load_presets(name or "")

    @on(Button.Pressed, "#remove")
    def action_remove_preset(self) -> None:
        """Ask before the preset under the cursor is removed."""
        preset = self._under_cursor
        if preset is None:
            return
        question = ConfirmScreen(
            _("Remove the preset “{name}”?").format(name=shown(preset.name)),
            _("Tickets and orders stay as they are."),
            yes=_("Remove"),
            no=_("Keep it"),
        )
        self.app.push_screen(question, if_agreed(lambda: self.save_removed(preset)))

    @work(group="save")
    async def save_removed(self, preset: OwnPreset) -> None:
        """Remove a preset and take it from the list."""
        try:
            await self.call_desk(self.app.desk.presets.remove, preset.id)
        except OlveryError as error:
            self.not_done(error)
        self.load_presets()


class PresetNameForm(FormScreen[str]):
    """Asks for a name: of a filter that is to be saved, or of a preset that is renamed.

    Closes with the name once that is saved.
    """

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/own_presets.tcss"]

    _fields = getters.query_one(FormFields)

    def __init__(
        self,
        filters: TicketFilter | OrderFilter | None = None,
        who: str = "",
        *,
        renamed: OwnPreset | None = None,
    ) -> None:
        super().__init__()
        self._filters = filters
        self._who = who
        self._renamed = renamed

    def compose(self) -> ComposeResult:
        title = _("Rename the preset") if self._renamed else _("Save the present filter")
        with self.window(title, "-small"):
            if self._filters is not None:
                text = saved_text(self._filters, self._who, self.app.today())
                yield Static(Content(text), id="saved", markup=False)
            yield FormFields({"name": shown(self._renamed.name) if self._renamed else ""})
            yield StatusLine()
            yield self.buttons()
        yield KeyBar()

    def on_mount(self) -> None:
        self._fields.field("name").take_focus()

    def has_unsaved(self) -> bool:
        """Whether another name was typed."""
        return self._fields.is_changed

    @on(FormFields.Submitted)
    def action_save(self) -> None:
        """Save under the typed name; where there is such a preset, ask before replacing it."""
        self._save(instead=False)

    def _save(self, *, instead: bool) -> None:
        if not self.is_working("save"):
            self.clear_status()
            self.save_name(self._fields.values["name"], instead=instead)

    @work(group="save")
    async def save_name(self, name: str, *, instead: bool) -> None:
        """Save, and close with the name."""
        presets = self.app.desk.presets
        try:
            if self._renamed is not None:
                await self.call_desk(presets.rename, self._renamed.id, name)
            elif self._filters is not None:
                await self.call_desk(presets.save, name, self._filters, instead=instead)
        except InvalidInput as problem:
            if problem.code is InputCode.TAKEN and self._renamed is None:
                self._ask_to_replace(name)
            else:
                self._fields.complain(InvalidForm((problem,)))
        except OlveryError as error:
            self.not_done(error)
        else:
            self.dismiss(name)

    def _ask_to_replace(self, name: str) -> None:
        question = ConfirmScreen(
            _("Replace the preset “{name}”?").format(name=shown(name)),
            _("It will have the present filter in place of its own."),
            yes=_("Replace"),
            no=_("Another name"),
        )
        self.app.push_screen(question, if_agreed(lambda: self._save(instead=True)))
