"""The application is composed: its parts are objects that it owns, not bases that it inherits."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import olvery_tui
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


def test_an_exclusive_worker_is_given_what_it_calls_when_it_begins() -> None:
    """A coroutine that is made beforehand is never awaited where a newer worker comes first."""
    for path in Path(olvery_tui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".run_worker"):
                is_exclusive = any(each.arg == "exclusive" for each in node.keywords)
                assert not (is_exclusive and isinstance(node.args[0], ast.Call)), path
