"""Where keys work, in words: the headings of the help and of the command palette."""

from __future__ import annotations

from olvery_tui.i18n import N_

_FORM = N_("In a form")
_CALENDAR = N_("In the calendar of places")

PLACES = {
    "list": N_("In the list"),
    "tickets": N_("In the list of tickets"),
    "orders": N_("In the list of orders"),
    "occupancy": _CALENDAR,
    "calendar_table": _CALENDAR,
    "calendar_filter": _CALENDAR,
    "number": N_("While a number is typed"),
    "filter": N_("In the filter"),
    "calendar": N_("In a calendar"),
    "ticket": N_("In a ticket"),
    "order": N_("In an order"),
    "new_order": N_("In the form of a new order"),
    "seats": N_("In the form of a new order"),
    "choice": N_("In a line with a choice"),
    "order_status": N_("In the form of an order's status"),
    "people": N_("In the list of visitors"),
    "duplicates": N_("Among possible duplicates"),
    "person": N_("On a visitor's page"),
    "catalogue": N_("In the tree of services and places"),
    "hours": _FORM,
    "shift": N_("In the shift"),
    "notes": N_("In the notes of former shifts"),
    "report": N_("In the report"),
    "closed": N_("In the list of closed places"),
    "own_presets": N_("In the list of own presets"),
    "held": _FORM,
    "held_all": _FORM,
    "closing": _FORM,
    "managers": N_("In the list of managers"),
    "form": _FORM,
    "visitor": _FORM,
    "period": _FORM,
    "export": _FORM,
    "import_file": _FORM,
    "ban": _FORM,
    "merge": _FORM,
    "erase": _FORM,
    "act": _FORM,
    "confirm": N_("In any window"),
    "modal": N_("In any window"),
    "palette": N_("In the commands"),
    "sign_in": N_("At the sign-in and on the locked terminal"),
    "lock": N_("At the sign-in and on the locked terminal"),
    "app": N_("Anywhere"),
}
"""Headings by `Key.where`, as msgids. Places with the same heading share it."""
