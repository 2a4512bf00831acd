"""Every text is readable in every theme that is offered: contrast of at least 4.5 to 1."""

from __future__ import annotations

from collections.abc import Iterator

from textual.color import Color

from olvery_tui.app.app import DeskApp
from olvery_tui.themes import TITLES
from tests.screens.conftest import settle
from tests.screens.ticket_desk import press

LEAST = 4.5
"""The least contrast of a text that is not large, in the Web Content Accessibility Guidelines."""

TICKET = ("2", "6", "enter")
WINDOWS: tuple[tuple[str, ...], ...] = (
    (),
    ("space", "down", "space", "up"),
    ("f", *"22-31", "tab", *"31.02", "tab", "tab"),
    ("slash", *"сем"),
    ("9", "9", "enter"),
    TICKET,
    (*TICKET, "v"),
    (*TICKET, "u"),
    (*TICKET, "w"),
    (*TICKET, "o"),
    (*TICKET, "h"),
    (*TICKET, "p"),
    (*TICKET, "z"),
    ("a",),
    ("a", *"корсак", "enter", "right"),
    ("a", *"корсак", "enter", "right", "tab", "tab", "down"),
    ("ctrl+p",),
    ("f1",),
    ("z",),
    ("s", "down", "down"),
    ("y",),
    ("y", *"мария", "enter"),
    ("e",),
    ("g",),
    ("ctrl+p", *"настр", "enter"),
    ("c",),
)


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


async def test_every_text_is_readable_in_every_theme(app: DeskApp) -> None:
    found: set[tuple[str, str]] = set()
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(pilot)
        for theme in TITLES:
            app.theme = theme
            await settle(pilot)
            for keys in WINDOWS:
                await press(pilot, *keys)
                found |= {(theme, text) for text in unreadable(app)}
                while len(app.screen_stack) > 1:
                    app.pop_screen()
                    await settle(pilot)
                await press(pilot, "escape", "escape", "x")
    assert not found, "\n".join(" ".join(each) for each in sorted(found))
