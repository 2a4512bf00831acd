"""Managers who keep the list of managers, each change confirmed by their own password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Authentication, Desk
from olvery_tui.domain.access import Role
from olvery_tui.domain.errors import (
    LoginTaken,
    NoPassword,
    NoSuchManager,
    NotAllowed,
    OwnAccount,
    TooManyAttempts,
    WrongPassword,
)
from olvery_tui.domain.filters import EMPTY
from olvery_tui.store.audit import checks
from olvery_tui.store.database.engine import Store
from tests.desk.making import ANNA, AS_ANNA, AS_BORIS, CONSOLE, NOW

OWN = "верная лошадь 7"
NEW = "новая телега 12"


@pytest.fixture
def desk(store: Store, clock: FrozenClock) -> Desk:
    """Anna's, who has a password; Boris has none."""
    Desk(store, clock, CONSOLE).access.set_password("anna", OWN)
    return Desk(store, clock, AS_ANNA)


def authentication(store: Store, clock: FrozenClock) -> Authentication:
    return Authentication(store, clock, place="desk1", account="anna")


def changes(desk: Desk, own_password: str) -> dict[str, Callable[[], object]]:
    """Every change of a manager, each confirmed with this password."""
    confirmed, access = {"own_password": own_password}, desk.access
    return {
        "add": partial(access.add_manager, "vera", "Лес", "Вера", NEW, **confirmed),
        "password": partial(access.set_password, "boris", NEW, **confirmed),
        "own password": partial(access.set_password, "anna", NEW, **confirmed),
        "disable": partial(access.set_active, "boris", False, **confirmed),
        "enable": partial(access.set_active, "boris", True, **confirmed),
        "role": partial(access.set_role, "boris", Role.EMPLOYEE, **confirmed),
    }


def test_a_change_wants_the_password_of_who_makes_it(
    store: Store, clock: FrozenClock, desk: Desk
) -> None:
    before = desk.access.accounts()
    for change in changes(desk, "чужая телега").values():
        with pytest.raises((WrongPassword, TooManyAttempts)):
            change()
    assert desk.access.accounts() == before
    for change in changes(Desk(store, clock, AS_BORIS), "").values():
        with pytest.raises((NoPassword, TooManyAttempts)):
            change()
    assert desk.access.accounts() == before


def test_what_is_changed_holds_at_the_door_and_is_in_the_trail(
    store: Store, clock: FrozenClock, desk: Desk
) -> None:
    confirmed = {"own_password": OWN}
    vera = desk.access.add_manager("vera", "Лес", "Вера", NEW, **confirmed)
    door = authentication(store, clock)
    actor = door.sign_in("vera", NEW)
    assert actor.manager == vera

    desk.access.set_active("vera", False, **confirmed)
    with pytest.raises(NotAllowed, match="disabled"):
        Desk(store, clock, actor).tickets.count(EMPTY)
    desk.access.set_active("vera", True, **confirmed)
    desk.access.set_role("vera", Role.EMPLOYEE, **confirmed)
    with pytest.raises(NotAllowed, match="role"):
        Desk(store, clock, actor).tickets.count(EMPTY)
    desk.access.set_role("vera", Role.RENTAL_MANAGER, **confirmed)
    desk.access.set_password("vera", OWN, **confirmed)
    assert door.sign_in("vera", OWN).manager == vera

    desk.access.set_password("anna", NEW, **confirmed)
    assert door.sign_in("anna", NEW).manager == ANNA
    done = [line.kind for line in desk.access.history(vera.id)]
    assert done[::-1] == [
        "manager.added", "manager.signed_in", "manager.disabled", "manager.access_refused",
        "manager.enabled", "manager.role_set", "manager.access_refused", "manager.role_set",
        "manager.password_set", "manager.signed_in",
    ]  # fmt: skip
    assert checks.check(store, NOW) == ()  # the trail tells all that is stored


def test_nobody_locks_themself_out(desk: Desk) -> None:
    for change in (
        partial(desk.access.set_active, "anna", False),
        partial(desk.access.set_role, "anna", Role.EMPLOYEE),
    ):
        with pytest.raises(OwnAccount):
            change(own_password=OWN)
    desk.access.set_active("boris", False, own_password=OWN)
    anna, boris = desk.access.accounts()
    assert (anna.active, anna.role, boris.active) == (True, Role.RENTAL_MANAGER, False)


def test_what_can_not_be_done_is_refused(desk: Desk) -> None:
    for _time in range(4):  # a right password is never counted as a wrong one
        with pytest.raises(LoginTaken):
            desk.access.add_manager("boris", "Титов", "Борис", NEW, own_password=OWN)
    with pytest.raises(NoSuchManager):
        desk.access.set_active("nobody", False, own_password=OWN)


def test_the_list_tells_when_each_signed_in_last(
    store: Store, clock: FrozenClock, desk: Desk
) -> None:
    assert [one.signed_in for one in desk.access.accounts()] == [None, None]
    for _time in range(2):
        clock.move_to(clock.now() + timedelta(minutes=5))
        authentication(store, clock).sign_in("anna", OWN)
    assert [one.signed_in for one in desk.access.accounts()] == [clock.now(), None]
