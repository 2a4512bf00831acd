"""Refusals and invalid values as sentences that say what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from decimal import Decimal

from olvery_tui.domain.conflicts import (
    AlreadyValidated,
    ChangedMeanwhile,
    HoursChangedMeanwhile,
    ItemChangedMeanwhile,
    NotValidated,
    OrderChangedMeanwhile,
    PersonChangedMeanwhile,
    PersonExists,
    PlacesHeld,
    SettingsChangedMeanwhile,
    ShiftChangedMeanwhile,
    VisitorBanned,
)
from olvery_tui.domain.errors import (
    ChangedSince,
    ChoiceCode,
    FileRefused,
    ForbiddenTransition,
    HoursChangedSince,
    ImportCode,
    InputCode,
    InvalidForm,
    InvalidInput,
    NoManager,
    NoSuchChoice,
    NoSuchOrder,
    NoSuchTicket,
    NothingToUndo,
    OlveryError,
    OrderNotEnded,
    PaymentMissing,
    PaymentTooLarge,
    PeriodEnded,
    PeriodNotBegun,
    PresetOutdated,
    PriceChanged,
    RefundTooLarge,
    SeatsTaken,
    SeatTaken,
    StillUsed,
    StoreCode,
    StoreUnavailable,
    UndoExpired,
    UndoImpossible,
    WrongStatus,
)
from olvery_tui.domain.statuses import OrderStatus, TicketChange, TicketStatus
from olvery_tui.domain.text import shown, without_secrets
from olvery_tui.domain.undo import UNDO_FOR
from olvery_tui.i18n import N_, NP_, _, ngettext, pgettext
from olvery_tui.wording.access import access_sentence
from olvery_tui.wording.files import refused_file
from olvery_tui.wording.labels import order_status, ticket_status
from olvery_tui.wording.money import amount_text, money_text
from olvery_tui.wording.people import person_line, person_name
from olvery_tui.wording.periods import instant_text

_TYPED_MAX = 24
"""Letters of an invalid value that are quoted: enough to recognise it, short enough for a field."""

_PATH_MAX = 200

_SEATS_TOLD = 8
"""Lost workplaces that are listed individually."""

_FIELDS = {
    "number": NP_("field", "Number"),
    "period": NP_("field", "Period"),
    "from": NP_("field", "From"),
    "to": NP_("field", "To"),
    "visitor": NP_("field", "Visitor"),
    "status": NP_("field", "Status"),
    "place": NP_("field", "Workplace"),
    "what": NP_("field", "What"),
    "format": NP_("field", "Format"),
    "file": NP_("field", "File"),
    "last_name": NP_("field", "Last name"),
    "first_name": NP_("field", "First name"),
    "patronymic": NP_("field", "Patronymic"),
    "note": NP_("field", "Note"),
    "ban_reason": NP_("field", "Reason of the ban"),
    "phone": NP_("field", "Phone"),
    "email": NP_("field", "Email"),
    "login": NP_("field", "Login"),
    "password": NP_("field", "Password"),
    "again": NP_("field", "Once more"),
    "own_password": NP_("field", "Your password"),
    "sign_in": NP_("field", "Way in"),
    "lock_minutes": NP_("field", "Minutes until the lock"),
    "backup_folder": NP_("field", "Folder of backups"),
    "backups_kept": NP_("field", "Backups to keep"),
    "which": NP_("field", "Tickets to change"),
    "renewal_days": NP_("field", "Renew, days before the end"),
    "customer": NP_("field", "Customer"),
    "service": NP_("field", "Service"),
    "variant": NP_("field", "Service variant"),
    "tariff": NP_("field", "Tariff"),
    "workplaces": NP_("field", "Workplaces"),
    "modifiers": NP_("field", "Modifiers"),
    "price": NP_("field", "Price"),
    "payment": NP_("field", "Payment"),
    "paid_at": NP_("field", "Paid on"),
    "comment": NP_("field", "Comment"),
    "amount": NP_("field", "Amount"),
    "receipt": NP_("field", "Receipt number"),
    "reason": NP_("field", "Reason"),
    "name": NP_("field", "Name"),
    "slot_minutes": NP_("field", "Step, minutes"),
    "unit": NP_("field", "Unit"),
    "min_units": NP_("field", "At least"),
    "max_units": NP_("field", "At most"),
    "variant_id": NP_("field", "Variant"),
    "room": NP_("field", "Room"),
    "time_zone": NP_("field", "Time zone"),
    "currency": NP_("field", "Currency"),
}

INPUT_SENTENCES: Mapping[InputCode | ImportCode, str] = {
    InputCode.NUMBER: N_("“{text}” is not a number. Type digits: 31, 30-40 or 31,35."),
    InputCode.NUMBER_ORDER: N_("{first}-{last} runs backwards. Type {last}-{first}."),
    InputCode.NUMBER_LARGE: N_("There is no number {text}. Type a shorter one."),
    InputCode.NUMBER_MANY: N_("Too many numbers. Type up to {limit}, or a range: 30-40."),
    InputCode.DATE: N_("“{text}” is not a date. Type it like 06.12.2022 or 6.12."),
    InputCode.NO_SUCH_DAY: N_("There is no day {text}. Check the day and the month."),
    InputCode.FROM_AFTER_TO: N_("The period ends before it begins. Change one of the dates."),
    InputCode.NO_LETTERS: N_("There is no letter here. Type the beginning of a name."),
    InputCode.REQUIRED: N_("Fill this in: without it nothing can be saved."),
    InputCode.PHONE_AS_NAME: N_(
        "This is a phone. Type a name here and the phone in its own field."
    ),
    InputCode.TOO_LONG: N_("Too long. Up to {limit} letters fit."),
    InputCode.PHONE: N_("This is not a phone number. Type it like +7 (965) 577-65-00."),
    InputCode.EMAIL: N_("This is not an email address. Type it like name@mail.ru."),
    InputCode.LOGIN: N_("Letters, digits and . _ - @ only, a letter or digit first: anna.orlova"),
    InputCode.NOT_TEXT: N_("This is not in UTF-8. Set the terminal, or what writes it, to UTF-8."),
    InputCode.PASSWORD_SHORT: N_("Too short. Type at least {least} letters, digits or signs."),
    InputCode.PASSWORD_LOGIN: N_("The password must not be the login."),
    InputCode.PASSWORD_DIFFERS: N_("This is not the same password. Type it once more."),
    InputCode.MINUTES: N_("Type a number of minutes from 0 (never) to {most}."),
    InputCode.COPIES: N_("Type a number of copies from 0 (none) to {most}."),
    InputCode.NO_FOLDER: N_(
        "Nothing can be written into {text}. Type the whole path of a folder that is there."
    ),
    InputCode.TIME: N_("“{text}” is not a time. Type it like 9:30 or 10."),
    InputCode.NO_SUCH_TIME: N_("{text} does not exist: the clocks are put forward to {after}."),
    InputCode.TIME_TWICE: N_(
        "{text} is there twice: the clocks are put back. Type {first} or {second}."
    ),
    InputCode.NO_SUCH_OFFSET: N_(
        "{text} does not exist on this day. Type the time without what follows it."
    ),
    InputCode.END_AT_MIDNIGHT: N_("0:00 is the beginning of the day. The end of the day is 24:00."),
    InputCode.END_BEFORE_START: N_("The end is not after the start. Change one of them."),
    InputCode.HOURS_ONLY: N_("This tariff is by the hour. Choose a day and the times from and to."),
    InputCode.DAYS_ONLY: N_("This tariff is for whole days. Choose the first and the last day."),
    InputCode.NO_RENEWAL: N_("Hours are not renewed. Change the period, or add an order."),
    InputCode.HOURS_OF_ONE_DAY: N_("Hours are of one day. For several days choose a daily tariff."),
    InputCode.SLOT: N_("The times go in steps of {minutes} minutes. Choose other ones."),
    InputCode.LONG: N_("Too long. The longest rental is {days} days."),
    InputCode.OF_VARIANT: N_(
        "This tariff is for the variant “{variant}” only. Choose it, or another tariff."
    ),
    InputCode.TOO_MANY: N_(
        "Too many. Up to {limit} fit into one order; make another one for the rest."
    ),
    InputCode.REPEATED: N_("One workplace stands here twice. Choose each once."),
    InputCode.MONEY: N_("“{text}” is not an amount. Type it like 2700 or 2700,50."),
    InputCode.MONEY_LARGE: N_("{text} is more than an order can cost. Check the digits."),
    InputCode.NO_PAYMENT_HERE: N_("No payment belongs to this status. Leave it out."),
    InputCode.AMOUNT_ZERO: N_("Type an amount above zero."),
    InputCode.HUNDREDTHS: N_("An amount has at most two decimal places."),
    InputCode.IN_FUTURE: N_("This moment is still to come. Type when it was paid."),
    InputCode.PATTERN: N_("Only numbers from–to stand in braces: PM №{{1..40}}."),
    InputCode.PATTERN_MANY: N_("Up to {limit} workplaces can be added at once."),
    InputCode.TAKEN: N_("“{text}” is there already. Choose another name."),
    InputCode.PRESETS_MANY: N_("No more than {limit} presets are kept. Remove one first."),
    InputCode.TAKEN_ARCHIVED: N_(
        "“{text}” is in the archive. Take it back from there, or choose another name."
    ),
    InputCode.WHOLE: N_("Type a whole number from 1 to {most}."),
    InputCode.UNITS_ORDER: N_("The most is less than the least. Change one of them."),
    InputCode.HOURS: N_("“{text}” is not from–to. Type it like 9-21 or 9:30-18, or nothing."),
    InputCode.DAYS_MANY: N_("Up to {limit} closed days can be set."),
    InputCode.TIME_ZONE: N_("There is no such time zone. Choose one of the list."),
    InputCode.CLOSING_OVER: N_("The end is over already. Type a later one, or leave it empty."),
    InputCode.BEGUN: N_("The period has begun: its start stays as it is. Change the end."),
    InputCode.OVER: N_("This moment is over already. Type a later end."),
    InputCode.BELOW_ZERO: N_("The order costs {price} only. Take less off."),
    InputCode.CURRENCY: N_("A currency is three letters: RUB, KZT, EUR."),
}
"""What is wrong with a typed value, by the code of `InvalidInput`."""

STORE_SENTENCES: Mapping[StoreCode, str] = {
    StoreCode.LOCKED: N_(
        "The database {where} is busy: another program is writing to it for a long time. "
        "Wait a little or end that program."
    ),
    StoreCode.IN_USE: N_(
        "The database {where} is in use. Close the application on all terminals, "
        "stop the status worker (olvery-tui worker) and repeat."
    ),
    StoreCode.READ_ONLY: N_(
        "The database {where} can't be written to. Check the rights of the file and its folder."
    ),
    StoreCode.FULL: N_(
        "The disk is full, nothing was saved. Free some space at {where} and try again."
    ),
    StoreCode.USED_UP: N_(
        "The database {where} can't hold so large a number, nothing was saved. "
        "Tell whoever keeps it."
    ),
    StoreCode.NOT_A_DATABASE: N_(
        "{where} is not an Olvery database. Check --database or OLVERY_DATABASE_URL."
    ),
    StoreCode.NEWER_SCHEMA: N_(
        "The database {where} belongs to a newer version of the application. "
        "Update the application."
    ),
    StoreCode.OLDER_SCHEMA: N_(
        "The database {where} belongs to an older version of the application. "
        "Run: olvery-tui db upgrade"
    ),
    StoreCode.MISSING: N_("There is no database {where}. Check --database or OLVERY_DATABASE_URL."),
    StoreCode.DENIED: N_(
        "No right to open the database {where}. "
        "Check its owner and rights, and those of its folder."
    ),
    StoreCode.CORRUPT: N_(
        "The database {where} is damaged. Run “olvery-tui db check”; "
        "a backup comes back with “olvery-tui db restore FILE”."
    ),
    StoreCode.LONG_NAME: N_("The name of the file {where} is too long. Choose a shorter one."),
    StoreCode.BAD_URL: N_(
        "{where} is not the address of a database. Write it like sqlite:////folder/olvery.db "
        "or postgresql+psycopg://user@server/olvery"
    ),
    StoreCode.LOST: N_(
        "The connection to the database {where} is lost. It is tried again by itself; "
        "what you have typed stays."
    ),
    StoreCode.SLOW: N_(
        "The database {where} took too long to answer, nothing was done. Try again."
    ),
    StoreCode.CROWDED: N_(
        "The server of the database {where} has no room for another connection. "
        "It is tried again by itself; tell whoever looks after the server."
    ),
    StoreCode.STANDBY: N_(
        "The database {where} takes no changes just now: it is a copy, or is being moved. "
        "It is tried again by itself."
    ),
    StoreCode.LOGIN: N_(
        "The server does not let {where} in. Check the user's name and password "
        "(in the address or in ~/.pgpass) and the server's pg_hba.conf."
    ),
    StoreCode.NO_RIGHT: N_(
        "The user has no right to do this in the database {where}. "
        "Grant it, or use the role for upgrades (docs/postgresql.md)."
    ),
    StoreCode.NO_DRIVER: N_(
        "PostgreSQL needs a driver that is not installed. Run: pip install 'olvery-tui[postgres]'"
    ),
    StoreCode.UNSURE: N_(
        "The connection to the database {where} was lost while saving, and nobody can say whether "
        "it was saved. Look at what is there before you repeat it."
    ),
    StoreCode.ON_A_SERVER: N_(
        "{where} is on a server: copy it with pg_dump, bring it back with pg_restore "
        "(docs/postgresql.md)."
    ),
    StoreCode.OCCUPIED: N_(
        "{where} holds something already, and nothing is overwritten. Name a new one."
    ),
    StoreCode.DIFFERS: N_(
        "What was written to {where} does not read back the same, so nothing of it was kept. "
        "Check that machine's disk and memory."
    ),
    StoreCode.UNFIT: N_("{where} can't hold what is in the other database. Nothing was copied."),
    StoreCode.EXISTS: N_(
        "{where} is there already, and nothing is overwritten. Choose another name."
    ),
}
"""What is wrong with the database, by the code of `StoreUnavailable`."""

_UNDO_MINUTES = int(UNDO_FOR.total_seconds()) // 60

_REFUSALS: Mapping[type[OlveryError], str] = {
    NoManager: N_(
        "Nobody is signed in, so nobody can be named as responsible. "
        "Open the application and sign in."
    ),
    NoSuchTicket: N_("There is no ticket {number}. Check the number."),
    NoSuchOrder: N_("There is no order {number}. Check the number."),
    NothingToUndo: N_("There is nothing of yours here that could be undone."),
    StillUsed: N_("Tickets, orders or tariffs name this, so it can't be deleted. Archive it."),
    **dict.fromkeys(
        (ItemChangedMeanwhile, HoursChangedMeanwhile),
        N_("This was changed meanwhile. Save once more to make it your choice."),
    ),
    ShiftChangedMeanwhile: N_(
        "The shift was opened or closed at another terminal. Look at it as it is now."
    ),
    HoursChangedSince: N_("The opening hours were changed since, so nothing was undone."),
    UndoExpired: N_("That was more than {minutes} minutes ago, so nothing was undone."),
    UndoImpossible: N_(
        "Time has passed or the price has changed: it can't be again as it was, "
        "so nothing was undone."
    ),
    PaymentMissing: N_("Order {number} is not paid. Say when and how it was paid to confirm it."),
    PeriodNotBegun: N_(
        "The rental period of ticket {number} has not begun. "
        "Cancel the ticket, or change its start."
    ),
    PeriodEnded: N_(
        "The rental period of ticket {number} is over, nothing is left to move. "
        "If the visitor stays, make a new order."
    ),
    SettingsChangedMeanwhile: N_(
        "Somebody else has changed the settings meanwhile. "
        "Look at what they are now and repeat if it is still needed."
    ),
}
"""Refusals whose sentence has at most a number in it."""

_NO_SUCH_CHOICE: Mapping[ChoiceCode, str] = {
    ChoiceCode.PERSON: N_("This person is not in the database any more. Choose again."),
    ChoiceCode.WORKPLACE: N_(
        "This workplace does not belong to the ticket's service. Choose again."
    ),
    ChoiceCode.PRESET: N_("This preset was removed meanwhile."),
    ChoiceCode.CLOSING: N_("This place is open again already."),
    ChoiceCode.ROOM: N_("This room is not in the service any more. Choose again."),
    ChoiceCode.SERVICE: N_("This service is not sold any more. Choose again."),
    **dict.fromkeys(
        (ChoiceCode.TARIFF, ChoiceCode.VARIANT, ChoiceCode.MODIFIER),
        N_("The tariff, variant or modifier is not the service's any more. Choose again."),
    ),
}

_ACTIONS: Mapping[TicketChange, str] = {
    TicketChange.VALIDATE: N_("an identity is checked"),
    TicketChange.RESET: N_("an identity check is reset"),
    TicketChange.VISITOR: N_("the visitor is changed"),
    TicketChange.WORKPLACE: N_("the workplace is changed"),
    TicketChange.PERIOD: N_("the period is changed"),
    TicketChange.CANCEL: N_("one ticket is cancelled"),
}

_COME_BACK = frozenset({StoreCode.LOST, StoreCode.CROWDED})
"""Codes among them that are over as soon as anything can be read."""


def field_name(field: str) -> str:
    """Return a field's label as on the screen: «Фамилия»."""
    return pgettext("field", _FIELDS[field]) if field in _FIELDS else shown(field)


def sentence(error: OlveryError, zone: tzinfo | None = None) -> str:
    """Return what happened and what to do next, for a toast, a field's error line, or stderr.

    With the location's `zone`, the times of other users' changes are included.
    """
    if (template := _REFUSALS.get(type(error))) is not None:
        return _(template).format(number=getattr(error, "number", None), minutes=_UNDO_MINUTES)
    match error:
        case InvalidInput():
            return _input(error)
        case InvalidForm(problems=problems):
            return " ".join(f"{field_name(one.field)}: {_input(one)}" for one in problems)
        case StoreUnavailable():
            return _store(error)
        case FileRefused():
            return refused_file(error)
        case PaymentTooLarge(number=number, owed=owed, currency=currency) if owed:
            return _(
                "No more than {money} can be taken for order {number}: it owes no more."
            ).format(number=number, money=money_text(owed, currency))
        case PaymentTooLarge(number=number):
            return _(
                "Order {number} owes nothing. A payment is taken when it is confirmed, or later."
            ).format(number=number)
        case RefundTooLarge(number=number, paid=paid, currency=currency) if paid:
            return _(
                "No more than {money} can be given back for order {number}: no more was paid."
            ).format(number=number, money=money_text(paid, currency))
        case RefundTooLarge(number=number):
            return _(
                "Nothing is paid for order {number}, so there is nothing to give back."
            ).format(number=number)
        case ForbiddenTransition() | OrderNotEnded() | OrderChangedMeanwhile():
            return _of_order(error, zone)
        case _other:
            return _refusal(error, zone)


def undone(error: OlveryError, zone: tzinfo | None = None) -> str:
    """Return why a change was not made, and that it was not if `sentence` doesn't say so."""
    text = sentence(error, zone)
    if isinstance(error, StoreUnavailable) and error.code == StoreCode.LOCKED:
        return f"{text} {_('Nothing was saved, repeat it then.')}"
    return text


def afterwards(error: OlveryError) -> str:
    """Return what to show about a failed change once the database is back.

    Empty if `sentence` stays true.
    """
    if isinstance(error, StoreUnavailable) and error.code in _COME_BACK:
        return _("The database is back. Nothing was saved meanwhile: repeat it.")
    return ""


def _refusal(error: OlveryError, zone: tzinfo | None) -> str:
    match error:
        case NotValidated(current=current):
            return _("The identity check of ticket {number} has been reset already.").format(
                number=current.number
            )
        case WrongStatus():
            return _wrong_status(error)
        case AlreadyValidated():
            return _already_validated(error, zone)
        case ChangedMeanwhile():
            return _changed(error, zone)
        case ChangedSince():
            return _changed_since(error, zone)
        case SeatTaken():
            return _seat_taken(error, zone)
        case SeatsTaken():
            return _seats_taken(error)
        case PlacesHeld(count=count):
            return ngettext(
                "{count} ticket still needs the place. Move it to another one first.",
                "{count} tickets still need the place. Move them to other ones first.",
                count,
            ).format(count=count)
        case PriceChanged(price=price, currency=currency):
            return _(
                "The price is {money} by now. Create the order once more if that is right."
            ).format(money=money_text(price, currency))
        case NoSuchChoice() | PresetOutdated():
            return _of_choice(error)
        case PersonExists() | PersonChangedMeanwhile() | VisitorBanned():
            return _of_person(error)
        case _other:
            return access_sentence(error) or _(
                "That was not done. Refresh the screen and try again."
            )


def _of_choice(error: NoSuchChoice | PresetOutdated) -> str:
    if isinstance(error, NoSuchChoice):
        return _(_NO_SUCH_CHOICE[error.what])
    if error.text:
        text = _("The preset asks for “{text}” ({field}), which is there no more. Remove it.")
        return text.format(text=shown(error.text, _TYPED_MAX), field=field_name(error.field))
    if error.field:
        return _("The preset is about a visitor whose data was erased. Remove it.")
    return _("The preset can't be read. Remove it, and save it anew.")


def _of_person(error: PersonExists | PersonChangedMeanwhile | VisitorBanned) -> str:
    match error:
        case PersonExists(people=people):
            return ngettext(
                "This phone or email already belongs to {people}. Choose that person.",
                "This phone or email already belongs to {people}. Choose one of them.",
                len(people),
            ).format(people="; ".join(person_line(person) for person in people))
        case PersonChangedMeanwhile():
            return _("Somebody changed this person meanwhile. Look at what is there now.")
        case VisitorBanned(current=current):
            return _("{name} must not be let in: {reason}.").format(
                name=person_name(current.visitor), reason=shown(current.visitor.ban_reason or "")
            )


def _of_order(
    error: ForbiddenTransition | OrderNotEnded | OrderChangedMeanwhile, zone: tzinfo | None
) -> str:
    match error:
        case ForbiddenTransition():
            return _forbidden(error)
        case OrderNotEnded(number=number, ends_at=ends_at):
            until = f" ({instant_text(ends_at, zone)})" if zone else ""
            return _(
                "Order {number} has not ended yet{until}: completing it now has to be meant."
            ).format(number=number, until=until)
        case OrderChangedMeanwhile(current=current):
            return _(
                "Meanwhile {who} has changed order {number}: it is “{status}” now{when}. "
                "Look at it and repeat if it is still needed."
            ).format(
                who=shown(error.by) if error.by else _("the system"),
                number=current.number,
                status=order_status(current.status),
                when=f" ({instant_text(error.at, zone)})" if zone else "",
            )


def _forbidden(error: ForbiddenTransition) -> str:
    match error.status, error.to, error.paid:
        case (status, to, _paid) if status is to:
            return _("Order {number} is “{status}” already. Nothing has to be done.").format(
                number=error.number, status=order_status(status)
            )
        case (OrderStatus.CONFIRMED, OrderStatus.CANCELLED, True):
            return _(
                "Order {number} is paid, so it can't simply be cancelled. "
                "Choose “{instead}”: what was paid is given back."
            ).format(number=error.number, instead=order_status(OrderStatus.REFUND_IN_PROGRESS))
        case (OrderStatus.CONFIRMED, OrderStatus.REFUND_IN_PROGRESS, False):
            return _(
                "Order {number} is not paid, so there is nothing to give back. Choose “{instead}”."
            ).format(number=error.number, instead=order_status(OrderStatus.CANCELLED))
        case (status, to, _paid):
            return _("Order {number} is “{status}”: it can't become “{to}” from there.").format(
                number=error.number, status=order_status(status), to=order_status(to)
            )


def _input(error: InvalidInput) -> str:
    if error.code == InputCode.UNITS:
        return _units(error)
    template = INPUT_SENTENCES.get(error.code)
    if template is None:
        return _("This value can't be used. Correct it.")
    return _(template).format(**{name: _param(value) for name, value in error.params.items()})


def _param(value: object) -> object:
    match value:
        case str():
            return shown(value, _TYPED_MAX)
        case Decimal():
            return amount_text(value)
        case _:
            return value


def _units(error: InvalidInput) -> str:
    """Return how much of a tariff may be bought, counted in its unit."""
    templates: Mapping[object, Callable[[int], str]] = {
        "hour": lambda n: ngettext("{count} hour", "{count} hours", n),
        "day": lambda n: ngettext("{count} day", "{count} days", n),
        "month": lambda n: ngettext("{count} month", "{count} months", n),
    }

    def counted(name: str) -> str:
        count = error.params.get(name)
        return templates[error.params["unit"]](int(str(count))).format(count=count)

    least, most = counted("least"), counted("most")
    if least == most:
        return _("This tariff is for {most} exactly. Change the period.").format(most=most)
    return _("This tariff is sold from {least} to {most}. Change the period.").format(
        least=least, most=most
    )


def _store(error: StoreUnavailable) -> str:
    where = shown(without_secrets(error.where), _PATH_MAX)
    return " ".join(_(STORE_SENTENCES[error.code]).format(where=where).split())


def _wrong_status(error: WrongStatus) -> str:
    said = _("Ticket {number} is “{status}”: {action} only where it is {allowed}.").format(
        number=error.number,
        status=ticket_status(error.status),
        action=_(_ACTIONS[error.action]),
        allowed=_either([status for status in TicketStatus if status in error.action.allowed]),
    )
    if error.status is TicketStatus.NEW:
        return f"{said} {_('Confirm the order first.')}"
    return said


def _either(statuses: list[TicketStatus]) -> str:
    """Return `“Новый”, “Подтвержден” или “Активен”`."""
    quoted = [_("“{status}”").format(status=ticket_status(status)) for status in statuses]
    if len(quoted) < 2:
        return "".join(quoted)
    return _("{several} or {last}").format(several=", ".join(quoted[:-1]), last=quoted[-1])


def _already_validated(error: AlreadyValidated, zone: tzinfo | None) -> str:
    current = error.current
    who = shown(current.validated_by.name) if current.validated_by else ""
    when = instant_text(current.validated_at, zone) if current.validated_at and zone else ""
    facts = ", ".join(fact for fact in (when, who) if fact)
    if not facts:
        return _("The identity is already checked; that record stands.")
    return _("Already checked: {facts}. That record stands.").format(facts=facts)


def _changed(error: ChangedMeanwhile, zone: tzinfo | None) -> str:
    who = shown(error.by) if error.by else _("the system")
    if zone is None:
        return _(
            "Meanwhile {who} has changed ticket {number}. "
            "Look at what it is now and repeat if it is still needed."
        ).format(who=who, number=error.current.number)
    return _(
        "Meanwhile ({when}) {who} has changed ticket {number}. "
        "Look at what it is now and repeat if it is still needed."
    ).format(when=instant_text(error.at, zone), who=who, number=error.current.number)


def _changed_since(error: ChangedSince, zone: tzinfo | None) -> str:
    told = (
        _("Order {number} was changed since by {who}{when}, so nothing was undone.")
        if error.is_order
        else _("Ticket {number} was changed since by {who}{when}, so nothing was undone.")
    )
    return told.format(
        number=error.number,
        who=shown(error.by) if error.by else _("the system"),
        when=f" ({instant_text(error.at, zone)})" if zone else "",
    )


def _seats_taken(error: SeatsTaken) -> str:
    held = [_holder(one) for one in error.taken[:_SEATS_TOLD]]
    if len(error.taken) > _SEATS_TOLD:
        held.append(_("and {count} more").format(count=len(error.taken) - _SEATS_TOLD))
    return _(
        "Order {number} can't have its workplaces back, they are taken: {held}. "
        "Move those tickets, or make a new order."
    ).format(number=error.number, held="; ".join(held))


def _holder(taken: SeatTaken) -> str:
    place, room = shown(taken.workplace), shown(taken.room)
    if taken.by_ticket is not None:
        holder = f"{taken.by_ticket}, {shown(taken.visitor or '')}"
        return _("{place} ({room}) by ticket {holder}").format(
            place=place, room=room, holder=holder
        )
    if taken.closed is not None:
        return _("{place} ({room}), closed: {reason}").format(
            place=place, room=room, reason=shown(taken.closed)
        )
    return _("{place} ({room}), archived").format(place=place, room=room)


def _seat_taken(error: SeatTaken, zone: tzinfo | None) -> str:
    place, room = shown(error.workplace), shown(error.room)
    if error.since is not None and zone is not None:
        return _(
            "{held} from {time} on. Choose another place from then, or an earlier end."
        ).format(held=_holder(error), time=instant_text(error.since, zone))
    if error.closed is not None:
        return _("The workplace {place} ({room}) is closed: {reason}. Choose another one.").format(
            place=place, room=room, reason=shown(error.closed)
        )
    if error.by_ticket is None:
        return _("The workplace {place} ({room}) has just been taken. Choose another one.").format(
            place=place, room=room
        )
    holder = f"{error.by_ticket}, {shown(error.visitor)}" if error.visitor else error.by_ticket
    return _(
        "The workplace {place} ({room}) is taken by ticket {holder}. Choose another one."
    ).format(place=place, room=room, holder=holder)
