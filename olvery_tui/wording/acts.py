"""The act of an erasure, with its extract of the log, as a text to be printed or saved."""

from __future__ import annotations

from datetime import date, tzinfo

from olvery_tui.domain.erasure import ErasureAct, Ground
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.text import shown
from olvery_tui.i18n import N_, _
from olvery_tui.wording.events import field_name
from olvery_tui.wording.periods import day_text, instant_text

KEPT_YEARS = 3
"""So long the law wants the act and the extract to be kept."""

_NOTHING = "—"
_WIDTH = 72

GROUNDS = {
    Ground.REQUEST: N_("a demand of the person or of an authority"),
    Ground.WITHDRAWN: N_("the consent was withdrawn"),
    Ground.PURPOSE: N_("the purpose of the processing is reached"),
    Ground.UNLAWFUL: N_("the processing was unlawful"),
}
"""The grounds in the order in which they are offered."""

_RECORDS = {
    "person": N_("records of the person"),
    "words": N_("entries of the search index"),
    "keys": N_("keys of an import"),
    "presets": N_("saved filters"),
    "tickets": N_("tickets that stay without a name"),
    "orders": N_("orders that stay without a name"),
}


def ground_text(ground: Ground | None) -> str:
    """Return the ground of an erasure; a dash if an earlier version did not record it."""
    return _(GROUNDS[ground]) if ground else _NOTHING


def act_text(act: ErasureAct, zone: tzinfo) -> str:
    """Return the whole text, its lines no longer than a terminal's."""
    day = act.at.astimezone(zone).date()
    fields = ", ".join(map(field_name, act.fields)) or _NOTHING
    records = [
        f"    {_(label)}: {act.records[kind]}"
        for kind, label in _RECORDS.items()
        if act.records.get(kind)
    ]
    return "\n".join(
        (
            _("ACT No. {number}").format(number=act.event).center(_WIDTH).rstrip(),
            _("of the erasure of personal data").center(_WIDTH).rstrip(),
            "",
            _fact(_("Operator"), act.location),
            _fact(_("Information system"), "Olvery"),
            _fact(_("Subject"), _("visitor No. {number}").format(number=act.person)),
            _fact(_("Ground"), ground_text(act.ground)),
            _fact(_("Erased"), fields),
            _fact(_("Records"), ""),
            *records,
            _fact(_("Method"), _("erased in the database, beyond recovery")),
            _fact(_("Date and time"), instant_text(act.at, zone)),
            _fact(_("Erased by"), act.who),
            "",
            _("Signature ____________________    Date ______________"),
            "",
            _("EXTRACT OF THE LOG").center(_WIDTH).rstrip(),
            "",
            _fact(_("Entry"), f"{act.event} · {EventKind.PERSON_ERASED.value}"),
            _fact(_("Date and time"), instant_text(act.at, zone)),
            _fact(_("Who"), act.who),
            _fact(_("Subject"), _("visitor No. {number}").format(number=act.person)),
            _fact(_("Erased"), fields),
            _fact(_("Ground"), ground_text(act.ground)),
            "",
            _("Keep until {day}.").format(day=day_text(_kept_until(day))),
            "",
        )
    )


def _fact(label: str, value: str) -> str:
    return f"{label}: {shown(value)}".rstrip()


def _kept_until(day: date) -> date:
    try:
        return day.replace(year=day.year + KEPT_YEARS)
    except ValueError:  # of 29 February
        return date(day.year + KEPT_YEARS, 3, 1)
