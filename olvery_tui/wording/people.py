"""People in words, told apart from namesakes by phone and email."""

from __future__ import annotations

from typing import TYPE_CHECKING

from olvery_tui.domain.text import NAME_MAX, shown
from olvery_tui.i18n import _

if TYPE_CHECKING:
    from olvery_tui.domain.people import PersonDetails

_BETWEEN = " · "
BAN_SYMBOL = "⊘"
NOTE_SYMBOL = "✎"
_NOTE_MAX = 500


def person_name(person: PersonDetails) -> str:
    """Return first and last name in one safe line: «Мария Семенова»."""
    return named(person.name)


def named(name: str) -> str:
    """Return a name in one safe line; «Данные удалены» if it was erased."""
    return shown(name, 2 * NAME_MAX + 1) or _("Data erased")


def full_name(person: PersonDetails) -> str:
    """Return first name, patronymic and last name in one safe line."""
    return named(person.full_name)


def ban_mark() -> str:
    """Return the mark of who must not be let in."""
    return f"{BAN_SYMBOL} {_('Do not let in')}"


def ban_text(person: PersonDetails) -> str:
    """Return the ban with its reason; empty if there is none."""
    return f"{ban_mark()}: {shown(person.ban_reason or '')}" if person.banned else ""


def note_text(person: PersonDetails) -> str:
    """Return the note for the front desk; empty if there is none."""
    return f"{NOTE_SYMBOL} {shown(person.note, _NOTE_MAX)}" if person.note else ""


def phone_text(phone: str | None) -> str:
    """Return `+7 (965) 577-65-00`; empty if no phone is known."""
    from olvery_tui.domain.people import shown_phone  # not before the first frame

    return shown(shown_phone(phone)) if phone else ""


def contact_text(person: PersonDetails) -> str:
    """Return what tells a person from namesakes: `+7 (965) 577-65-00 · koshatina77@mail.ru`."""
    parts = (phone_text(person.phone), shown(person.email or ""))
    return _BETWEEN.join(part for part in parts if part)


def person_line(person: PersonDetails) -> str:
    """Return the person in one line: whole name, phone, email."""
    return _BETWEEN.join(part for part in (full_name(person), contact_text(person)) if part)
