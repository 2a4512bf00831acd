"""Bars as wide as what they stand for."""

from datetime import timedelta

import pytest

from olvery_tui.wording.reports import Bar, Chart, bar_text, hours_text


@pytest.mark.parametrize(
    ("share", "bar"),
    [(0, "    "), (0.5, "██  "), (0.53, "██▏ "), (1, "████"), (2, "████"), (-1, "    ")],
)
def test_a_bar_has_eighths_of_cells(share: float, bar: str) -> None:
    assert bar_text(share, 4) == bar


def test_a_chart_is_as_wide_as_it_may_be() -> None:
    lines = list(Chart("Дни", (Bar("пн", 0.5, "50 %"), Bar("вт 12", 1, "100 %"))).lines(40))
    assert lines[0] == "Дни"
    assert {len(line) for line in lines[1:]} == {40}


def test_hours_have_at_most_one_digit_behind_the_comma() -> None:
    assert hours_text(timedelta(hours=2)) == "2"
    assert hours_text(timedelta(minutes=90)) == "1,5"
    assert hours_text(timedelta(minutes=119)) == "2"
