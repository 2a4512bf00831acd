"""The application's themes."""

from __future__ import annotations

from dataclasses import replace

from textual.theme import Theme

from olvery_tui.i18n import N_

THEMES = (
    Theme(
        name="olvery-dark",
        primary="#5aa9e6",
        secondary="#7fc8a9",
        accent="#f4b860",
        foreground="#dfe6ee",
        background="#11161d",
        surface="#171e27",
        panel="#1f2935",
        success="#6fcf97",
        warning="#f2c94c",
        error="#eb6f6f",
        dark=True,
        variables={
            "text-muted": "#aab8c5",
            "foreground-muted": "#aab8c5",
            "text-disabled": "#aab8c5",
            "input-selection-background": "#24486a",
            "block-cursor-background": "#24486a",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-blurred-background": "#26374a",
            "input-cursor-background": "#f4b860",
            "footer-key-foreground": "#f4b860",
            "scrollbar": "#3d5468",
            "scrollbar-background": "#1f2935",
            "scrollbar-background-hover": "#1f2935",
            "scrollbar-background-active": "#1f2935",
            "scrollbar-corner-color": "#1f2935",
        },
    ),
    Theme(
        name="olvery-light",
        primary="#1f6fb2",
        secondary="#2f8f63",
        accent="#854b00",
        foreground="#1c2733",
        background="#f6f8fa",
        surface="#ffffff",
        panel="#e6ecf2",
        success="#176b3a",
        warning="#9a6a00",
        error="#b03a2e",
        dark=False,
        variables={
            "text-muted": "#4d5a66",
            "foreground-muted": "#4d5a66",
            "text-disabled": "#4d5a66",
            "input-selection-background": "#bcd9f2",
            "block-cursor-background": "#bcd9f2",
            "block-cursor-foreground": "#0d1b2a",
            "block-cursor-blurred-background": "#dbe7f2",
            "footer-key-foreground": "#854b00",
        },
    ),
    Theme(
        name="olvery-contrast",
        primary="#ffd84d",
        secondary="#6ee7ff",
        accent="#6ee7ff",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#262626",
        success="#7dff9b",
        warning="#ffd84d",
        error="#ff9a8f",
        dark=True,
        variables={
            "input-selection-background": "#00409f",
            "block-cursor-background": "#00409f",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-blurred-background": "#4a4a4a",
            "input-cursor-background": "#6ee7ff",
            "input-cursor-foreground": "#000000",
            "footer-key-foreground": "#6ee7ff",
            "text-muted": "#d0d0d0",
            "foreground-muted": "#d0d0d0",
            "text-disabled": "#d0d0d0",
            "scrollbar": "#8c8c8c",
            "scrollbar-background": "#262626",
            "scrollbar-background-hover": "#262626",
            "scrollbar-background-active": "#262626",
            "scrollbar-corner-color": "#262626",
        },
    ),
)

_SIXTEEN_COLOURS = {
    "olvery-light": {
        "block-cursor-background": "#0000aa",
        "block-cursor-foreground": "#ffffff",
        "footer-key-foreground": "#aa0000",
    }
}
"""Where the nearest of sixteen colours is pale on a theme's background: others of its variables."""


STYLES = {"calendar-cursor-style": "bold", "calendar-selected-style": "none"}
"""Variables that a theme may have others of."""

_SIXTEEN_COLOURS_STYLES = {
    "calendar-cursor-style": "bold reverse",
    "calendar-selected-style": "underline",
}
"""In the calendar bars, selection and cursor have one background in sixteen colours."""


def for_terminal(theme: Theme, color_system: str | None) -> Theme:
    """Return a theme as it is readable in a terminal: with sixteen colours some are others."""
    if color_system != "standard":
        return theme
    theme = replace(theme, variables=theme.variables | _SIXTEEN_COLOURS_STYLES)
    variables = _SIXTEEN_COLOURS.get(theme.name)
    if variables is None:
        return theme
    return replace(
        theme, primary="#0000aa", accent="#aa0000", warning="#aa0000", error="#aa0000",
        success="#000000", variables=theme.variables | variables,
    )  # fmt: skip


TITLES = {
    "olvery-dark": N_("Theme: dark"),
    "olvery-light": N_("Theme: light"),
    "olvery-contrast": N_("Theme: high contrast"),
}
"""The themes that the palette offers, by name."""
