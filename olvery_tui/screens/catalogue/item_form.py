"""The right pane of «Услуги и места»: one entry's fields, edited in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.conflicts import ItemChangedMeanwhile
from olvery_tui.domain.errors import InvalidForm, InvalidInput
from olvery_tui.domain.items import FIELDS, MOST_UNITS, CatalogueDetails, Item, ItemKind, expand
from olvery_tui.domain.text import clean
from olvery_tui.i18n import _
from olvery_tui.widgets.fields.choice import Choice, Choosable
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.wording.catalogue import (
    conflict_text,
    kind_text,
    pattern_text,
    unit_text,
    value_text,
)
from olvery_tui.wording.errors import field_name, sentence
from olvery_tui.wording.money import amount_text

_ROWS = ("name", "unit", "price", "min_units", "max_units", "variant_id", "slot_minutes", "room_id")
_CHOICES = frozenset({"unit", "variant_id", "room_id"})


class ItemForm(VerticalScroll, can_focus=False):
    """The fields of every kind of entry; those of the present one are displayed."""

    class Finished(Message):
        """`Enter` was pressed in the last field."""

    def __init__(self) -> None:
        super().__init__(id="item")
        self.item: Item | None = None
        """The entry that is shown; None while a new one is typed, or there is nothing to edit."""
        self.kind: ItemKind | None = None
        self.parent_id: int | None = None
        self._details = CatalogueDetails()
        self._put: dict[str, object] = {}
        """What the form, not the user, wrote into each field."""

    def compose(self) -> ComposeResult:
        yield Static(id="item-title", classes="title-text", markup=False)
        yield Static(id="item-note", markup=False)

    async def furnish(self) -> None:
        """Mount the fields, which the first frame does without."""
        rows = [
            Labelled(
                name,
                field_name("room" if name == "room_id" else name),
                Choice(enter_goes_on=True, id=f"{name}-field")
                if name in _CHOICES
                else Field(id=f"{name}-field"),
            )
            for name in _ROWS
        ]
        for row in rows:
            row.display = False
        await self.mount_all(rows, before="#item-note")

    @property
    def is_furnished(self) -> bool:
        """Whether the fields are mounted."""
        return bool(self.query(Labelled))

    # What is shown

    @property
    def is_new(self) -> bool:
        """Whether a new entry is typed."""
        return self.kind is not None and self.item is None

    def explain(self, title: str, text: str) -> None:
        """Show no fields but a text."""
        self.item = self.kind = self.parent_id = None
        self._display((), title, text)

    def edit(self, item: Item, details: CatalogueDetails) -> None:
        """Show an entry's fields."""
        self.item, self.kind, self.parent_id = item, item.kind, item.parent_id
        self._details = details
        title = kind_text(item.kind)
        note = _("Archived: it is offered no more.") if item.archived else ""
        names = FIELDS[item.kind]
        if item.kind is ItemKind.WORKPLACE:
            names = (*names, "room_id")
        values = {name: item.value(name) for name in FIELDS[item.kind]}
        self._fill(names, values | {"room_id": item.parent_id}, title, note)

    def add(self, kind: ItemKind, parent_id: int | None, details: CatalogueDetails) -> None:
        """Show the empty fields of a new entry."""
        self.item, self.kind, self.parent_id = None, kind, parent_id
        self._details = details
        values = {
            "name": "",
            "price": "",
            "unit": TariffUnit.HOUR,
            "min_units": 1,
            "max_units": MOST_UNITS[TariffUnit.HOUR],
            "slot_minutes": 30,
            "variant_id": None,
        }
        notes = {
            ItemKind.SERVICE: _("Hours are sold in these steps: 30 gives 10:00, 10:30, 11:00…"),
            ItemKind.WORKPLACE: _("PM №{1..40} adds forty places at once."),
        }
        self._fill(FIELDS[kind], values, kind_text(kind, new=True), notes.get(kind, ""))

    def _fill(self, names: Sequence[str], values: Mapping[str, Any], title: str, note: str) -> None:
        self._offer(values)
        for name in names:
            value = values[name]
            if name not in _CHOICES:
                value = amount_text(value) if name == "price" and value != "" else clean(str(value))
            self._put[name] = value
            self._write(name, value)
        if not self._details.children(ItemKind.VARIANT, self._service_id):
            names = [name for name in names if name != "variant_id"]
        self._display(names, title, note)

    def _write(self, name: str, value: Any) -> None:
        if name in _CHOICES:
            self._choice(name).choose(value)
        else:
            field = self._field(name)
            with field.prevent(Input.Changed):  # which would take a complaint away
                field.value = value

    def _display(self, names: Sequence[str], title: str, note: str) -> None:
        self._put = {name: value for name, value in self._put.items() if name in names}
        for row in self.query(Labelled):
            row.display = row.id in names
            row.complain("")
        self.query_one("#item-title", Static).update(Content(title))
        self._note(note)

    def _note(self, text: str) -> None:
        note = self.query_one("#item-note", Static)
        note.update(Content(text))
        note.display = bool(text)

    @property
    def _service_id(self) -> int | None:
        if self.kind is ItemKind.WORKPLACE:
            room = self._details.find(ItemKind.ROOM, self.parent_id)
            return room.parent_id if room is not None else None
        return self.parent_id

    def _offer(self, values: Mapping[str, Any]) -> None:
        """Offer the units, and the variants and rooms of the service: archived ones only where
        they are what is chosen.
        """
        self._choice("unit").offer([Choosable(unit, unit_text(unit)) for unit in TariffUnit])
        variants, rooms = (
            [
                Choosable(one.id, one.name)
                for one in self._details.children(kind, self._service_id)
                if not one.archived or one.id == values.get(name)
            ]
            for kind, name in ((ItemKind.VARIANT, "variant_id"), (ItemKind.ROOM, "room_id"))
        )
        self._choice("variant_id").offer([Choosable(None, _("none")), *variants])
        self._choice("room_id").offer(rooms)

    # What is typed

    def typed(self) -> dict[str, object]:
        """Return the values of the displayed fields."""
        return {
            name: self._choice(name).value if name in _CHOICES else self._field(name).value
            for name in self._names
        }

    @property
    def has_unsaved(self) -> bool:
        """Whether the user changed anything."""
        return self.kind is not None and self.typed() != self._put

    @property
    def _names(self) -> list[str]:
        return [name for name in _ROWS if self._row(name).display]

    def take_focus(self, name: str | None = None) -> None:
        """Focus a field, or the first one."""
        names = self._names
        if name not in names:
            name = names[0] if names else None
        if name is None:
            return
        if name in _CHOICES:
            self._choice(name).take_focus()
        else:
            self.screen.set_focus(self._field(name))

    @on(Input.Submitted)
    @on(Choice.Submitted)
    def _go_on(self, message: Input.Submitted | Choice.Submitted) -> None:
        message.stop()
        names = self._names
        at = next((i for i, name in enumerate(names) if self._row(name).has_focus_within), 0)
        if at + 1 < len(names):
            self.take_focus(names[at + 1])
        else:
            self.post_message(self.Finished())

    @on(Input.Changed)
    def _typing(self, message: Input.Changed) -> None:
        message.stop()
        message.input.query_ancestor(Labelled).complain("")
        if self.is_new and self.kind is ItemKind.WORKPLACE:
            self._preview()

    @on(Choice.Changed)
    def _chosen(self, message: Choice.Changed) -> None:
        """Propose the most units of the chosen unit, unless the user typed another number."""
        message.stop()
        unit, most = self._choice("unit").value, self._field("max_units")
        if self.is_new and isinstance(unit, TariffUnit) and most.value == self._put["max_units"]:
            self._put["max_units"] = most.value = str(MOST_UNITS[unit])

    def _preview(self) -> None:
        pattern = self._field("name").value
        try:
            names = expand(pattern)
        except InvalidInput as problem:
            self._note(sentence(problem) if pattern.strip() else "")
        else:
            self._note(pattern_text(names))

    # Problems

    def complain(self, error: InvalidForm) -> None:
        """Show each problem at its field, and go to the first one."""
        for problem in error.problems:
            self._row(problem.field).complain(sentence(problem))
        self.take_focus(error.problems[0].field)

    def show_conflict(self, error: ItemChangedMeanwhile) -> None:
        """Show what others made of the fields.

        What was typed stays and may be saved over it; fields that were not touched follow.
        """
        typed, put = self.typed(), dict(self._put)
        self.edit(error.item, self._details)
        now = dict(self._put)
        for name in self._names:
            if typed[name] == put[name]:
                continue
            self._write(name, typed[name])
            if now[name] != put[name]:
                stored = error.item.parent_id if name == "room_id" else error.item.value(name)
                text = value_text(name, stored, self._details)
                self._row(name).complain(conflict_text(error, text))

    def _row(self, name: str) -> Labelled:
        return self.query_one(f"#{name}", Labelled)

    def _choice(self, name: str) -> Choice:
        return self.query_one(f"#{name}-field", Choice)

    def _field(self, name: str) -> Field:
        return self.query_one(f"#{name}-field", Field)
