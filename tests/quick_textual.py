"""Textual for some hundred applications in one process: what it does is the same, only quicker."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from time import monotonic
from types import CodeType, FunctionType
from typing import Any

from textual import _callback, strip
from textual.css.model import RuleSet
from textual.css.styles import RenderStyles
from textual.css.stylesheet import Stylesheet
from textual.message_pump import MessagePump
from textual.pilot import Pilot, WaitForScreenTimeout
from textual.reactive import Reactive

from olvery_tui.app import startup
from olvery_tui.app.errors import Errors
from olvery_tui.app.rendering import Found, Numbers, Sheets

_parse_rules = Stylesheet._parse_rules
_parsed: dict[Any, list[RuleSet]] = {}


def _parse_rules_once(self: Stylesheet, *sheet: Any, **more: Any) -> list[RuleSet]:
    """Every application parses the same sheets with the same colours; nobody changes the result."""
    key = (sheet, frozenset(more.items()), frozenset(self._variables.items()))
    if key not in _parsed:
        _parsed[key] = _parse_rules(self, *sheet, **more)
    return _parsed[key]


_parse = Sheets.parse
_sheets: dict[Any, tuple[list[RuleSet], dict[str, list[RuleSet]], dict[int, Found], Numbers]] = {}


def _parse_once(self: Sheets) -> None:
    """Where the sheets and colours are the same, so are the rules of the nodes in equal places."""
    key = (tuple(self.source.items()), frozenset(self._variables.items()))
    if key not in _sheets:
        _parse(self)
        _sheets[key] = self._rules, self.rules_map, {}, Numbers()
    self._rules, self._rules_map, self._found, self._paths = _sheets[key]
    self._require_parse = False


_count_parameters = _callback._count_parameters
_counted: dict[CodeType, int] = {}


def _count_parameters_once(called: Callable[..., Any]) -> int:
    """A function that is made anew for each call takes as many as the one before."""
    if type(called) is not FunctionType or vars(called):
        return _count_parameters(called)
    if called.__code__ not in _counted:
        _counted[called.__code__] = _count_parameters(called)
    return _counted[called.__code__]


_LOOK_SECONDS = 0.001

_get_reactive: Any = Reactive.__get__
_plain: set[tuple[type, Reactive[Any]]] = set()


def _get_reactive_quickly(self: Reactive[Any], widget: Any, of_type: Any) -> Any:
    """What has a value and is not computed is looked up, a thousand times a test."""
    key = type(widget), self
    if key in _plain:
        own = vars(widget)
        if self.internal_name in own:
            return own[self.internal_name]
    elif widget is not None and not hasattr(type(widget), self.compute_name):
        _plain.add(key)
    return _get_reactive(self, widget, of_type)


def _get_rule(self: RenderStyles, name: str, default: object = None) -> object:
    """What a widget says itself, else what the sheets say."""
    own = self._inline_styles._rules
    return own[name] if name in own else self._base_styles._rules.get(name, default)  # type: ignore[literal-required]


def _rests(pump: MessagePump) -> bool:
    """Whether it waits for its next message, or is gone."""
    queue = pump._message_queue
    waits = not queue.values and bool(queue.ready_event._waiters)
    return waits or pump._closing or pump._closed


async def _wait_for_screen(pilot: Pilot[Any], seconds: float = 30.0) -> bool:
    """Look whether every widget rests. Textual sends a message to each, after each key."""
    app, screen = pilot.app, pilot.app.screen
    deadline = monotonic() + seconds
    while app._exception is None:
        if all(map(_rests, (app, *screen.walk_children(with_self=True)))):
            return True
        if monotonic() > deadline:
            raise WaitForScreenTimeout("Timed out while waiting for widgets to rest.")
        await asyncio.sleep(_LOOK_SECONDS)
    return False


_handle_fault = Errors.handle_fault


def _note_for_pilot(errors: Errors, error: Exception) -> None:
    """The application survives a fault; the pilot of a test shall raise it."""
    app = errors._app
    if app._exception is None:
        app._exception = error
        app._exception_event.set()
    _handle_fault(errors, error)


def make_quick() -> None:
    """Look values up in one step, parse each style sheet once, hash rules (a million
    times a test) in C, and don't look through everything that was ever imported for garbage each
    time an application has settled. Tell the pilot of faults.
    """
    Reactive.__get__ = _get_reactive_quickly  # type: ignore[assignment]
    RenderStyles.get_rule = _get_rule  # type: ignore[method-assign]
    Stylesheet._parse_rules = _parse_rules_once  # type: ignore[method-assign]
    Sheets.parse = _parse_once  # type: ignore[method-assign]
    _callback._count_parameters = _count_parameters_once
    strip.FIFOCache = lambda _size: {}  # type: ignore[assignment, misc]
    RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]
    Pilot._wait_for_screen = _wait_for_screen  # type: ignore[method-assign]
    startup.collect_garbage = gc.enable
    Errors.handle_fault = _note_for_pilot  # type: ignore[method-assign]
