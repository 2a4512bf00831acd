"""The names of the presets, and how many each has."""

from __future__ import annotations

from olvery_tui.domain.pages import Count
from olvery_tui.domain.presets import Preset
from olvery_tui.i18n import N_, NP_, _, pgettext
from olvery_tui.wording.listing import number_text

_LABELS = {
    Preset.TODAY: N_("Today"),
    Preset.EXPECTED: N_("Expected"),
    Preset.INSIDE: N_("Inside"),
    Preset.OVERDUE: N_("Time is up"),
    Preset.UNPAID: N_("Not paid"),
    Preset.ALL: N_("All"),
    Preset.RENEWAL: N_("To renew"),
}

_SHORT = {
    Preset.OVERDUE: NP_("narrow tab", "Time is up"),
    Preset.UNPAID: NP_("narrow tab", "Not paid"),
    Preset.RENEWAL: NP_("narrow tab", "To renew"),
}

_NARROW_MOST = 99


def preset_label(preset: Preset, *, short: bool = False) -> str:
    """Return `Время истекло`, or `Истекло` where there is little room."""
    if short and preset in _SHORT:
        return pgettext("narrow tab", _SHORT[preset])
    return _(_LABELS[preset])


def preset_count(count: Count, *, short: bool = False) -> str:
    """Return `12`, `999+`, or `99+` where there is little room."""
    if short and count.value > _NARROW_MOST:
        return f"{_NARROW_MOST}+"
    return f"{number_text(count.value)}{'+' if count.capped else ''}"
