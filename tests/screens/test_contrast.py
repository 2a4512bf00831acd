"""Every text is readable in every theme that is offered: contrast of at least 4.5 to 1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rich.color import Color as RichColor
from rich.color import ColorSystem
from textual.color import Color
from textual.pilot import Pilot

from olvery_tui.app.app import DeskApp
from olvery_tui.themes import THEMES, TITLES, for_terminal
from tests.screens.conftest import settle
from tests.screens.ticket_desk import find, press

LEAST = 4.5
"""The least contrast of a text that is not large, in the Web Content Accessibility Guidelines."""

JOURNEY = (
    "",
    "space down space up",
    "escape f =22-31 tab =31.02 tab tab",
    "escape x slash =сем",
    "escape 9 9 enter",
    "escape 2 6 enter",
    "v",
    "r",
    "u",
    "escape w",
    "escape o",
    "escape h",
    "escape p",
    "escape z",
    "escape escape a",
    "=корсак enter right",
    "tab tab down",
    "escape escape",
    "right enter ctrl+p",
    "escape f1",
    "escape e",
    "escape g",
    "escape y",
    "=мария enter",
    "escape escape escape s down down",
    "escape ctrl+p =настр enter",
    "escape c",
    "z z",
)
"""Keys that lead from each state of the application to the next; after `=` stands typed text."""

SCREENS = 20
"""Kinds of screens and windows on that way: none is missed because a key did something else."""


def luminance(color: Color) -> float:
    """The relative luminance of the guidelines, from 0 to 1."""
    parts = (part / 255 for part in (color.r, color.g, color.b))
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """The contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def unreadable(app: DeskApp) -> Iterator[str]:
    """Each text in front that is hard to read. What a window covers is not to be read."""
    windows = app.screen.query("#window")
    front = windows.first().region if windows else app.screen.region
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        x = 0
        for text, style, _control in strip:
            is_text = any(letter.isalnum() for letter in text)
            in_front = front.contains(x, y) or y == app.size.height - 1
            if is_text and in_front and style and style.color and style.bgcolor:
                colours = (Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))
                if style.dim or contrast(*colours) < LEAST:
                    dim = " dim" if style.dim else ""
                    names = " on ".join(each.hex for each in colours)
                    yield f"{text.strip()!r} {names}{dim} {contrast(*colours):.1f}"
            x += len(text)


async def go_on(pilot: Pilot[Any], keys: str) -> None:
    for key in keys.split():
        if key.startswith("="):
            await find(pilot, key[1:])
        else:
            await press(pilot, key)


async def test_every_text_is_readable_in_every_theme(app: DeskApp) -> None:
    found: set[tuple[str, str]] = set()
    seen: set[type] = set()
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(pilot)
        for theme in TITLES:
            app.theme = theme
            await settle(pilot)
            for keys in JOURNEY:
                await go_on(pilot, keys)
                seen.add(type(app.screen))
                found |= {(theme, text) for text in unreadable(app)}
            await press(pilot, "z")
    assert not found, "\n".join(" ".join(each) for each in sorted(found))
    assert len(seen) == SCREENS


XTERM = [
    Color.parse(f"#{each}")
    for each in (
        *("000000", "cd0000", "00cd00", "cdcd00", "0000ee", "cd00cd", "00cdcd", "e5e5e5"),
        *("7f7f7f", "ff0000", "00ff00", "ffff00", "5c5cff", "ff00ff", "00ffff", "ffffff"),
    )
]
"""The sixteen colours of xterm."""


def of_sixteen(name: str) -> Color:
    """The colour that is nearest to one in a terminal that has sixteen."""
    number = RichColor.parse(name).downgrade(ColorSystem.STANDARD).number
    return XTERM[number or 0]


@pytest.mark.parametrize("name", TITLES)
def test_sixteen_colours_are_readable_too(name: str) -> None:
    (theme,) = (for_terminal(each, "standard") for each in THEMES if each.name == name)
    colours = {
        each: getattr(theme, each)
        for each in ("foreground", "primary", "accent", "success", "warning", "error")
    }
    behind = of_sixteen(str(theme.surface))
    assert {
        each: contrast(of_sixteen(colour), behind)
        for each, colour in colours.items()
        if contrast(of_sixteen(colour), behind) < LEAST
    } == {}
    variables = theme.variables
    cursor, text = (variables[f"block-cursor-{each}"] for each in ("background", "foreground"))
    assert contrast(of_sixteen(cursor), of_sixteen(text)) >= 3
    assert of_sixteen(cursor) != behind
