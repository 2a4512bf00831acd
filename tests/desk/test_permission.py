"""Nobody gets around the question who they are: every method of the desk asks it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event as listening
from sqlalchemy import select, update

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Authentication, Desk
from olvery_tui.domain.access import (
    SYSTEM,
    Actor,
    ActorKind,
    DeskSettings,
    ManagerDetails,
    Role,
)
from olvery_tui.domain.calendar import CalendarFilter
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.closings import ClosingDraft
from olvery_tui.domain.erasure import Ground
from olvery_tui.domain.errors import NoManager, NotAllowed, OlveryError
from olvery_tui.domain.events import EventFilter
from olvery_tui.domain.filters import EMPTY, NO_ORDER_FILTER
from olvery_tui.domain.hours import OpenHours, OpeningHours
from olvery_tui.domain.items import ItemKind
from olvery_tui.domain.orders import OrderDraft
from olvery_tui.domain.pages import Top
from olvery_tui.domain.period_changes import PeriodDraft
from olvery_tui.domain.preferences import Preference
from olvery_tui.domain.renewals import Renewal
from olvery_tui.domain.reports import ReportFilter
from olvery_tui.domain.row_kinds import RowKind
from olvery_tui.domain.shifts import Shift
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.domain.undo import Change
from olvery_tui.files import Place
from olvery_tui.store.database.engine import Store
from olvery_tui.store.importing import spreadsheet
from tests.desk.making import (
    ANNA,
    AS_ANNA,
    BORIS,
    CONSOLE,
    FLOOR,
    HOUR,
    IVAN,
    MARIA,
    NOBODY,
    NOW,
    SEATS,
    TABLES,
    add_ticket,
    hours,
)

OPEN_TO_ALL = {
    "now": "the clock",
    "last_changes": "what whoever asks has done here themself, by number",
    "today": "the clock, and the location's zone",
    "actor": "who asks",
    "location": "name, zone and currency stand on the sign-in screen",
    "ping": "whether the database answers",
}
"""All that the desk tells anybody, and why it may. Whoever adds to it has to say so here."""

ADMINISTRATION = {
    "access.require_free_login", "audit.changed_after", "audit.events", "audit.export",
    "audit.follow", "people.with_key",
}  # fmt: skip
"""What only the command line may."""

_NOTHING: Any = None
PARTS: dict[str, type] = {
    name: type(part)
    for name, part in vars(Desk(_NOTHING, _NOTHING, _NOTHING)).items()
    if not name.startswith("_")
}


def _public(cls: type) -> list[str]:
    return [name for name in dir(cls) if not name.startswith("_")]


METHODS = sorted(
    [*_public(Desk), *(f"{part}.{name}" for part, cls in PARTS.items() for name in _public(cls))]
)
"""The paths of all that a desk and its parts can be asked, like `tickets.validate`."""

GUARDED = [name for name in METHODS if name not in OPEN_TO_ALL]

GHOST = Actor(ActorKind.MANAGER, ManagerDetails(99, "ghost", "Никто", "Никто"))


@pytest.fixture
def words(store: Store, clock: FrozenClock, tmp_path: Path) -> dict[str, Any]:
    """A value for every parameter that a method of the desk may have."""
    file = tmp_path / "people.csv"
    file.write_text("ФИО\nИванов Пётр\n", encoding="utf-8")
    add_ticket(store, 26)
    card = Desk(store, clock, CONSOLE).tickets.get(26)
    settings = Desk(store, clock, CONSOLE).settings.get()
    order = Desk(store, clock, CONSOLE).orders.get(1026)
    maria, ivan = (Desk(store, clock, CONSOLE).people.get(person) for person in (MARIA, IVAN))
    room = Desk(store, clock, CONSOLE).catalogue.details().children(ItemKind.ROOM, FLOOR)[0]
    of_orders = {
        "filters": NO_ORDER_FILTER,
        "number": order.number,
        "seen": order,
        "kind": PaymentKind.ON_SITE,
    }
    return {
        "instead": {
            **{name: of_orders for name in METHODS if name.startswith("orders.")},
            "settings.change": {"seen": settings},
            **{f"people.{name}": {"seen": maria} for name in ("edit", "ban", "unban")},
            "catalogue.add": {"typed": {"name": "Зал"}},
            "catalogue.change_hours": {"seen": OpeningHours()},
            **{
                f"catalogue.{name}": {"seen": room, "typed": {"name": "Зал"}}
                for name in ("change", "archive", "restore", "delete")
            },
            **{name: {"filters": EventFilter()} for name in METHODS if name.startswith("audit.")},
            **{
                name: {"filters": CalendarFilter()}
                for name in METHODS
                if name.startswith("calendar.")
            },
            **{
                name: {"filters": ReportFilter(NOW.date(), NOW.date())}
                for name in METHODS
                if name.startswith("reports.")
            },
            "shifts.open": {"seen": None},
            "shifts.close": {"seen": Shift(1, None, NOW)},
            "orders.set_status_of_many": {"numbers": (order.number,)},
            "undo": {"changes": (_check_of(store, clock),)},
            "periods.places": {"since": NOW, "until": NOW + HOUR},
            "cancelling.cancel_ticket": {"share": Decimal(1)},
            "periods.change_period": {"draft": PeriodDraft(hours(0, 2))},
            "closings.close": {"draft": ClosingDraft((SEATS[2],), NOW, None, "ремонт")},
        },
        "changes": (),
        "renewal": Renewal(card, OrderDraft(MARIA, FLOOR, FLOOR, hours(0, 2), (2,)), Decimal(0)),
        "shift_ids": (1,),
        "amount": Decimal(1),
        "receipt": "17",
        "workplace_ids": (SEATS[0],),
        "closing_ids": (1,),
        "moves": {26: SEATS[1]},
        "starts_at": NOW,
        "ends_at": NOW + HOUR,
        "at": NOW,
        "until": None,
        "seen": card,
        "changed": replace(settings, lock_minutes=5),
        "number": 26,
        "numbers": (26,),
        "filters": EMPTY,
        "start": Top(),
        "before": None,
        "seal": 0,
        "limit": 5,
        "step": 1,
        "text": "сем",
        "person_id": 1,
        "person": 1,
        "kept": maria,
        "gone": ivan,
        "reason": "курит",
        "ground": Ground.REQUEST,
        "kind": ItemKind.ROOM,
        "parent_id": FLOOR,
        "room_id": 1,
        "pattern": "A{1..3}",
        "item": room,
        "hours": OpeningHours((OpenHours(540, 1260),) * 7),
        "time_zone": "Asia/Almaty",
        "workplace_id": SEATS[1],
        "password": "correct horse",
        "login": "anna",
        "last_name": "Новая",
        "first_name": "Мария",
        "typed": {"last_name": "Новая", "first_name": "Мария"},
        "role": Role.RENTAL_MANAGER,
        "active": False,
        "file": file,
        "rows": RowKind.PEOPLE,
        "table": spreadsheet.table(file, RowKind.PEOPLE),
        "reasons": {2: "нет"},
        "place": Place(),
        "manager_id": 1,
        "what": "tickets",
        "form": "csv",
        "key": "1",
        "preset_id": 1,
        "name": "Утро",
        "preference": Preference.THEME,
        "value": "olvery-light",
        "to": OrderStatus.CANCELLED,
        "service_id": 1,
        "period": hours(1, 2),
        "draft": OrderDraft(MARIA, 1, 1, hours(50, 52), (SEATS[0],)),
    }


def _check_of(store: Store, clock: FrozenClock) -> Change:
    """What Anna did just now."""
    add_ticket(store, 27, seat=2)
    desk = Desk(store, clock, AS_ANNA)
    desk.tickets.validate(desk.tickets.get(27))
    return desk.last_changes[0]


def call(desk: Desk, name: str, words: dict[str, Any]) -> object:
    """Call a method by its path, with something fitting for each parameter that has no default."""
    method = attrgetter(name)(desk)
    words = words | words["instead"].get(name, {})
    given = {}
    for parameter in inspect.signature(method).parameters.values():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            given |= words[parameter.name]
        elif parameter.default is inspect.Parameter.empty:
            given[parameter.name] = words[parameter.name]
    return method(**given)


def everything(store: Store) -> dict[str, list[Any]]:
    """Every row of every table, but the audit trail and its seals."""
    left_out = {"event", "event_seal", "event_chain"}
    with store.reading() as session:
        return {
            name: session.connection().execute(select(table)).all()
            for name, table in TABLES.items()
            if name not in left_out
        }


def be(store: Store, **values: object) -> None:
    """Make Anna something else."""
    managers = TABLES["manager"]
    with store.writing() as session:
        session.connection().execute(
            update(managers).where(managers.c.id == ANNA.id).values(**values)
        )


def disabled(store: Store) -> Actor:
    be(store, active=False)
    return AS_ANNA


def without_the_role(store: Store) -> Actor:
    be(store, role=Role.EMPLOYEE.value)
    return AS_ANNA


STRANGERS: dict[str, tuple[Callable[[Store], Actor], type[Exception], str | None]] = {
    "nobody": (lambda _store: NOBODY, NoManager, None),
    "a disabled manager": (disabled, NotAllowed, "disabled"),
    "a user without the role": (without_the_role, NotAllowed, "role"),
    "somebody who is not there": (lambda _store: GHOST, NotAllowed, "gone"),
}


@pytest.mark.parametrize("who", STRANGERS)
def test_who_may_not_gets_nothing_and_changes_nothing(
    store: Store, clock: FrozenClock, words: dict[str, Any], who: str
) -> None:
    become, refusal, code = STRANGERS[who]
    desk = Desk(store, clock, become(store))
    before = everything(store)
    for name in GUARDED:
        with pytest.raises(refusal) as refused:
            pytest.fail(f"{name} answered {who}: {call(desk, name, words)!r}")
        assert getattr(refused.value, "code", None) == code, name
    assert everything(store) == before


def test_an_active_rental_manager_is_let_through(
    store: Store, clock: FrozenClock, words: dict[str, Any]
) -> None:
    desk = Desk(store, clock, AS_ANNA)
    refusals = {}
    for name in sorted(set(GUARDED) - ADMINISTRATION):
        try:
            call(desk, name, words)
        except (NoManager, NotAllowed) as refusal:
            refusals[name] = refusal
        except OlveryError:
            continue  # what else it says is another test's matter
    assert refusals == {}


@pytest.mark.parametrize("actor", [AS_ANNA, SYSTEM], ids=["a manager", "the system"])
def test_administration_is_the_command_lines(
    store: Store, clock: FrozenClock, words: dict[str, Any], actor: Actor
) -> None:
    before = everything(store)
    for name in ADMINISTRATION:
        with pytest.raises(NotAllowed) as refused:
            call(Desk(store, clock, actor), name, words)
        assert refused.value.code == "administrator", name
        assert everything(store) == before, name


def test_everything_is_either_guarded_or_open_for_a_reason() -> None:
    assert set(OPEN_TO_ALL) < set(METHODS)
    assert set(GUARDED) > ADMINISTRATION


def test_the_parts_of_a_desk_have_only_methods(store: Store, clock: FrozenClock) -> None:
    desk = Desk(store, clock, CONSOLE)
    for part in PARTS:
        assert all(name.startswith("_") for name in vars(getattr(desk, part)))


def test_the_authentication_has_only_the_ways_in() -> None:
    assert {name for name in dir(Authentication) if not name.startswith("_")} == {
        "anonymous", "enter_as", "enter_as_account", "first_manager", "location", "policy",
        "sign_in",
    }  # fmt: skip


def test_only_who_is_named_here_opens_the_store_without_asking() -> None:
    """The parts of a desk have no store; the plain one stands in these functions alone."""
    found = set()
    for path in Path(inspect.getfile(Desk)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Attribute) and inner.attr == "_open_store":
                        found.add(f"{path.stem}.{node.name}")
    assert found == {
        "desk.__init__", "desk.ping",
        "transaction.__init__", "transaction.bulk_store", "transaction.location",
        "transaction.reading",
        "transaction.writing", "transaction._record_refusal", "transaction._recording_access",
        "transaction.record_manager_refusal", "transaction.forget_freed",
        "transaction.back_up", "transaction.newest_backup",
    }  # fmt: skip


def test_who_is_sent_away_is_in_the_audit_trail(store: Store, clock: FrozenClock) -> None:
    with pytest.raises(NotAllowed):
        Desk(store, clock, disabled(store)).tickets.count(EMPTY)
    with store.reading() as session:
        table = TABLES["event"]
        line = session.connection().execute(select(table).order_by(table.c.id.desc())).first()
    assert line is not None
    assert (line.kind, line.manager_id, line.data) == (
        "manager.access_refused", ANNA.id, {"reason": "disabled"},
    )  # fmt: skip


def test_being_disabled_and_let_in_again_takes_hold_at_once(
    store: Store, clock: FrozenClock
) -> None:
    desk, console = Desk(store, clock, AS_ANNA), Desk(store, clock, CONSOLE)
    desk.tickets.count(EMPTY)
    console.access.set_active("anna", False)
    with pytest.raises(NotAllowed):
        desk.tickets.count(EMPTY)
    console.access.set_active("anna", True)
    desk.tickets.count(EMPTY)


@pytest.fixture
def statements(store: Store) -> Iterator[list[str]]:
    """What is asked of the database."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    listening.listen(store._readers, "before_cursor_execute", note)
    yield said
    listening.remove(store._readers, "before_cursor_execute", note)


def test_asking_costs_one_look_by_the_key(
    store: Store, clock: FrozenClock, statements: list[str]
) -> None:
    for desk in (Desk(store, clock, AS_ANNA), Desk(store, clock, CONSOLE)):
        desk.tickets.page(EMPTY, Top(), 50)
    asked = [each for each in statements if "FROM manager" in each]
    assert len(asked) == 1
    assert "WHERE manager.id = " in asked[0]


def test_settings_are_changed_only_over_what_was_seen(store: Store, clock: FrozenClock) -> None:
    from olvery_tui.domain.conflicts import SettingsChangedMeanwhile
    from olvery_tui.domain.errors import InvalidForm

    one, other = Desk(store, clock, AS_ANNA), Desk(store, clock, Actor(ActorKind.MANAGER, BORIS))
    seen = one.settings.get()
    assert seen == DeskSettings(
        version=1, name="Коворкинг", time_zone="Europe/Moscow", currency="RUB"
    )
    after = other.settings.change(seen, replace(seen, lock_minutes=5))
    assert after == replace(seen, lock_minutes=5, version=2)
    with pytest.raises(SettingsChangedMeanwhile):
        one.settings.change(seen, replace(seen, lock_minutes=7))
    for minutes in (-1, 1441):
        with pytest.raises(InvalidForm):
            one.settings.change(after, replace(after, lock_minutes=minutes))
    assert one.settings.change(after, after) == after
