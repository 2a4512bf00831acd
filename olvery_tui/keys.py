"""Every key of the application, each letter with its twin on the Russian ЙЦУКЕН layout.

Bindings, key bar, help and documents are generated from this table. A letter is bound together with
the Cyrillic letter on the same key, in both cases because of Caps Lock. So is `Ctrl` with a letter:
under a Russian layout, a terminal with the kitty keyboard protocol reports `ctrl+ы` for `Ctrl+S`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from olvery_tui.domain.codes import CYRILLIC, LATIN
from olvery_tui.i18n import N_

if TYPE_CHECKING:
    from textual.binding import Binding, BindingType

TWINS = dict(zip(LATIN, CYRILLIC, strict=True))

_NAMES = {
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    ";": "semicolon",
    "'": "apostrophe",
    ",": "comma",
    ".": "full_stop",
}
"""Textual's names of the Latin keys that are not letters."""

_ON_THE_KEY = {cyrillic: _NAMES.get(key, key) for key, cyrillic in TWINS.items()}

_PUNCTUATION = {
    "/": ("slash", "full_stop"),
    "?": ("question_mark", "comma"),
    "+": ("plus", "equals_sign"),
    "-": ("minus",),
}
"""Keys that are no letters: `/` types `.` under ЙЦУКЕН, and `?` types `,`; `+` without Shift is
`=`."""


class Key(NamedTuple):
    """A key: what it does (`action`), and its `label`. Its `id` begins with where it works.

    A key without an action is handled by the focused widget, or bound there by its `id`.

    `shown` is whether the key bar lists it, as `short` if the label is long; the help lists all.
    `once`: it acts at once on what the cursor is on; held down it does so once, for the cursor may
    have come to something else by then.
    """

    id: str
    key: str
    action: str
    label: str
    shown: bool = True
    priority: bool = False
    short: str | None = None
    once: bool = False

    @property
    def where(self) -> str:
        """Where it works."""
        return self.id.partition(".")[0]


KEYS: tuple[Key, ...] = (
    Key("filter.leave", "escape", "leave", N_("Back to the list")),
    Key("filter.next", "Tab Shift+Tab", "", N_("Next field, previous field"), shown=False),
    Key("filter.apply", "enter", "", N_("Apply and back to the list"), short=N_("Apply")),
    Key("filter.tick", "space", "tick", N_("Tick a status")),
    Key("filter.calendar", "down", "open_calendar", N_("Drop-down calendar")),
    Key("filter.people", "down", "next_person", N_("Suggested people"), shown=False),
    Key("calendar.pick", "enter", "pick", N_("Choose the day")),
    Key("calendar.move", "← → ↑ ↓", "", N_("Day by day, week by week"), shown=False),
    Key("calendar.close", "escape", "close", N_("Close")),
    Key(
        "calendar.save",
        "ctrl+s",
        "pick_and_save",
        N_("Choose and save the form"),
        shown=False,
        priority=True,
    ),
    Key("calendar.today", "t", "today", N_("Today")),
    Key("calendar.month_back", "pageup", "month(-1)", N_("Previous month")),
    Key("calendar.month_on", "pagedown", "month(1)", N_("Next month")),
    Key("calendar.first", "home", "first", N_("First of the month"), shown=False),
    Key("calendar.last", "end", "last", N_("Last of the month"), shown=False),
    Key("calendar.year_back", "ctrl+pageup", "month(-12)", N_("A year back"), shown=False),
    Key("calendar.year_on", "ctrl+pagedown", "month(12)", N_("A year on"), shown=False),
    Key("choice.open", "down", "open_list", N_("All choices")),
    Key("choice.step", "← →", "", N_("The next one, the one before"), shown=False),
    Key("choice.pick", "enter", "", N_("Choose")),
    Key("choice.close", "escape", "close_list", N_("Close the list")),
    Key(
        "choice.save",
        "ctrl+s",
        "pick_and_save",
        N_("Choose and save the form"),
        shown=False,
        priority=True,
    ),
    Key("seats.tick", "space", "tick", N_("Tick a workplace"), short=N_("Tick")),
    Key("seats.move", "↑ ↓ PgUp PgDn", "", N_("Move in the workplaces"), shown=False),
    Key("list.open", "enter", "", N_("Open")),
    Key("tickets.validate", "v", "ticket('validate')", N_("Validate"), once=True),
    Key("list.move", "↑ ↓ PgUp PgDn Home End", "", N_("Move in the list"), shown=False),
    Key("list.unmark", "escape", "", N_("Unmark all"), short=N_("Unmark")),
    Key("list.status", "o", "order_status", N_("Order status"), short=N_("Status")),
    Key("tickets.visitor", "/", "find_person", N_("Visitor")),
    Key("orders.customer", "/", "find_person", N_("Customer")),
    Key("list.number", "0-9", "", N_("Open by number"), shown=False),
    Key("number.open", "enter", "submit", N_("Open the typed number"), short=N_("Open")),
    Key("number.drop", "escape", "drop", N_("Drop the number"), short=N_("Drop")),
    Key("list.add", "a", "add_order", N_("Add order"), short=N_("Add")),
    Key("tickets.orders", "z", "switch_list", N_("To the orders"), short=N_("Orders")),
    Key("orders.tickets", "z", "switch_list", N_("To the tickets"), short=N_("Tickets")),
    Key("list.calendar", "c", "calendar", N_("Calendar")),
    Key(
        "list.restore",
        "escape",
        "restore_list",
        N_("Back to what was listed before the search"),
        short=N_("What was listed"),
    ),
    Key("list.filter", "f", "show_filter", N_("Filter")),
    Key("list.reset", "x", "reset_filter", N_("Reset the filter")),
    Key("tickets.reset", "r", "ticket('reset')", N_("Reset"), shown=False, once=True),
    Key("tickets.change_visitor", "u", "ticket('visitor')", N_("Change visitor"), shown=False),
    Key("tickets.workplace", "w", "ticket('workplace')", N_("Change seat"), shown=False),
    Key("tickets.period", "t", "ticket('period')", N_("Change period"), shown=False),
    Key("tickets.cancel", "delete", "ticket('cancel')", N_("Cancel ticket"), shown=False),
    Key("tickets.renew", "n", "ticket('renew')", N_("Renew"), shown=False),
    Key("tickets.history", "h", "ticket('history')", N_("History"), shown=False),
    Key(
        "tickets.pane", "i", "show_pane", N_("Show or hide the ticket beside the list"), shown=False
    ),
    Key("orders.history", "h", "history", N_("History"), shown=False),
    Key("list.mark", "space", "", N_("Mark, and on to the next"), short=N_("Mark")),
    Key("list.mark_all", "ctrl+a", "mark_all", N_("Mark all"), shown=False),
    Key("list.export", "e", "export", N_("Export")),
    Key("list.people", "y", "people", N_("Visitors"), short=N_("Visitors")),
    Key("list.catalogue", "s", "catalogue", N_("Services and places"), shown=False),
    Key("list.managers", "g", "managers", N_("Managers"), shown=False),
    Key("list.today", "f2", "preset('today')", N_("Today"), shown=False),
    Key("list.expected", "f3", "preset('expected')", N_("Expected"), shown=False),
    Key("list.inside", "f4", "preset('inside')", N_("Inside"), shown=False),
    Key("list.overdue", "f6", "preset('overdue')", N_("Time is up"), shown=False),
    Key("list.unpaid", "f7", "preset('unpaid')", N_("Not paid"), shown=False),
    Key("list.all", "f8", "preset('all')", N_("All"), shown=False),
    Key("list.renewal", "f9", "preset('renewal')", N_("To renew"), shown=False),
    Key("list.presets", "p", "own_presets", N_("Own presets"), shown=False),
    Key("list.refresh", "f5", "refresh_list", N_("Refresh")),
    Key("calendar_table.open", "enter", "open", N_("Open, or book what is free"), short=N_("Open")),
    Key("calendar_table.put", "enter", "put", N_("Put it here")),
    Key("calendar_table.number", "0-9", "", N_("To the place with this number"), shown=False),
    Key("calendar_table.move", "← → ↑ ↓", "", N_("Move by cell"), shown=False),
    Key("calendar_table.next", "tab", "booking(1)", N_("Next booking of the place"), shown=False),
    Key(
        "calendar_table.previous",
        "shift+tab",
        "booking(-1)",
        N_("Previous booking of the place"),
        shown=False,
    ),
    Key(
        "occupancy.drop",
        "escape",
        "drop",
        N_("Put back, unselect, back to the list"),
        short=N_("Back"),
    ),
    Key("occupancy.grab", "m", "grab", N_("Move to another place"), short=N_("Move")),
    Key("occupancy.period", "t", "change_period", N_("Change period"), shown=False),
    Key("occupancy.free_now", "n", "free('now')", N_("What is free now"), short=N_("Free now")),
    Key(
        "occupancy.free_today",
        "e",
        "free('closing')",
        N_("What is free until the evening"),
        short=N_("Free till evening"),
    ),
    Key(
        "calendar_table.select",
        "space",
        "select",
        N_("Select several days or places"),
        short=N_("Select"),
    ),
    Key("occupancy.add", "a", "add_order", N_("Add order"), short=N_("Add")),
    Key("occupancy.close", "b", "close_places", N_("Close places")),
    Key("occupancy.person", "/", "find_person", N_("Visitor")),
    Key("occupancy.filter", "f", "show_filter", N_("Filter")),
    Key("occupancy.reset", "x", "reset_filter", N_("Reset the filter")),
    Key("calendar_filter.apply", "ctrl+s", "save", N_("Apply"), priority=True),
    Key("occupancy.finer", "+", "scale(-1)", N_("Closer: less time in sight"), short=N_("Closer")),
    Key("occupancy.coarser", "-", "scale(1)", N_("Wider: more time in sight"), short=N_("Wider")),
    Key("occupancy.now", "home", "now", N_("To what is now"), short=N_("Now")),
    Key("occupancy.back", "pageup", "earlier", N_("The days before"), shown=False),
    Key("occupancy.on", "pagedown", "later", N_("The days after"), shown=False),
    Key("occupancy.tickets", "z", "switch_list", N_("To the tickets"), short=N_("Tickets")),
    Key("occupancy.orders", "o", "orders", N_("To the orders"), short=N_("Orders")),
    Key("occupancy.refresh", "f5", "refresh_list", N_("Refresh")),
    Key("managers.history", "enter", "", N_("History")),
    Key("managers.add", "a", "add", N_("Add manager"), short=N_("Add")),
    Key(
        "managers.password",
        "p",
        "set_password",
        N_("Set a manager's password, also one's own"),
        short=N_("Password"),
    ),
    Key(
        "managers.access",
        "d",
        "set_active",
        N_("Access: disable a manager, or let them in again"),
        short=N_("Access"),
    ),
    Key("managers.role", "r", "set_role", N_("Change a manager's role"), short=N_("Role")),
    Key("people.open", "enter", "open_marked", N_("Open"), priority=True),
    Key("people.move", "↑ ↓ PgUp PgDn", "", N_("Move in the list"), shown=False),
    Key("people.add", "ctrl+n", "add_person", N_("New visitor"), priority=True),
    Key("people.duplicates", "f3", "duplicates", N_("Possible duplicates"), short=N_("Duplicates")),
    Key("person.open", "enter", "", N_("Open")),
    Key("person.edit", "e", "edit", N_("Edit")),
    Key("person.ban", "b", "ban", N_("Do not let in")),
    Key("person.unban", "b", "unban", N_("Let in again")),
    Key("person.merge", "m", "merge", N_("Merge with another record"), short=N_("Merge")),
    Key("person.erase", "delete", "erase", N_("Erase personal data"), short=N_("Erase")),
    Key("duplicates.open", "enter", "", N_("Open")),
    Key("duplicates.merge", "m", "merge", N_("Merge with another record"), short=N_("Merge")),
    Key("ban.save", "ctrl+s", "save", N_("Do not let in"), priority=True),
    Key("merge.save", "ctrl+s", "save", N_("Merge"), priority=True),
    Key("erase.save", "ctrl+s", "save", N_("Erase"), priority=True),
    Key("act.save", "ctrl+s", "save", N_("Save to a file"), priority=True),
    Key("ticket.validate", "v", "ticket('validate')", N_("Validate")),
    Key("ticket.reset", "r", "ticket('reset')", N_("Reset")),
    Key("ticket.visitor", "u", "ticket('visitor')", N_("Change visitor"), short=N_("Visitor")),
    Key("ticket.workplace", "w", "ticket('workplace')", N_("Change seat"), short=N_("Seat")),
    Key("ticket.period", "t", "ticket('period')", N_("Change period"), short=N_("Period")),
    Key("ticket.cancel", "delete", "ticket('cancel')", N_("Cancel ticket"), shown=False),
    Key("ticket.renew", "n", "ticket('renew')", N_("Renew"), shown=False),
    Key("ticket.status", "o", "order_status", N_("Order status"), short=N_("Status")),
    Key("ticket.order", "z", "show_order", N_("To the order"), short=N_("Order")),
    Key("ticket.history", "h", "history", N_("History")),
    Key(
        "ticket.preview", "p", "preview", N_("Preview: what the visitor sees"), short=N_("Preview")
    ),
    Key("ticket.number", "0-9", "", N_("Another ticket's number"), shown=False),
    Key(
        "ticket.open_typed",
        "enter",
        "open_typed",
        N_("Open the typed number"),
        shown=False,
        priority=True,
    ),
    Key("ticket.older", "pagedown", "older", N_("Next ticket of the list"), shown=False),
    Key("ticket.newer", "pageup", "newer", N_("Previous ticket of the list"), shown=False),
    Key("order.open_ticket", "enter", "", N_("Open the ticket"), short=N_("Ticket")),
    Key("order.status", "o", "order_status", N_("Order status"), short=N_("Status")),
    Key("order.pay", "p", "pay", N_("Take a payment"), short=N_("Payment")),
    Key("order.refund", "b", "refund", N_("Refund money"), short=N_("Refund")),
    Key("order.history", "h", "history", N_("History")),
    Key("order.ticket", "z", "back_to_ticket", N_("Back to the ticket"), shown=False),
    Key("order.number", "0-9", "", N_("Another order's number"), shown=False),
    Key(
        "order.open_typed",
        "enter",
        "open_typed",
        N_("Open the typed number"),
        shown=False,
        priority=True,
    ),
    Key("order.older", "pagedown", "older", N_("Next order of the list"), shown=False),
    Key("order.newer", "pageup", "newer", N_("Previous order of the list"), shown=False),
    Key("visitor.add", "ctrl+n", "add_person", N_("New visitor"), priority=True),
    Key("new_order.add_person", "ctrl+n", "add_person", N_("New customer"), priority=True),
    Key("new_order.next", "enter", "", N_("Next field"), shown=False),
    Key("new_order.time", "↑ ↓", "", N_("Later, earlier by a step"), shown=False),
    Key("new_order.create", "ctrl+s", "save", N_("Create"), priority=True),
    Key("catalogue.edit", "enter", "", N_("Edit")),
    Key("catalogue.add", "a", "add_item", N_("Add")),
    Key("catalogue.archive", "x", "archive_item", N_("Archive"), once=True),
    Key("catalogue.close", "b", "close_places", N_("Close places"), short=N_("Close")),
    Key("catalogue.open", "o", "open_place", N_("Open again"), once=True),
    Key("catalogue.delete", "delete", "delete_item", N_("Delete")),
    Key("catalogue.mark", "space", "", N_("Mark a place, or fold a room"), shown=False),
    Key(
        "catalogue.archived",
        "v",
        "show_archived",
        N_("Show what is archived, or hide it"),
        short=N_("Archived"),
    ),
    Key("catalogue.tab", "1-4", "", N_("Places, tariffs, variants, extras"), shown=False),
    Key("catalogue.fold", "← →", "", N_("Fold, unfold a room"), shown=False),
    Key("hours.remove", "delete", "remove_day", N_("Take the day away"), once=True),
    Key("held.move", "enter", "", N_("Move the ticket")),
    Key("held_all.move_all", "ctrl+s", "save", N_("Move them all"), priority=True),
    Key("closing.save", "ctrl+s", "save", N_("Close the places"), priority=True),
    Key("closed.open", "o", "open_place", N_("Open again"), once=True),
    Key("closed.close", "b", "close_places", N_("Close places")),
    Key(
        "shift.save",
        "ctrl+s",
        "save",
        N_("Open or close the shift"),
        short=N_("Shift"),
        priority=True,
    ),
    Key("notes.read", "enter", "read", N_("I have read it"), short=N_("Read")),
    Key(
        "report.before",
        "left",
        "go(-1)",
        N_("The period before"),
        short=N_("Before"),
        priority=True,
    ),
    Key("report.after", "right", "go(1)", N_("The period after"), short=N_("After"), priority=True),
    Key(
        "report.longer",
        "+",
        "scale(1)",
        N_("A longer period: day, week, month, year"),
        short=N_("Longer"),
    ),
    Key("report.shorter", "-", "scale(-1)", N_("A shorter period"), short=N_("Shorter")),
    Key("own_presets.apply", "enter", "", N_("Apply")),
    Key("own_presets.save", "a", "save_filter", N_("Save the present filter"), short=N_("Save")),
    Key("own_presets.rename", "r", "rename_preset", N_("Rename")),
    Key("own_presets.remove", "delete", "remove_preset", N_("Remove")),
    Key("order_status.choose", "1-9", "", N_("Choose a status"), shown=False),
    Key("order_status.enter", "enter", "", N_("Confirm")),
    Key("order_status.confirm", "ctrl+s", "save", N_("Confirm"), shown=False, priority=True),
    Key("export.write", "ctrl+s", "save", N_("Export"), priority=True),
    Key("import_file.next", "ctrl+s", "save", N_("Check, then import"), priority=True),
    Key("form.save", "ctrl+s", "save", N_("Save"), priority=True),
    Key("period.leave", "ctrl+e", "leave", N_("Leaves now"), priority=True),
    Key("sign_in.enter", "enter", "", N_("Sign in")),
    Key("lock.unlock", "enter", "", N_("Unlock")),
    Key("lock.other", "ctrl+n", "other", N_("Another manager"), priority=True),
    Key("confirm.choose", "← →", "other_answer", N_("The other answer")),
    Key("confirm.answer", "enter", "", N_("Answer")),
    Key("palette.run", "enter", "", N_("Run the command"), short=N_("Run")),
    Key("palette.move", "↑ ↓ PgUp PgDn", "", N_("Move in the commands"), shown=False),
    Key("modal.back", "escape", "back", N_("Back")),
    Key(
        "app.undo",
        "ctrl+z",
        "undo",
        N_("Undo the last change"),
        priority=True,
        short=N_("Undo"),
        once=True,
    ),
    Key("app.help", "f1", "help", N_("Help"), priority=True),
    Key("app.palette", "ctrl+p", "command_palette", N_("Commands"), priority=True),
    Key("app.lock", "l", "lock", N_("Lock"), priority=True),
    Key(
        "app.lock_typing",
        "ctrl+l",
        "lock_now",
        N_("Lock, also while typing"),
        shown=False,
        priority=True,
    ),
    Key("app.quit", "ctrl+q", "quit", N_("Quit"), priority=True),
)
"""All keys in the order of the key bar and the help, those of a single field before those of the
screen around it.

The values of `where` that don't name their window: `filter` is the fields beside the list,
`calendar` a date field's calendar, `choice` a field with a choice, `seats` the workplaces of a new
order, `list` either list of the main screen, `tickets` and `orders` one of them, `number` the line
of a number typed there, `occupancy` the calendar of places with its table `calendar_table` and its
filter `calendar_filter`, `held` the tickets in the way of archiving or closing, `held_all` those of
archiving, `act` the act of an erasure, `notes` those of former shifts, `form` any form, `modal` any
window, `app` everywhere.
"""

BY_ID = {key.id: key for key in KEYS}


def twins(key: str) -> tuple[str, ...]:
    """Return all Textual names under which `key` may arrive, the displayed one first."""
    if key in _PUNCTUATION:
        return _PUNCTUATION[key]
    prefix, letter = key[:-1], key[-1]
    if letter in TWINS and prefix in ("", "ctrl+"):
        cyrillic = TWINS[letter]
        if prefix:
            return (key, prefix + cyrillic)
        return (key, cyrillic, letter.upper(), cyrillic.upper())
    return (key,)


ONCE = frozenset(name for key in KEYS if key.once for name in twins(key.key))
"""Textual's names of the keys that act only once while they are held down."""

ONCE_EVERYWHERE = frozenset(
    name for key in KEYS if key.once and key.where == "app" for name in twins(key.key)
)
"""Those of the application. Where they can't act they say why, which is once enough, too."""


def latin(key: str) -> str:
    """Return a key with `ctrl`, `alt` or `super` as in the Latin layout: `ctrl+c` for `ctrl+с`.

    Return any other key unchanged.
    """
    modifiers, plus, letter = key.rpartition("+")
    if not plus or modifiers == "shift":
        return key
    return modifiers + plus + _ON_THE_KEY.get(letter.lower(), letter)


def binding(key_id: str, action: str | None = None) -> Binding:
    """Return the Textual binding of a key in both layouts.

    Its description is the untranslated label: key bar, help and palette translate it for display.
    """
    from textual.binding import Binding

    key = BY_ID[key_id]
    return Binding(
        ",".join(twins(key.key)),
        action or key.action,
        key.label,
        show=key.shown,
        priority=key.priority,
        id=key.id,
    )


def bindings(where: str) -> list[BindingType]:
    """Return the bindings of all keys with an action in one place, in the table's order."""
    return [binding(key.id) for key in KEYS if key.where == where and key.action]


_CAPS = {
    "enter": "Enter",
    "escape": "Esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "delete": "Del",
    "home": "Home",
    "end": "End",
    "space": "Space",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


def cap(key: str) -> str:
    """Return a key as displayed: `v`, `F1`, `Ctrl+S`, `PgDn`."""
    if key in _CAPS:
        return _CAPS[key]
    if key.startswith("ctrl+"):
        rest = key.removeprefix("ctrl+")
        return f"Ctrl+{_CAPS.get(rest, rest.upper())}"
    if len(key) > 1 and key[0] == "f" and key[1:].isdigit():
        return key.upper()
    return key
