"""What is written down of an exception says where it was and nothing about people."""

from __future__ import annotations

from olvery_tui.domain import faults
from olvery_tui.domain.conflicts import PersonExists
from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.domain.people import PersonDetails
from tests.each import each


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except BaseException as caught:
        return caught


def test_a_traceback_says_where_and_what() -> None:
    told = faults.trace(raised(ZeroDivisionError("division by zero")))
    assert told.startswith("Traceback (most recent call last):\n")
    assert "in raised\n    raise error from cause" in told
    assert told.endswith("\nZeroDivisionError: division by zero")


def test_what_led_to_it_stands_before_it() -> None:
    told = faults.trace(raised(ValueError("second"), raised(LookupError("first"))))
    assert told.index("first") < told.index("direct cause") < told.index("second")


def test_the_parts_of_a_group_are_told() -> None:
    told = faults.trace(
        raised(ExceptionGroup("several", [raised(ValueError("one")), OSError("two")]))
    )
    assert all(word in told for word in ("several", "one", "two"))


def test_an_exception_that_is_its_own_context_ends() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__context__, other.__context__ = other, one
    assert faults.trace(one).count("ValueError") == 2


def test_a_message_that_quotes_a_value_is_told_without_it() -> None:
    error = raised(KeyError("Семенова"), raised(ValueError("no such thing: '+79655776500' Anna")))
    told = faults.trace(error)
    assert "no such thing" in told
    assert not [value for value in ("Семенова", "79655776500", "Anna") if value in told]


def test_a_refusal_of_the_desk_names_nobody() -> None:
    maria = PersonDetails(1, "Семенова", "Мария", "+79655776500")
    assert "Семенова" not in faults.trace(raised(PersonExists((maria,))))
    assert (
        faults.message(StoreUnavailable(StoreCode.LOST, "db.example", "cut"))
        == "lost, db.example, cut"
    )


@each("length", [10, 10_000])
def test_a_message_is_never_longer_than_a_page(length: int) -> None:
    assert len(faults.message(ValueError("x" * length))) <= 2_001
