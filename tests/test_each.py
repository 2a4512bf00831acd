"""A test over many cases runs each of them, and fails where one does."""

from __future__ import annotations

import inspect

import pytest

from tests.each import each


def test_each_case_is_run_with_the_fixtures_of_the_test() -> None:
    seen = []

    @each("number", [1, 2])
    @each(("letter", "sound"), [("a", "A"), pytest.param("b", "B", id="second")])
    def test(fixture: str, number: int, letter: str, sound: str) -> None:
        seen.append((fixture, number, letter, sound))

    assert list(inspect.signature(test).parameters) == ["fixture"]
    test(fixture="store")
    assert seen == [
        ("store", 1, "a", "A"),
        ("store", 1, "b", "B"),
        ("store", 2, "a", "A"),
        ("store", 2, "b", "B"),
    ]


def test_one_failure_fails_the_test_names_its_case_and_the_others_are_run() -> None:
    seen = []

    @each("number", [1, 2, 3])
    def test(number: int) -> None:
        seen.append(number)
        assert number != 2

    with pytest.raises(ExceptionGroup, match="1 of 3 cases failed") as failed:
        test()
    assert seen == [1, 2, 3]
    assert failed.value.exceptions[0].__notes__ == ["case: {'number': 2}"]
