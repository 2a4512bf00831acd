"""The test with random keys sees what it looks for: with a mend undone, it fails.

For each mend there are a few steps of the kind that the random ones are made of. As they are, they
pass; with the mend undone, they don't.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from textual._xterm_parser import XTermParser
from textual.screen import Screen

from olvery_tui.app import input as key_input
from olvery_tui.app import rendering
from olvery_tui.app.codes import Scanner
from olvery_tui.app.windows import Windows
from olvery_tui.domain.events import EventKind
from olvery_tui.screens.base import Window
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.details_screen import DetailsScreen
from olvery_tui.widgets.bursts import Bursts
from olvery_tui.widgets.fields.choice import ChoiceList
from olvery_tui.widgets.layer import Layer
from tests import monkey
from tests.monkey import PREFIXES, Step, answer_late, key
from tests.screens.test_monkey import Runs, runs  # noqa: F401

pytestmark = pytest.mark.only("sqlite")

Undo = Callable[[pytest.MonkeyPatch], None]


def typed(keys: str) -> list[Step]:
    """Keys pressed one after the other, each when the one before has done its work."""
    return [step for name in keys.split() for step in (key(name), Step("settle"))]


def burst(text: str) -> list[Step]:
    """Keys that come in one go, from a hand on a slow line."""
    return [Step("lump", text, safe=False), Step("settle")]


def scanned(text: str) -> list[Step]:
    """What a scanner sends."""
    return [Step("scan", text), Step("settle")]


@dataclass(frozen=True)
class Mend:
    """A mend, how it is undone, steps that need it, and what the test says without it."""

    name: str
    undo: Undo
    steps: list[Step]
    fails_with: str
    prefix: str = ""
    late: float = 0.0


# How each of them is undone


def take_no_codes(patch: pytest.MonkeyPatch) -> None:
    """Every key of a scan is a key."""
    patch.setattr(Scanner, "take_burst", lambda scanner, burst: False)


def forget_the_prefix(patch: pytest.MonkeyPatch) -> None:
    """The scanner's prefix is a key like any other."""
    patch.setattr(key_input, "Bursts", lambda prefix: Bursts())


def ask_anybody(patch: pytest.MonkeyPatch) -> None:
    """A question takes keys that were pressed before it was painted."""
    patch.setattr(ConfirmScreen, "ignores_key", Window.ignores_key)


def mind_the_opening_key(patch: pytest.MonkeyPatch) -> None:
    """The key that opened a window is a key for the window at once."""
    patch.setattr(Window, "ignores_key", lambda window, key, **_hurried: False)


def pile_up(patch: pytest.MonkeyPatch) -> None:
    """Every way to a thing opens another window."""
    patch.setattr(Windows, "make_room", lambda windows, screen: True)
    patch.setattr(DetailsScreen, "form_below", lambda screen: None)


def keep_passing(patch: pytest.MonkeyPatch) -> None:
    """Help and palette don't make room for each other."""
    patch.setattr(Windows, "make_room", lambda windows, screen: True)


def parse_as_textual(patch: pytest.MonkeyPatch) -> None:
    """What can't be parsed ends the parser."""
    patch.setattr(monkey, "SteadyParser", XTermParser)


def let_keys_through_layers(patch: pytest.MonkeyPatch) -> None:
    """An open calendar or list keeps no key from what is below."""
    patch.setattr(Screen, "_binding_chain", key_input._binding_chain)
    patch.setattr(Layer, "on_key", lambda layer, event: None)


def confirm_in_dropdowns(patch: pytest.MonkeyPatch) -> None:
    """`Enter` in a list of choices confirms the form too."""
    select = ChoiceList.action_select

    def select_and_save(choices: Any) -> None:
        select(choices)
        choices.screen.call_later(choices.screen.action_save)

    patch.setattr(ChoiceList, "action_select", select_and_save)


def close_what_is_on_top(patch: pytest.MonkeyPatch) -> None:
    """A late answer closes what is on top, whatever that is."""
    patch.setattr(Window, "dismiss", Screen.dismiss)


def draw_it_all(patch: pytest.MonkeyPatch) -> None:
    """A terminal is drawn as large as it says that it is."""
    patch.setattr(rendering, "clamped", lambda size: size)


MENDS = [
    Mend(
        "scans are recognised",
        take_no_codes,
        [*typed("3 1 enter"), *scanned("INV-00312\r")],
        "by keys that change nothing",
    ),
    Mend(
        "a scan behind the prefix is a code",
        forget_the_prefix,
        [*typed("3 1 enter"), *scanned(PREFIXES["f9"] + "RVOKUWZ\t")],
        "by keys that change nothing",
        prefix="f9",
    ),
    Mend(
        "help and palette make room",
        keep_passing,
        typed("ctrl+p f1 " * 6),
        "HelpScreen",
    ),
    Mend("one window of a kind", pile_up, typed("enter" + " z enter" * 6), "OrderScreen"),
    Mend("what can't be parsed is left out", parse_as_textual, typed("\x1b[1114112;1u f"), "chr()"),
    Mend(
        "the opening key means nothing",
        mind_the_opening_key,
        typed("o o"),
        "'OrderStatusForm', 'o'",
    ),
    Mend(
        "a question is painted first",
        ask_anybody,
        [*typed("a x escape"), *burst("\x1b[27u\x1b[C\r")],
        "ConfirmScreen",
    ),
    Mend(
        "a late answer leaves the lock",
        close_what_is_on_top,
        [*typed("3 1 enter w down"), *burst("\x13\x0c")],
        "the lock was closed",
        late=0.2,
    ),
    Mend(
        "what is drawn is clamped",
        draw_it_all,
        [Step("size", (900, 8)), Step("settle")],
        "too large",
    ),
    Mend("keys stop at a layer", let_keys_through_layers, typed("f tab down o"), "in a layer"),
    Mend(
        "enter in a list only chooses",
        confirm_in_dropdowns,
        typed("z 1 2 1 8 enter o 1 tab tab tab down down enter"),
        "not asked for",
    ),
]


def test_every_change_has_keys_that_ask_for_it() -> None:
    beginnings = ("ticket.", "order.", "change.", "person.", "shift.")
    by_keys = {kind for kind in EventKind if kind.startswith(beginnings)}
    imported = {EventKind.TICKET_UPDATED, EventKind.ORDER_UPDATED}
    undone = {EventKind.TICKET_RESTORED}  # comes with `change.undone`, which has its keys
    unasked = {kind for kind in by_keys if not any(map(kind.startswith, monkey._ASKED_BY))}
    assert unasked == imported | undone


def told(
    runs: Runs,  # noqa: F811
    steps: list[Step],
    size: tuple[int, int] = (120, 40),
    prefix: str = "",
) -> str:
    """What the test with random keys says of some steps; nothing where they pass."""
    with closing(runs.monkey(prefix)) as one:
        try:
            one.run([Step("home"), *steps], size)
        except Exception as error:
            return "".join(traceback.format_exception_only(error)) + repr(error.__context__)
        return ""


@pytest.mark.parametrize("prefix", ["", "f9"])
def test_with_every_mend_the_steps_pass(runs: Runs, prefix: str) -> None:  # noqa: F811
    steps = [
        step
        for mend in MENDS
        if mend.prefix == prefix
        for step in (Step("home"), *mend.steps, Step("home"), Step("size", (120, 40)))
    ]
    assert told(runs, steps, prefix=prefix) == ""


@pytest.mark.parametrize("mend", MENDS, ids=lambda mend: mend.name)
def test_with_a_mend_undone_its_steps_fail(
    mend: Mend,
    runs: Runs,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer_late(monkeypatch, pauses=(mend.late,))
    mend.undo(monkeypatch)
    assert mend.fails_with in told(runs, mend.steps, prefix=mend.prefix)
