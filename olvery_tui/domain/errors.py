"""Errors and their codes. Each error carries facts; `wording` makes a sentence of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, dataclass_transform

from olvery_tui.domain.statuses import OrderStatus, TicketChange, TicketStatus

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass_transform(eq_default=False)
class OlveryError(Exception):
    """Base class of every error that is shown to the user as a sentence.

    A subclass declares its facts like a data class. One initialiser serves them all: generating one
    for each class would take a thirtieth of the time to the first frame.
    """

    __match_args__: tuple[str, ...] = ()

    def __init_subclass__(cls) -> None:
        names = (*cls.__match_args__, *cls.__annotations__)
        setattr(cls, "__match_args__", names)  # noqa: B010  mypy takes it for final

    def __init__(self, *facts: Any, **named: Any) -> None:
        super().__init__(*facts)
        names = self.__match_args__
        self.__dict__.update(zip(names, facts, strict=False), **named)
        if len(facts) > len(names) or not all(hasattr(self, name) for name in names):
            raise TypeError(f"{type(self).__name__} takes {', '.join(names)}")


class InputCode(StrEnum):
    """Why a typed value can't be used."""

    NUMBER = "number"
    NUMBER_ORDER = "number_order"
    NUMBER_LARGE = "number_large"
    NUMBER_MANY = "number_many"
    DATE = "date"
    NO_SUCH_DAY = "no_such_day"
    FROM_AFTER_TO = "from_after_to"
    NO_LETTERS = "no_letters"
    REQUIRED = "required"
    PHONE_AS_NAME = "phone_as_name"
    TOO_LONG = "too_long"
    PHONE = "phone"
    EMAIL = "email"
    LOGIN = "login"
    NOT_TEXT = "not_text"
    PASSWORD_SHORT = "password_short"
    PASSWORD_LOGIN = "password_login"
    PASSWORD_DIFFERS = "password_differs"
    MINUTES = "minutes"
    COPIES = "copies"
    NO_FOLDER = "no_folder"
    TIME = "time"
    NO_SUCH_TIME = "no_such_time"
    TIME_TWICE = "time_twice"
    NO_SUCH_OFFSET = "no_such_offset"
    END_AT_MIDNIGHT = "end_at_midnight"
    END_BEFORE_START = "end_before_start"
    HOURS_ONLY = "hours_only"
    DAYS_ONLY = "days_only"
    NO_RENEWAL = "no_renewal"
    HOURS_OF_ONE_DAY = "hours_of_one_day"
    SLOT = "slot"
    UNITS = "units"
    LONG = "long"
    OF_VARIANT = "of_variant"
    TOO_MANY = "too_many"
    REPEATED = "repeated"
    MONEY = "money"
    MONEY_LARGE = "money_large"
    NO_PAYMENT_HERE = "no_payment_here"
    IN_FUTURE = "in_future"
    AMOUNT_ZERO = "amount_zero"
    HUNDREDTHS = "hundredths"
    PATTERN = "pattern"
    PATTERN_MANY = "pattern_many"
    TAKEN = "taken"
    PRESETS_MANY = "presets_many"
    TAKEN_ARCHIVED = "taken_archived"
    WHOLE = "whole"
    UNITS_ORDER = "units_order"
    HOURS = "hours"
    DAYS_MANY = "days_many"
    TIME_ZONE = "time_zone"
    CURRENCY = "currency"
    CLOSING_OVER = "closing_over"
    BEGUN = "begun"
    OVER = "over"
    BELOW_ZERO = "below_zero"


class ImportCode(StrEnum):
    """Why a line of an import file, or one field of it, was not taken over."""

    TOO_LONG_LINE = "too_long_line"
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    NOT_FINITE = "not_finite"
    TOO_DEEP = "too_deep"
    NOT_OBJECT = "not_object"
    DUPLICATE = "duplicate"
    MISSING = "missing"
    EMPTY = "empty"
    UNKNOWN_FIELD = "unknown_field"
    NOT_TEXT = "not_text"
    NOT_WHOLE = "not_whole"
    NOT_LIST = "not_list"
    OUT_OF_RANGE = "out_of_range"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    REPEATED = "repeated"
    UNPRINTABLE = "unprintable"
    AMOUNT = "amount"
    CURRENCY = "currency"
    CHOICE = "choice"
    DAY = "day"
    INSTANT = "instant"
    NAIVE = "naive"
    YEAR = "year"
    PHONE = "phone"
    EMAIL = "email"
    UNITS_ORDER = "units_order"
    TWO_PERIODS = "two_periods"
    NO_PERIOD = "no_period"
    DAYS_ORDER = "days_order"
    MOMENTS_ORDER = "moments_order"
    ONE_DAY = "one_day"
    LONG = "long"
    VALIDATED_ALONE = "validated_alone"
    CANCELLED_ALONE = "cancelled_alone"
    DEPENDS = "depends"
    NO_SUCH = "no_such"
    TARIFF_HOURS = "tariff_hours"
    TARIFF_DAYS = "tariff_days"
    PERIOD_ENDED = "period_ended"
    SEAT_OWN = "seat_own"
    SEAT_TAKEN = "seat_taken"
    SEAT_ARCHIVED = "seat_archived"
    SEAT_CLOSED = "seat_closed"
    WRONG_STATUS = "wrong_status"
    SERVICE_FIXED = "service_fixed"
    HOURS = "hours"
    SEVERAL = "several"
    FAILED = "failed"  # a formula of a spreadsheet
    WHICH_ROOM = "which_room"
    TWO_PEOPLE = "two_people"
    JOINED = "joined"  # of an imported line: told, not refused
    NUMBER_TAKEN = "number_taken"


class InvalidInput(OlveryError):
    """A typed or imported value that can't be used. `field` says where it was, `code` why."""

    field: str
    code: InputCode | ImportCode
    params: dict[str, object]

    def __init__(
        self,
        field: str,
        code: InputCode | ImportCode,
        params: dict[str, object] | None = None,
    ) -> None:
        super().__init__(field, code, params or {})


class InvalidForm(OlveryError):
    """Several fields of one form that can't be used."""

    problems: tuple[InvalidInput, ...]


class FileCode(StrEnum):
    """Why a file may not be made or used."""

    OWN = "own"  # the application's own: database, log or settings
    DATABASE = "database"  # a database or a backup
    LINK = "link"  # a symbolic link
    SPECIAL = "special"  # no ordinary file
    LONG = "long"
    NAME = "name"  # a plain name without folders is needed
    FOLDER = "folder"
    HIDDEN = "hidden"  # begins with a dot
    SIGNS = "signs"  # has characters that are not allowed
    OUTSIDE = "outside"  # not in the home folder
    FORMAT = "format"  # nothing that can be imported
    EXTRA = "extra"  # a spreadsheet, but the library that reads it is not installed
    MAP = "map"  # not what the headings of a table mean
    HEADINGS = "headings"  # a table without the columns that are needed


class FileRefused(OlveryError):
    """A file that may not be made or used there."""

    code: FileCode
    file: str


class Refusal(OlveryError):
    """A command that the desk refuses; recorded as an event if it concerns a ticket or an order."""

    reason = "refused"


class NoManager(Refusal):
    """Nobody is signed in, so no manager can be recorded as responsible."""

    reason = "no_manager"


class AccessCode(StrEnum):
    """Why somebody may not do something."""

    DISABLED = "disabled"
    ROLE = "role"  # is no rental manager
    GONE = "gone"  # is not in the database any more
    ADMINISTRATOR = "administrator"  # only the command line may
    METHOD = "way"  # the settings of the database ask for another sign-in method


class NotAllowed(Refusal):
    """Whoever asks may not do this."""

    code: AccessCode
    reason = "not_allowed"


class WrongPassword(Refusal):
    """The login or the password is wrong; which of them is not disclosed."""

    reason = "wrong_password"


class TooManyAttempts(Refusal):
    """Wrong passwords were tried for this login; in `seconds` the next attempt is allowed.

    It does not disclose whether the login exists.
    """

    seconds: int
    reason = "too_many_attempts"


class NoPassword(Refusal):
    """The manager has no password, so it can't open the lock."""

    reason = "no_password"


class NotFirst(Refusal):
    """A manager who can sign in exists already, so no first one is created."""

    reason = "not_first"


class OwnAccount(Refusal):
    """Managers can neither disable themselves nor give up their own role."""

    reason = "own_account"


class NoSuchManager(Refusal):
    """Nobody has this login. `method`: how they were named, a login or an account."""

    login: str
    method: str = "login"
    reason = "no_such_manager"


class LoginTaken(Refusal):
    """Somebody else has this login."""

    login: str
    reason = "login_taken"


class NoSuchTicket(Refusal):
    """No ticket has this number."""

    number: int
    reason = "no_such_ticket"


class WrongStatus(Refusal):
    """The ticket's status does not allow it."""

    number: int
    action: TicketChange
    status: TicketStatus
    reason = "wrong_status"


class PeriodEnded(Refusal):
    """The ticket's period is over, so its workplace can't be changed any more."""

    number: int
    ended_at: datetime
    reason = "period_ended"


class PeriodNotBegun(Refusal):
    """The ticket's period has not begun, so its visitor can't leave early."""

    number: int
    starts_at: datetime
    reason = "period_not_begun"


class SeatTaken(Refusal):
    """Another ticket holds the workplace in that period, or it is closed (`closed` is why).

    `since` is when that begins; `ticket` is the ticket that needs the workplace, if several do.
    """

    workplace: str
    room: str
    by_ticket: int | None
    visitor: str | None = None
    closed: str | None = None
    since: datetime | None = None
    ticket: int | None = None
    reason = "seat_taken"


class SeatsTaken(Refusal):
    """A cancelled order can't be restored: some of its seats were given to other tickets."""

    number: int
    taken: tuple[SeatTaken, ...]
    reason = "seat_taken"


class NothingToUndo(Refusal):
    """The change was made by somebody else, or is of a kind that can't be undone."""

    reason = "nothing_to_undo"


class UndoExpired(Refusal):
    """The change was made too long ago."""

    at: datetime
    reason = "undo_expired"


class UndoImpossible(Refusal):
    """What was changed can't be again as it was: `problem` is what would be wrong with it."""

    problem: InvalidInput
    reason = "undo_impossible"


class ChangedSince(Refusal):
    """Something was changed after the change that was to be undone.

    `number` is the ticket's, or the order's with `is_order`; `by` and `at` as `ChangedMeanwhile`.
    """

    number: int
    is_order: bool
    by: str | None
    at: datetime
    reason = "changed_since"


class HoursChangedSince(Refusal):
    """The opening hours were changed after the change of them that was to be undone."""

    reason = "changed_since"


class ChoiceCode(StrEnum):
    """The kind of thing that was chosen and does not exist any more."""

    PERSON = "person"
    WORKPLACE = "workplace"
    SERVICE = "service"
    ROOM = "room"
    TARIFF = "tariff"
    VARIANT = "variant"
    MODIFIER = "modifier"
    CLOSING = "closing"
    PRESET = "preset"


class NoSuchChoice(Refusal):
    """Something was chosen that does not exist any more or belongs to another service."""

    what: ChoiceCode
    reason = "no_such_choice"


class PresetOutdated(Refusal):
    """A preset names what no longer exists, the `text` of its `field`, or can't be read at all."""

    field: str = ""
    text: str = ""
    reason = "preset_outdated"


class StillUsed(Refusal):
    """A catalogue entry that tickets or orders name can't be deleted, only archived."""

    reason = "still_used"


class PriceChanged(Refusal):
    """What an order costs was changed since it was shown: it is `price` now."""

    price: Decimal
    currency: str
    reason = "price_changed"


class NoSuchOrder(Refusal):
    """No order has this number."""

    number: int
    reason = "no_such_order"


class ForbiddenTransition(Refusal):
    """The requested status may not follow the order's current one.

    `paid`: whether the order is; `possible`: what may follow instead.
    """

    number: int
    status: OrderStatus
    to: OrderStatus
    paid: bool = False
    possible: tuple[OrderStatus, ...] = ()
    reason = "forbidden_transition"


class PaymentMissing(Refusal):
    """An order that costs something can't be confirmed before it is paid."""

    number: int
    reason = "payment_missing"


class PaymentTooLarge(Refusal):
    """More would be paid than the order owes; only a confirmed or completed one owes anything."""

    number: int
    owed: Decimal
    currency: str
    reason = "payment_too_large"


class RefundTooLarge(Refusal):
    """More would be given back than was paid."""

    number: int
    paid: Decimal
    currency: str
    reason = "refund_too_large"


class OrderNotEnded(Refusal):
    """The order's last ticket has not ended; completing it early needs a confirmation."""

    number: int
    ends_at: datetime
    reason = "order_not_ended"


class StoreCode(StrEnum):
    """Why the database can't do something now."""

    LOCKED = "locked"
    IN_USE = "in_use"  # open elsewhere, so it can't be replaced
    READ_ONLY = "read_only"
    FULL = "full"
    USED_UP = "used_up"  # a number is too large for its column
    NOT_A_DATABASE = "not_a_database"
    NEWER_SCHEMA = "newer_schema"
    OLDER_SCHEMA = "older_schema"
    MISSING = "missing"
    DENIED = "denied"
    CORRUPT = "corrupt"
    LONG_NAME = "long_name"
    BAD_URL = "bad_url"
    LOST = "lost"
    SLOW = "slow"
    CROWDED = "crowded"  # the server has no connection left
    STANDBY = "standby"  # takes no changes
    LOGIN = "login"
    NO_RIGHT = "no_right"
    NO_DRIVER = "no_driver"
    UNSURE = "unsure"  # nobody can say whether the transaction was committed
    ON_A_SERVER = "on_a_server"  # only a database file can do this
    OCCUPIED = "occupied"  # the target of a copy is not empty
    DIFFERS = "differs"  # a copy does not read back the same
    UNFIT = "unfit"  # the target can't hold the data of the source
    EXISTS = "exists"  # a copy would overwrite a file


class StoreUnavailable(OlveryError):
    """The database can't do it now. `where` is its file, or its URL without a password."""

    code: StoreCode
    where: str = ""
    detail: str = ""
