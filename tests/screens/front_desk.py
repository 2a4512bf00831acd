"""A small front desk at noon of 2026-03-10, its windows, and what a scanner sends to them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from textual import events
from textual.pilot import Pilot

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.access import SYSTEM, SignIn
from olvery_tui.settings import Settings
from olvery_tui.store import importing as importer
from olvery_tui.store.access import managers
from olvery_tui.store.database import schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from tests.screens.conftest import settle, type_key
from tests.screens.ticket_desk import press
from tests.ways_in import by_key, come_in_by, login_of

NOON = datetime.fromisoformat("2026-03-10T12:00:00+03:00")
MANAGER = "Анна Орлова"
_SERVICE = {"service": "Коворкинг"}


def _order(number: int, ticket: int, person: str, place: int, period: dict[str, str]) -> list[Any]:
    tariff = "Почасовой" if "starts_at" in period else "Суточный"
    order = {
        "kind": "order", "number": number, **_SERVICE, "customer": person, "status": "confirmed",
        "payment_kind": "on_site", "price": "900.00", "created_at": "2026-03-01T09:00:00+03:00",
        "paid_at": "2026-03-01T09:00:00+03:00",
    }  # fmt: skip
    return [
        order,
        {
            "kind": "ticket", "number": ticket, "order": number, "visitor": person, "room": "Зал",
            "workplace": f"PM №{place}", "tariff": tariff, "variant": None, "modifiers": [],
            **period, "created_at": "2026-03-01T09:00:00+03:00",
        },
    ]  # fmt: skip


def _hours(first: int, last: int) -> dict[str, str]:
    return {
        "starts_at": f"2026-03-10T{first}:00:00+03:00",
        "ends_at": f"2026-03-10T{last}:00:00+03:00",
    }


def _days(day: str) -> dict[str, str]:
    return {"starts_on": day, "ends_on": day}


RECORDS: list[Any] = [
    {"kind": "service", "name": "Коворкинг", "slot_minutes": 30},
    {"kind": "room", **_SERVICE, "name": "Зал"},
    *({"kind": "workplace", **_SERVICE, "room": "Зал", "label": f"PM №{n}"} for n in (1, 2, 3)),
    {
        "kind": "tariff", **_SERVICE, "name": "Почасовой", "unit": "hour", "price": "100.01",
        "currency": "RUB", "min_units": 1, "max_units": 12, "variant": None,
    },
    {
        "kind": "tariff", **_SERVICE, "name": "Суточный", "unit": "day", "price": "900.00",
        "currency": "RUB", "min_units": 1, "max_units": 31, "variant": None,
    },
    {
        "kind": "person", "key": "p1", "last_name": "Иванова", "first_name": "Ирина",
        "phone": "+79655776500", "email": "irina@example.com",
    },
    {
        "kind": "person", "key": "p2", "last_name": "Семенов", "first_name": "Иван",
        "phone": "+79161234567", "email": "semenov@example.com",
    },
    *_order(500, 31, "p1", 1, _days("2026-03-10")),
    *_order(501, 40, "p2", 2, _hours(13, 15)),
    *_order(502, 312, "p1", 3, _hours(11, 13)),
    *_order(505, 42, "p2", 1, _days("2026-03-20")),
]  # fmt: skip
"""Tickets 31 (today), 40 (from 13), 312 (since 11) and 42 (in ten days); listed by number."""


def make(store: Store, folder: Path) -> None:
    """Put the example into an empty database."""
    schema.create(store, name="Коворкинг", time_zone="Europe/Moscow", currency="RUB")
    with store.writing() as session:
        managers.ensure(session, MANAGER, "orlova")
    lines = folder / "front-desk.jsonl"
    lines.write_text("\n".join(json.dumps(one) for one in RECORDS), encoding="utf-8")
    report = importer.run(store, lines, clock=FrozenClock(NOON), actor=SYSTEM)
    assert not report.refused, report
    by_key(store)


@cache
def _example() -> bytes:
    """The file of a database with the example, made once."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "front-desk.db"
        with closing(open_database(f"sqlite:///{path}")) as store:
            make(store, Path(folder))
        return path.read_bytes()


def front_desk(folder: Path, *, window: str = "tickets", **more: Any) -> DeskApp:
    """The application over the example, in a folder of its own; `more` are other settings.

    Where `window` is one before the desk, nobody has signed in.
    """
    path = folder / "front-desk.db"
    url = f"sqlite:///{path}"
    login = None
    if window != "first manager":
        path.write_bytes(_example())
        with closing(open_database(url)) as store:
            if window == "sign-in":
                come_in_by(store, SignIn.PASSWORD)
            else:
                login = login_of(store, MANAGER)
    settings = Settings(
        database_url=url, log_file=folder / "olvery-tui.log", login=login,
        embedded_worker=False, **more,
    )  # fmt: skip
    return DeskApp(settings, clock=FrozenClock(NOON))


@asynccontextmanager
async def running(
    app: DeskApp, *, size: tuple[int, int] = (80, 24), window: str = "tickets"
) -> AsyncIterator[Pilot[Any]]:
    """The application with one of its `WINDOWS` open."""
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, *WINDOWS[window])
        yield pilot


WINDOWS: dict[str, tuple[str, ...]] = {
    "tickets": (),
    "orders": ("z",),
    "filter": ("f",),
    "person filter": ("/",),
    "calendar of the filter": ("f", "tab", "down"),
    "number": ("4",),
    "ticket": ("enter",),
    "order": ("z", "enter"),
    "order of a ticket": ("enter", "z"),
    "visitor": ("enter", "u"),
    "workplace": ("down", "down", "enter", "w"),
    "period": ("enter", "t"),
    "cancelling": ("enter", "delete"),
    "own presets": ("p",),
    "shift": ("ctrl+p", *"смена", "enter"),
    "order status": ("o",),
    "order status of a ticket": ("enter", "o"),
    "many orders": ("space", "space", "o"),
    "new order": ("a",),
    "new order, begun": ("a", "с", "е"),
    "new person": ("a", "ctrl+n"),
    "export": ("e",),
    "history": ("enter", "h"),
    "managers": ("g",),
    "preview": ("enter", "p"),
    "help": ("f1",),
    "palette": ("ctrl+p",),
    "lock": ("l",),
    "question": ("a", "с", "е", "escape", "escape"),
    "settings": ("ctrl+p", *"настройки", "enter"),
    "sign-in": (),
    "first manager": (),
}
"""The keys that open each window from the list of tickets, pressed one by one. The sign-in and the
first manager's form stand before it: `front_desk` opens with them."""


@dataclass(frozen=True)
class Traces:
    """What a database has recorded."""

    events: tuple[Any, ...]
    orders: tuple[Any, ...]
    tickets: tuple[Any, ...]


def traces(app: DeskApp) -> Traces:
    """Every event, and what changes of orders and tickets would show."""
    path = app.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        ask: Callable[[str], tuple[Any, ...]] = lambda sql: tuple(connection.execute(sql))  # noqa: E731
        return Traces(
            ask("select id, kind, ticket_number, order_number from event order by id"),
            ask("select number, status, version from orders order by number"),
            ask("select number, status, validated_at, version from ticket order by number"),
        )


def scan(app: DeskApp, text: str, end: str = "enter") -> None:
    """Send what a scanner types: all keys at once."""
    for character in text:
        type_key(app, character)
    for key in end.split():
        type_key(app, key)


def paste(app: DeskApp, text: str) -> None:
    """Send a bracketed paste."""
    app.post_message(events.Paste(text))
