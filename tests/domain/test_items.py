"""Catalogue names, patterns and forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.errors import InvalidForm, InvalidInput
from olvery_tui.domain.items import PLACES_MAX, ItemKind, check_item, expand, natural_key

TEXTS = st.text("абвPM №-", max_size=8)


@given(TEXTS, st.integers(0, 999), st.integers(0, PLACES_MAX - 1), TEXTS)
def test_a_pattern_names_each_number_once_in_natural_order(
    before: str, first: int, more: int, after: str
) -> None:
    last = min(first + more, 9_999)
    names = expand(f"№{before}{{{first}..{last}}}{after}")
    assert len(names) == len(set(names)) == last - first + 1
    assert list(names) == sorted(names, key=natural_key)
    assert all(str(number) in name for number, name in enumerate(names, first))


def test_patterns() -> None:
    assert expand("PM №{1..3}") == ("PM №1", "PM №2", "PM №3")
    assert expand("{08-10}") == expand("{ 08 – 10 }") == ("08", "09", "10")
    assert expand(" PM  №7 ") == ("PM №7",)
    assert expand("Ряд {1..2}, место {1..2}") == (
        "Ряд 1, место 1", "Ряд 1, место 2", "Ряд 2, место 1", "Ряд 2, место 2",
    )  # fmt: skip
    for pattern, code in {
        "": "required",
        "№": "required",
        "PM {a..b}": "pattern",
        "PM {3..1}": "pattern",
        "PM {1..3": "pattern",
        "{1..2}{11..12}{1..1}": "",
        "{1..12}{1..12}": "pattern",  # 1 and 11, 11 and 1
        "PM {1..501}": "pattern_many",
        "PM {1..1000000}": "pattern_many",
        "x" * 99 + "{10..11}": "too_long",
    }.items():
        if not code:
            assert len(expand(pattern)) == 4
            continue
        with pytest.raises(InvalidInput) as refused:
            pytest.fail(f"{pattern}: {expand(pattern)}")
        assert (refused.value.field, refused.value.code) == ("name", code), pattern


@given(st.lists(st.integers(0, 10**30)))
def test_natural_order_is_the_order_of_the_numbers(numbers: list[int]) -> None:
    names = sorted((f"PM №{number}" for number in numbers), key=natural_key)
    assert names == [f"PM №{number}" for number in sorted(numbers)]


def test_a_form_is_checked_field_by_field() -> None:
    typed = {
        "name": " Часовой ", "unit": "hour", "price": "1 250,50", "min_units": "1",
        "max_units": "24", "variant_id": None,
    }  # fmt: skip
    values = check_item(ItemKind.TARIFF, typed)
    assert values["name"] == "Часовой"
    assert str(values["price"]) == "1250.50"
    assert (values["min_units"], values["max_units"]) == (1, 24)
    wrong = {"name": "", "unit": "", "price": "дорого", "min_units": "0", "max_units": "1.5"}
    with pytest.raises(InvalidForm) as refused:
        check_item(ItemKind.TARIFF, wrong)
    assert {one.field: one.code for one in refused.value.problems} == {
        "name": "required", "unit": "required", "price": "money", "min_units": "whole",
        "max_units": "whole",
    }  # fmt: skip
    with pytest.raises(InvalidForm) as refused:
        check_item(ItemKind.TARIFF, typed | {"min_units": "25"})
    assert [one.code for one in refused.value.problems] == ["units_order"]
    with pytest.raises(InvalidForm):
        check_item(ItemKind.MODIFIER, {"name": "Шкафчик", "price": ""})
