"""The moment of quiet for which typed text waits passes when a test says so.

Not by itself: a busy machine has other things to do between two keys, and an idle one is waited
for in vain.
"""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App

from olvery_tui.widgets.filters import filter_form
from olvery_tui.widgets.pickers import person_search

_LONG = 300.0


def hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on it does not end by itself."""
    monkeypatch.setattr(filter_form, "LEFT_SECONDS", _LONG)
    monkeypatch.setattr(person_search, "DEBOUNCE", _LONG)


def passes(app: App[Any]) -> bool:
    """It is over, everywhere; whether anything waited for that."""
    waiting = [
        (widget, timer)
        for screen in app.screen_stack
        for widget in screen.walk_children(with_self=True)
        if widget._timers
        for timer in list(widget._timers)
        if timer._interval == _LONG and timer._task is not None and not timer._task.done()
    ]
    for widget, timer in waiting:
        timer.stop()
        if timer._callback is not None:
            widget.call_later(timer._callback)
    return bool(waiting)
