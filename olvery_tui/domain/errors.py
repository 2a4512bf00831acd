"""Why something was not done. Each error carries facts; `wording` makes a sentence of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from olvery_tui.domain.cards import PersonCard, TicketCard
    from olvery_tui.domain.desk_settings import DeskSettings
    from olvery_tui.domain.order_cards import OrderCard
    from olvery_tui.domain.statuses import OrderStatus, TicketStatus


class OlveryError(Exception):
    """Anything that is told to the user as a sentence."""


@dataclass(eq=False)
class InvalidInput(OlveryError):
    """A typed value that can't be used. `field` says where it was typed, `code` why.

    Codes are listed, with their sentences, in `wording.errors`.
    """

    field: str
    code: str
    params: dict[str, object] = dataclasses.field(default_factory=dict)


@dataclass(eq=False)
class InvalidForm(OlveryError):
    """Several fields of one form that can't be used."""

    problems: tuple[InvalidInput, ...]


@dataclass(eq=False)
class FileRefused(OlveryError):
    """A file that may not be made or used there. `code`:

    `own` (it is the application's: database, log or settings), `database` (a database or a backup),
    `link` (a symbolic link), `special` (no ordinary file), `long` (the name), `name` (a plain name
    is needed), `folder`, `hidden` (begins with a dot), `outside` (not in the home folder) or
    `signs` (in the name).
    """

    code: str
    file: str


class Refusal(OlveryError):
    """The desk understood, and the answer is no; kept as an event where it concerns a ticket."""

    reason = "refused"


@dataclass(eq=False)
class NoManager(Refusal):
    """Nobody is signed in, so nobody could be named as responsible."""

    reason = "no_manager"


@dataclass(eq=False)
class NotAllowed(Refusal):
    """Who asks may not. `code`: `disabled`, `role` (is no rental manager), `gone` (is not in the
    database any more), `administrator` (only the command line may) or `way` (signing in like this
    is not what the database's settings ask for).
    """

    code: str
    reason = "not_allowed"


@dataclass(eq=False)
class WrongPassword(Refusal):
    """The login or the password is not right; which of them is not told."""

    reason = "wrong_password"


@dataclass(eq=False)
class TooManyAttempts(Refusal):
    """Wrong passwords were tried for this login; `seconds` are left before the next is looked at.

    Whether the login exists is not told by it.
    """

    seconds: int
    reason = "too_many_attempts"


@dataclass(eq=False)
class NoPassword(Refusal):
    """The manager has none: the lock can't be opened with it."""

    reason = "no_password"


@dataclass(eq=False)
class NotFirst(Refusal):
    """There is a manager by now, who can sign in."""

    reason = "not_first"


@dataclass(eq=False)
class NoSuchManager(Refusal):
    """Nobody has this login. `way`: how they were named, a login or an account."""

    login: str
    way: str = "login"
    reason = "no_such_manager"


@dataclass(eq=False)
class LoginTaken(Refusal):
    """Somebody else has this login."""

    login: str
    reason = "login_taken"


@dataclass(eq=False)
class NoSuchTicket(Refusal):
    """No ticket has this number."""

    number: int
    reason = "no_such_ticket"


@dataclass(eq=False)
class WrongStatus(Refusal):
    """The ticket's status does not allow it. `action`: validate, reset, visitor or workplace."""

    number: int
    action: str
    status: TicketStatus
    reason = "wrong_status"


@dataclass(eq=False)
class AlreadyValidated(Refusal):
    """Somebody checked the identity before; their record stands."""

    card: TicketCard
    reason = "already_validated"


@dataclass(eq=False)
class NotValidated(Refusal):
    """There is no identity check to reset."""

    card: TicketCard
    reason = "not_validated"


@dataclass(eq=False)
class ChangedMeanwhile(Refusal):
    """The ticket is not what was on the screen any more: `card` is what it is now.

    `by` is the display name of who changed it (None for the system), `at` when.
    """

    card: TicketCard
    by: str | None
    at: datetime
    reason = "changed_meanwhile"


@dataclass(eq=False)
class PeriodEnded(Refusal):
    """The ticket's period is over, so nothing of it is left that could be moved elsewhere."""

    number: int
    ended_at: datetime
    reason = "period_ended"


@dataclass(eq=False)
class SeatTaken(Refusal):
    """Another ticket holds the workplace in that period."""

    workplace: str
    room: str
    by_ticket: int | None
    visitor: str | None = None
    reason = "seat_taken"


@dataclass(eq=False)
class SeatsTaken(Refusal):
    """A cancelled order can't have its seats back: others have some of them by now."""

    number: int
    taken: tuple[SeatTaken, ...]
    reason = "seat_taken"


@dataclass(eq=False)
class NothingToUndo(Refusal):
    """It was not done by whoever asks, or can't be taken back at all."""

    reason = "nothing_to_undo"


@dataclass(eq=False)
class UndoExpired(Refusal):
    """The change was made too long ago."""

    at: datetime
    reason = "undo_expired"


@dataclass(eq=False)
class ChangedSince(Refusal):
    """Something else has happened since the change that was to be taken back.

    `number` is the ticket's, or the order's with `is_order`; `by` and `at` as `ChangedMeanwhile`.
    """

    number: int
    is_order: bool
    by: str | None
    at: datetime
    reason = "changed_since"


@dataclass(eq=False)
class NoSuchChoice(Refusal):
    """A person or workplace that does not exist, or does not belong to the ticket's service."""

    what: str
    reason = "no_such_choice"


@dataclass(eq=False)
class PersonExists(Refusal):
    """People who already have this phone or email; they are offered instead of a duplicate."""

    people: tuple[PersonCard, ...]
    reason = "person_exists"


@dataclass(eq=False)
class NoSuchOrder(Refusal):
    """No order has this number."""

    number: int
    reason = "no_such_order"


@dataclass(eq=False)
class ForbiddenTransition(Refusal):
    """An order's status may not be followed by the one that was asked for.

    `paid`: whether the order is; `possible`: what may follow instead.
    """

    number: int
    status: OrderStatus
    to: OrderStatus
    paid: bool = False
    possible: tuple[OrderStatus, ...] = ()
    reason = "forbidden_transition"


@dataclass(eq=False)
class PaymentMissing(Refusal):
    """An order that costs something can't be confirmed before it is paid."""

    number: int
    reason = "payment_missing"


@dataclass(eq=False)
class OrderNotEnded(Refusal):
    """An order is not completed before its last ticket has ended, unless just that is meant."""

    number: int
    ends_at: datetime
    reason = "order_not_ended"


@dataclass(eq=False)
class OrderChangedMeanwhile(Refusal):
    """The order is not what was on the screen any more: as `ChangedMeanwhile`."""

    card: OrderCard
    by: str | None
    at: datetime
    reason = "changed_meanwhile"


@dataclass(eq=False)
class SettingsChangedMeanwhile(Refusal):
    """The settings are not what was on the screen any more: `settings` is what they are now."""

    settings: DeskSettings
    reason = "changed_meanwhile"


@dataclass(eq=False)
class StoreUnavailable(OlveryError):
    """The database can't do it now.

    `code`: locked, in_use (open elsewhere, so it can't be replaced), read_only, full,
    not_a_database, newer_schema, older_schema, missing, denied, corrupt, bad_url, long_name, lost,
    exists (what a copy would be written over); slow, crowded (no connection left), standby (takes
    no changes), used_up (a number is too large for its column), login, no_right, no_driver,
    on_a_server (what only a file has), unsure (nobody can say whether it was done); occupied,
    differs or unfit (a whole database could not be copied). `where` is the file, or the database
    without a password.
    """

    code: str
    where: str = ""
    detail: str = ""
