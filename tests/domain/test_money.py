"""Prices as they are typed: exact, or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.pricing import PRICE_MAX, parse_money, price_of
from olvery_tui.wording.money import amount_text
from tests.each import each


@each(
    ("typed", "amount"),
    [
        ("900", "900.00"), ("0", "0.00"), ("1 800", "1800.00"), ("1\u00a0800,5", "1800.50"),
        ("1800.50", "1800.50"), (" 12 ", "12.00"), ("9999999,99", "9999999.99"),
    ],
)  # fmt: skip
def test_an_amount_is_exact(typed: str, amount: str) -> None:
    assert parse_money("price", typed) == Decimal(amount)


@each(
    ("typed", "code"),
    [
        ("", "money"), ("x", "money"), ("-1", "money"), ("1,234", "money"), ("1e3", "money"),
        ("NaN", "money"), ("1.5.0", "money"), ("٣", "money"), ("10000000", "money_large"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_at_its_field(typed: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_money("price", typed)
    assert (refused.value.field, refused.value.code) == ("price", code)


@each(
    ("hours", "price", "tickets", "amount"),
    [
        ("2.5", "100.01", 1, "250.03"), ("2.5", "100.03", 1, "250.08"), ("0.5", "0.01", 1, "0.01"),
        ("2.5", "100.01", 2, "500.05"), ("2.25", "100.01", 1, "225.02"),
    ],
)  # fmt: skip
def test_half_a_hundredth_is_rounded_up_once(
    hours: str, price: str, tickets: int, amount: str
) -> None:
    found = price_of(Decimal(hours), Decimal(price), (), tickets)
    assert found == Decimal(amount)


@given(st.decimals(0, PRICE_MAX, places=2))
def test_a_proposed_price_is_read_back_as_it_is_written(amount: Decimal) -> None:
    assert parse_money("price", amount_text(amount)) == amount
