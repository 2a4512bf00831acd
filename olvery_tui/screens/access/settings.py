"""«Настройки»: the settings shared by all terminals of the location. Source: ours.

A new setting needs one more row here and a field of `DeskSettings`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from olvery_tui.domain.access import DeskSettings, SignIn
from olvery_tui.domain.conflicts import SettingsChangedMeanwhile
from olvery_tui.domain.errors import InvalidForm, OlveryError
from olvery_tui.domain.items import ItemKind
from olvery_tui.domain.text import NAME_MAX, clean
from olvery_tui.i18n import _, ngettext
from olvery_tui.screens.confirm import ConfirmScreen, if_agreed
from olvery_tui.screens.form import FormScreen
from olvery_tui.settings import database_files
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.choice import Choice, Choosable
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.wording.access import method_text
from olvery_tui.wording.errors import field_name, sentence
from olvery_tui.wording.money import CURRENCIES, currency_name
from olvery_tui.wording.zones import offset_text, zone_text, zones

_PATH_MAX = 1_000


class SettingsForm(FormScreen[DeskSettings]):
    """The form of the settings. Closes with the changed settings."""

    CSS_PATH: ClassVar = [f"../../styles/{name}.tcss" for name in ("modal", "choice", "settings")]

    paints_filled = True

    _location_name = getters.query_one("#location-name", Field)
    _zone = getters.query_one("#zones", Choice)
    _currency = getters.query_one("#currencies", Choice)
    _auto = getters.query_one("#auto-complete", Choice)
    _method = getters.query_one("#sign-in", Choice)
    _renewal = getters.query_one("#renewal-days", Field)
    _minutes = getters.query_one("#lock-minutes", Field)

    def __init__(self) -> None:
        super().__init__()
        self._seen: DeskSettings | None = None

    def compose(self) -> ComposeResult:
        with self.window(_("Settings")):
            yield Static(_("They hold at every terminal of this location."), markup=False)
            with VerticalScroll(id="settings", can_focus=False):
                yield Labelled("name", _("Location"), Field(limit=NAME_MAX, id="location-name"))
                yield Labelled("time_zone", _("Time zone"), Choice(enter_goes_on=True, id="zones"))
                yield Labelled(
                    "currency", _("Currency"), Choice(enter_goes_on=True, id="currencies")
                )
                yield Labelled(
                    "auto",
                    _("Complete orders by itself"),
                    Choice(enter_goes_on=True, id="auto-complete"),
                )
                yield _explained(
                    _(
                        "A confirmed order is completed once all its tickets have ended, "
                        "so nothing stays “Time is up”."
                    )
                )
                yield Labelled("way", _("Way in"), Choice(enter_goes_on=True, id="sign-in"))
                yield Labelled(
                    "lock_minutes", _("Lock after, minutes"), Field(limit=12, id="lock-minutes")
                )
                yield _explained(
                    _(
                        "Without a key for so long a terminal locks itself; 0 is never. A way in "
                        "other than by password needs a server that is set up for it."
                    )
                )
                yield Labelled(
                    "renewal_days", field_name("renewal_days"), Field(limit=12, id="renewal-days")
                )
                if self._has_file:
                    folder = Field(limit=_PATH_MAX, acts=True, id="backup-folder")
                    folder.disabled = self.app.exports.flat
                    yield Labelled("backup_folder", field_name("backup_folder"), folder)
                    kept = Field(limit=12, id="backups-kept")
                    yield Labelled("backups_kept", field_name("backups_kept"), kept)
                    yield _explained(
                        _(
                            "The database is copied once a day, and the copy is checked. Without a "
                            "folder it goes into “backups” beside the database; 0 copies: none."
                        )
                    )
            yield StatusLine()
            yield self.buttons()
        yield KeyBar()

    def on_mount(self) -> None:
        self._auto.offer([Choosable(False, _("No")), Choosable(True, _("Yes"))])
        self._method.offer([Choosable(method, method_text(method)) for method in SignIn])
        self.set_focus(self._location_name)
        self.load_settings()

    @property
    def _has_file(self) -> bool:
        """Whether the database is a file, which is copied once a day."""
        settings = self.app.settings
        return settings.demo or bool(database_files(settings.database_url))

    @work(exclusive=True, group="settings")
    async def load_settings(self) -> None:
        """Load the settings and show them."""
        self._seen = await self.read_desk(self.app.desk.settings.get)
        self._fill(self._seen)
        self._location_name.action_select_all()
        self.begin_painting()

    def _fill(self, settings: DeskSettings) -> None:
        now = self.app.clock.now()
        self._location_name.value = settings.name
        self._zone.offer(
            [
                Choosable(key, zone_text(key), partial(offset_text, key, now))
                for key in zones(settings.time_zone)
            ],
            settings.time_zone,
        )
        codes = dict.fromkeys((*CURRENCIES, settings.currency))
        self._currency.offer(
            [Choosable(code, code, currency_name(code)) for code in codes], settings.currency
        )
        self._auto.choose(settings.auto_complete_orders)
        self._method.choose(settings.sign_in)
        # What is no number stays, to be mended.
        if settings.lock_minutes >= 0:
            self._minutes.value = str(settings.lock_minutes)
        if settings.renewal_days >= 0:
            self._renewal.value = str(settings.renewal_days)
        if self._has_file:
            self.query_one("#backup-folder", Field).value = settings.backup_folder
            if settings.backups_kept >= 0:
                self.query_one("#backups-kept", Field).value = str(settings.backups_kept)

    def _chosen(self, seen: DeskSettings) -> DeskSettings:
        """Return the settings entered; what is no number becomes -1, which is refused."""
        chosen = replace(
            seen,
            auto_complete_orders=bool(self._auto.value),
            sign_in=seen.sign_in if self._method.value is None else SignIn(str(self._method.value)),
            lock_minutes=_number(self._minutes),
            renewal_days=_number(self._renewal),
            name=clean(self._location_name.value),
            time_zone=str(self._zone.value),
            currency=str(self._currency.value),
        )
        if not self._has_file:
            return chosen
        return replace(
            chosen,
            backup_folder=self.query_one("#backup-folder", Field).value.strip(),
            backups_kept=_number(self.query_one("#backups-kept", Field)),
        )

    def has_unsaved(self) -> bool:
        return self._seen is not None and self._chosen(self._seen) != self._seen

    @on(Input.Submitted)
    @on(Choice.Submitted)
    def _entered(self) -> None:
        """Go to the next line, and from the last one to «Сохранить»."""
        self.screen.focus_next()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.input.query_ancestor(Labelled).complain("")

    def action_save(self) -> None:
        """Save the settings for all terminals; ask first where another zone moves days."""
        seen = self._seen
        if seen is None or self.is_working("save"):
            return
        if not self.has_unsaved():
            self.tell(_("Nothing is changed."), "told")
            return
        self.clear_status()
        self.save_settings(seen, self._chosen(seen))

    @work(group="save")
    async def save_settings(
        self, seen: DeskSettings, chosen: DeskSettings, *, agreed: bool = False
    ) -> None:
        """Save the settings and close.

        Ask before tickets come to be on other days than they were sold for, and before prices are
        in another currency. After a conflict the input stays, to be applied to the settings that
        are stored now.
        """
        desk = self.app.desk
        try:
            if not agreed and (told := await self._consequences(seen, chosen)):
                self._warn(seen, chosen, told)
                return
            saved = await self.call_desk(desk.settings.change, seen, chosen)
        except OlveryError as error:
            self._refused(error)
        else:
            self.app.session.read_settings()
            self.dismiss(saved)

    async def _consequences(self, seen: DeskSettings, chosen: DeskSettings) -> str:
        """Return what another time zone or currency means for what is sold; empty for nothing."""
        desk, told = self.app.desk, []
        if chosen.time_zone != seen.time_zone:
            count = await self.call_desk(desk.settings.moved_by_zone, chosen.time_zone)
            if count:
                text = ngettext(
                    "{count} ticket would be on other days than it was sold for.",
                    "{count} tickets would be on other days than they were sold for.",
                    count,
                )
                told.append(text.format(count=count))
        if chosen.currency != seen.currency:
            found = await self.call_desk(desk.catalogue.details)
            count = sum(one.kind is ItemKind.TARIFF for one in found.items)
            if count:
                text = ngettext(
                    "{count} tariff is in {currency} from now on, at the same number.",
                    "{count} tariffs are in {currency} from now on, at the same numbers.",
                    count,
                )
                told.append(text.format(count=count, currency=chosen.currency))
        return " ".join(told)

    def _warn(self, seen: DeskSettings, chosen: DeskSettings, told: str) -> None:
        question = ConfirmScreen(
            _("Change the time zone?")
            if chosen.time_zone != seen.time_zone
            else _("Change the currency?"),
            told,
            yes=_("Change"),
            no=_("Keep editing"),
        )
        save = partial(self.save_settings, seen, chosen, agreed=True)
        self.app.push_screen(question, if_agreed(save))

    def _refused(self, error: OlveryError) -> None:
        if isinstance(error, InvalidForm):
            for problem in error.problems:
                self.query_one(f"#{problem.field}", Labelled).complain(sentence(problem))
            row = self.query_one(f"#{error.problems[0].field}", Labelled)
            (row.query(Field).first() if row.query(Field) else row.query(Choice).first()).focus()
            return
        if isinstance(error, SettingsChangedMeanwhile):
            self._follow(error.settings)
        self.not_done(error)

    def _follow(self, settings: DeskSettings) -> None:
        """Show the settings that others have made meanwhile; what was entered here stays."""
        if self._seen is not None:
            entered = self._seen.differences(self._chosen(self._seen))
            kept: dict[str, Any] = {name: chosen for name, (_before, chosen) in entered.items()}
            self._fill(replace(settings, **kept))
        self._seen = settings


def _explained(text: str) -> Static:
    return Static(text, classes="explained", markup=False)


def _number(field: Field) -> int:
    typed = field.value.strip()
    return int(typed) if typed.isascii() and typed.isdigit() else -1
