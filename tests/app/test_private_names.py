"""What is private to Textual and Rich is used where `docs/architecture.md` says, nowhere else."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import rich
import textual
import typer
from textual.app import App
from textual.command import CommandPalette
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import AwaitMount, Widget
from textual.widgets import DataTable, OptionList

import olvery_tui
from tests import each as cases

LIBRARIES = (textual, rich, typer)
OWNERS = {
    each.__name__: each
    for each in (
        *(
            App,
            AwaitMount,
            CommandPalette,
            DataTable,
            DOMNode,
            Driver,
            LinuxDriver,
            MessagePump,
            OptionList,
        ),
        *(Screen, Stylesheet, Widget),
    )
} | {
    name: getattr(importlib.import_module(module), name)
    for name, module in (
        ("Compositor", "textual._compositor"),
        ("Console", "rich.console"),
        ("Style", "rich.style"),
        ("WriterThread", "textual.drivers._writer_thread"),
        ("XTermParser", "textual._xterm_parser"),
    )
}

_ROOT = Path(olvery_tui.__file__).parent
_DOCS = _ROOT.parent / "docs" / "architecture.md"
_PLACES = ("app/app.py", "app/rendering.py", "app/frame.py", "app/input.py", "widgets/table/")


@cache
def documented() -> frozenset[tuple[str, str]]:
    """The rows of the table: each file with each name in it."""
    section = _DOCS.read_text().partition("## What is private to Textual and Rich")[2]
    rows = re.findall(r"^\| `([a-z_/]+\.py)` \| ([^|]+) \| [^|]+ \|$", section, re.MULTILINE)
    return frozenset(
        (file, name) for file, names in rows for name in re.findall(r"`([\w.]+)`", names)
    )


@cases.each("name", sorted({name for _file, name in documented()}))
def test_textual_and_rich_still_have_it(name: str) -> None:
    owner, _, attribute = name.partition(".")
    if owner in OWNERS:
        assert attribute in _defined(OWNERS[owner])
    else:
        importlib.import_module(name)


def test_each_use_is_documented_and_stands_in_one_of_the_places() -> None:
    uses = {(file, name) for file, tree in _sources() for name in _private_names(file, tree)}
    assert uses == {(file, _bare(name)) for file, name in documented()}
    assert all(file.startswith(_PLACES) for file, _name in uses)


def _bare(name: str) -> str:
    owner, _, attribute = name.partition(".")
    return attribute if owner in OWNERS else name


# What the sources say


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


def _is_library(name: str) -> bool:
    return name.partition(".")[0] in {each.__name__ for each in LIBRARIES}


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(_ROOT.rglob("*.py")):
        yield str(path.relative_to(_ROOT)), ast.parse(path.read_text())


def _of_class(node: ast.ClassDef) -> Iterator[str]:
    """The names that a class defines, in its body or on `self`."""
    for each in node.body:
        match each:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
    for each in ast.walk(node):
        match each:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                yield name


@cache
def _library_classes() -> dict[tuple[str, str], frozenset[str]]:
    """The private names that each class of the libraries defines."""
    return {
        (".".join(path.relative_to(root.parent).with_suffix("").parts), node.name): frozenset(
            filter(_is_private, _of_class(node))
        )
        for root in (Path(str(library.__file__)).parent for library in LIBRARIES)
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    }


@cache
def _library_names() -> frozenset[str]:
    """The private names that any class of the libraries defines."""
    return frozenset().union(*_library_classes().values())


def _defined(kind: type) -> frozenset[str]:
    """The private names that a class and its bases in the libraries define."""
    classes = _library_classes()
    each_base = (classes.get((base.__module__, base.__name__)) for base in kind.__mro__)
    return frozenset().union(*filter(None, each_base))


def _private_names(file: str, tree: ast.Module) -> Iterator[str]:
    """What is private to a library in one file: modules, attributes, overridden names."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    ours = {name for node in classes for name in _of_class(node)}
    for node in classes:
        inherited = _inherited(file, node)
        yield from inherited & {*_of_class(node), *_asked_of_self(node)}
    for each in ast.walk(tree):
        match each:
            case ast.ImportFrom(module=str(module), names=names) if _is_library(module):
                if any(map(_is_private, module.split("."))):
                    yield module
                yield from (alias.name for alias in names if _is_private(alias.name))
            case ast.Attribute(value=owner, attr=name) if not _is_self(owner):
                if name in _library_names() - ours and ast.unparse(owner) != "os":
                    yield name
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(str(name)), *_]):
                if name in _library_names() - ours:
                    yield name


def _is_self(node: ast.AST) -> bool:
    return ast.unparse(node) in ("self", "cls", "super()")


def _asked_of_self(node: ast.ClassDef) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and _is_self(each.value):
            yield each.attr


def _inherited(file: str, node: ast.ClassDef) -> frozenset[str]:
    """The private names that a class inherits from a library."""
    if "migrations" in file or file == "__main__.py":
        return frozenset()
    module = importlib.import_module(f"olvery_tui.{file[:-3].replace('/', '.')}")
    kind = getattr(module, node.name, None)
    return _defined(kind) if isinstance(kind, type) else frozenset()
