"""The application is composed: its parts are objects that it owns, not bases that it inherits."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

from olvery_tui import app as package
from olvery_tui.app.app import DeskApp

CLASSES = [
    kind
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    for kind in vars(importlib.import_module(module.name)).values()
    if inspect.isclass(kind) and kind.__module__ == module.name
]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_a_class_has_one_base_of_ours_at_most(kind: type) -> None:
    ours = [base for base in kind.__bases__ if base.__module__.startswith("olvery_tui.")]
    assert len(ours) <= 1


@pytest.mark.parametrize("hook", ["on_event", "push_screen", "notify", "_display", "check_action"])
def test_a_hook_of_textual_is_overridden_once(hook: str) -> None:
    overridden = [
        base
        for base in DeskApp.__mro__
        if hook in vars(base) and base.__module__.startswith("olvery_tui.")
    ]
    assert overridden == [DeskApp]
