"""Keep the Russian catalogue: `check`, `update`, `compile`, `add FILE.json`.

Run as `python tools/catalogue.py COMMAND`; Babel reads and writes the files.

    check     say everything that is wrong with the catalogue and with texts in the code
    update    put new texts of the code into the catalogue, untranslated (`--prune`: drop unused)
    compile   write the .mo that the application reads
    add       merge translations from a JSON file and compile; several may run at once

A JSON file for `add` is either one object, `{"Ticket": "Билет", ...}`, or a list of

    {"msgid": "{count} ticket", "plural": "{count} tickets", "context": null,
     "str": ["{count} билет", "{count} билета", "{count} билетов"]}

where `plural` and `context` may be left out and `str` is then one text.
"""

import argparse
import ast
import fcntl
import fnmatch
import hashlib
import io
import json
import os
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "olvery_tui"
PO = PACKAGE / "locale" / "ru" / "LC_MESSAGES" / "olvery_tui.po"
MO = PO.with_suffix(".mo")
FORMS = 3
HEADER = """\
# Russian texts of olvery_tui. Kept by tools/catalogue.py: edit the translations, not the layout.
msgid ""
msgstr ""
"Project-Id-Version: olvery-tui\\n"
"Language: ru\\n"
"Language-Team: none\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
"n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

"""
CYRILLIC = re.compile(r"[\u0400-\u052f]")

# What a call's positional arguments are: context, singular, plural, or nothing to translate.
CALLS = {
    "_": "m",
    "N_": "m",
    "pgettext": "cm",
    "NP_": "cm",
    "ngettext": "mp",
    "npgettext": "cmp",
}
MARKERS = {"N_", "NP_"}


class Key(NamedTuple):
    """What names a text in the catalogue."""

    context: str | None
    msgid: str

    def __str__(self) -> str:
        inside = f" (in {self.context!r})" if self.context else ""
        return f"{self.msgid!r}{inside}"


class Entry(NamedTuple):
    """One text of the catalogue: its English plural, where it counts something, and the Russian."""

    plural: str | None
    texts: tuple[str, ...]

    @property
    def translated(self) -> bool:
        """Whether there is any Russian."""
        return any(self.texts)


class Use(NamedTuple):
    """Where the code uses a text, and with which English plural."""

    place: str
    plural: str | None


# ── The code's texts ─────────────────────────────────────────────────────────────────────────────


@dataclass
class Sources:
    """The texts used in the code, where each stands, and what is wrong with the code."""

    used: dict[Key, Use] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class Settings(NamedTuple):
    """`[tool.olvery.catalogue]` of pyproject.toml: globs of files with a right of their own."""

    cyrillic_allowed: tuple[str, ...]
    translated_at_import: tuple[str, ...]

    @classmethod
    def read(cls) -> "Settings":
        """The project's own settings, empty where pyproject.toml says nothing."""
        file = ROOT / "pyproject.toml"
        tables = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
        ours = tables.get("tool", {}).get("olvery", {}).get("catalogue", {})
        return cls(
            tuple(ours.get("cyrillic-allowed", ())), tuple(ours.get("translated-at-import", ()))
        )


class Reader(ast.NodeVisitor):
    """Reads one module: collects its texts and its mistakes."""

    def __init__(self, name: str, found: Sources, settings: Settings) -> None:
        self.name = name
        self.found = found
        self.cyrillic_allowed = _matches(name, settings.cyrillic_allowed)
        self.import_allowed = _matches(name, settings.translated_at_import)
        self.functions = 0

    def problem(self, node: ast.AST, text: str) -> None:
        """Remember what is wrong at `node`."""
        self.found.problems.append(f"{self.name}:{getattr(node, 'lineno', 0)}: {text}")

    def visit_Expr(self, node: ast.Expr) -> None:
        """Docstrings may quote the labels that a reader sees; nothing else may."""
        if not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)):
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Decorators and defaults run at import, the body does not."""
        for outside in (*node.decorator_list, node.args, node.returns):
            if outside is not None:
                self.visit(outside)
        self._visit_later(node.body)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - ast's name

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """As a function."""
        self.visit(node.args)
        self._visit_later([node.body])

    def _visit_later(self, body: list[Any]) -> None:
        self.functions += 1
        for statement in body:
            self.visit(statement)
        self.functions -= 1

    def visit_Constant(self, node: ast.Constant) -> None:
        """A text with Cyrillic letters belongs into the catalogue."""
        if not isinstance(node.value, str) or not CYRILLIC.search(node.value):
            return
        if not self.cyrillic_allowed:
            self.problem(node, f"Cyrillic letters in the code: {node.value!r}")
        elif len(node.value.split()) > 1:
            self.problem(node, f"Cyrillic words, not only letters, in: {node.value!r}")

    def visit_Call(self, node: ast.Call) -> None:
        """A translating call names a text of the catalogue."""
        called = node.func.id if isinstance(node.func, ast.Name) else None
        if isinstance(node.func, ast.Attribute):
            called = node.func.attr
        if called in CALLS:
            self._read_call(called, node)
        self.generic_visit(node)

    def _read_call(self, called: str, node: ast.Call) -> None:
        parts: dict[str, str] = {}
        for kind, argument in zip(CALLS[called], node.args, strict=False):
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                parts[kind] = argument.value
            elif isinstance(argument, ast.JoinedStr | ast.BinOp):
                self.problem(node, f"{called}() needs a plain text; format its result instead")
                return
        if called not in MARKERS and not self.functions and not self.import_allowed:
            self.problem(node, f"{called}() at import freezes the language; mark with N_() here")
        if len(parts) == len(CALLS[called]):  # otherwise a variable: marked elsewhere
            key = Key(parts.get("c"), parts["m"])
            use = Use(f"{self.name}:{node.lineno}", parts.get("p"))
            known = self.found.used.get(key)
            if known is None or (use.plural and not known.plural):
                self.found.used[key] = use
            elif use.plural and use.plural != known.plural:
                self.problem(node, f"{known.place} gives {key} another plural: {known.plural!r}")


def read_sources() -> Sources:
    """All texts of the package."""
    found, settings = Sources(), Settings.read()
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name != "olvery_tui/i18n.py":
            Reader(name, found, settings).visit(ast.parse(path.read_text("utf-8"), name))
    return found


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


# ── The catalogue's file ─────────────────────────────────────────────────────────────────────────


@contextmanager
def locked() -> Iterator[None]:
    """One writer at a time, however many processes."""
    name = hashlib.sha256(str(PO).encode()).hexdigest()[:12]
    with (Path(tempfile.gettempdir()) / f"olvery_tui-catalogue-{name}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read_catalogue() -> Catalog:
    """The catalogue as it is in the file; an empty one before there is a file."""
    text = PO.read_text("utf-8") if PO.exists() else HEADER
    return read_po(io.StringIO(text), locale="ru", abort_invalid=True)


def write_catalogue(catalogue: Catalog) -> None:
    """Write the .po, and the .mo with it."""
    _replace(PO, written(catalogue))
    _replace(MO, compiled())


def written(catalogue: Catalog) -> bytes:
    """The .po: sorted, without dates, places or anything else that changes by itself."""
    body = io.BytesIO()
    write_po(
        body,
        catalogue,
        width=100,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    return (HEADER.encode() + body.getvalue().strip(b"\n")).rstrip(b"\n") + b"\n"


def compiled() -> bytes:
    """What the .mo must hold: the same bytes for the same .po, whenever it is made."""
    catalogue = read_catalogue()
    catalogue.creation_date = catalogue.revision_date = datetime(2022, 12, 6, tzinfo=UTC)
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def compile_catalogue() -> Path:
    """Write the .mo beside the .po, where it is missing or old, and say where it is."""
    new = compiled()
    if not MO.exists() or MO.read_bytes() != new:
        _replace(MO, new)
    return MO


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).chmod(0o644)
    os.replace(file.name, path)


def entries_of(catalogue: Catalog) -> dict[Key, Entry]:
    """The catalogue's texts by what names them."""
    entries = {}
    for message in catalogue:
        if not message.id:
            continue
        if isinstance(message.id, str):
            entries[Key(message.context, message.id)] = Entry(None, (str(message.string),))
        else:
            singular, plural = message.id
            texts = tuple(message.string or ())
            entries[Key(message.context, singular)] = Entry(plural, texts)
    return entries


def put(catalogue: Catalog, key: Key, entry: Entry) -> None:
    """Set one text, whatever was there."""
    catalogue.delete(key.msgid, key.context)
    if entry.plural:
        catalogue.add((key.msgid, entry.plural), entry.texts, context=key.context)
    else:
        catalogue.add(key.msgid, entry.texts[0], context=key.context)


# ── The commands ─────────────────────────────────────────────────────────────────────────────────


def check() -> list[str]:
    """Everything that is wrong, one sentence each."""
    found = read_sources()
    catalogue = read_catalogue()
    entries = entries_of(catalogue)
    problems = list(found.problems)
    for key, use in found.used.items():
        entry = entries.get(key)
        if entry is None or not entry.translated:
            problems.append(f"{use.place}: no Russian for {key}")
        elif use.plural and use.plural != entry.plural:
            problems.append(f"{use.place}: the catalogue's plural of {key} is {entry.plural!r}")
    for key, entry in entries.items():
        if key not in found.used:
            problems.append(f"{PO.name}: not used any more: {key}")
        if entry.translated:
            problems += [f"{PO.name}: {key}: {fault}" for fault in faults(key, entry)]
    problems += [f"{PO.name}: marked fuzzy: {m.id!r}" for m in catalogue if m.id and m.fuzzy]
    return problems


def faults(key: Key, entry: Entry) -> Iterator[str]:
    """What is wrong with a translation in itself."""
    forms = FORMS if entry.plural else 1
    if len(entry.texts) != forms or not all(entry.texts):
        yield f"needs {forms} form{'s' if forms > 1 else ''}"
    wanted = _placeholders(entry.plural or key.msgid)
    for text in filter(None, entry.texts):
        try:
            got = _placeholders(text)
        except ValueError as error:
            yield f"{text!r}: {error}"
            continue
        if got != wanted:
            yield f"placeholders differ: {_named(wanted)} and {_named(got)} in {text!r}"
        if text.endswith("\n") != key.msgid.endswith("\n"):
            yield f"one ends with a new line, the other does not: {text!r}"


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _named(names: set[str]) -> str:
    return ", ".join("{" + name + "}" for name in sorted(names)) or "none"


def update(*, prune: bool) -> list[str]:
    """Bring new texts in, keep translations as they are, and tell what has none or no use."""
    with locked():
        used = read_sources().used
        catalogue = read_catalogue()
        entries = entries_of(catalogue)
        for key, use in used.items():
            if key not in entries:
                put(catalogue, key, Entry(use.plural, ("",) * (FORMS if use.plural else 1)))
        unused = entries.keys() - used.keys()
        if prune:
            for key in unused:
                catalogue.delete(key.msgid, key.context)
        write_catalogue(catalogue)
    untranslated = [key for key, entry in entries_of(catalogue).items() if not entry.translated]
    return [f"no Russian yet: {key}" for key in sorted(untranslated, key=str)] + [
        f"{'dropped' if prune else 'not used'}: {key}" for key in sorted(unused, key=str)
    ]


def add(file: Path, *, replace: bool) -> list[str]:
    """Merge the translations of a JSON file; a different text that is already there stays.

    Returns:
        What was not taken over.
    """
    refused = []
    with locked():
        catalogue = read_catalogue()
        for key, entry in _read_json(file):
            present = entries_of(catalogue).get(key)
            if wrong := list(faults(key, entry)):
                refused += [f"{key}: {fault}" for fault in wrong]
            elif present is None or not present.translated or replace:
                put(catalogue, key, entry)
            elif present != entry:
                refused.append(f"{key} is {present.texts}, kept; --replace makes it {entry.texts}")
        write_catalogue(catalogue)
    return refused


def _read_json(file: Path) -> Iterator[tuple[Key, Entry]]:
    content = json.loads(file.read_text("utf-8"))
    if isinstance(content, dict):
        content = [{"msgid": msgid, "str": text} for msgid, text in content.items()]
    for item in content:
        texts = item["str"]
        entry = Entry(item.get("plural"), (texts,) if isinstance(texts, str) else tuple(texts))
        yield Key(item.get("context"), item["msgid"]), entry


def main() -> int:
    """Run one command; 1 when something was found wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="say everything that is wrong")
    updating = commands.add_parser("update", help="put new texts of the code into the catalogue")
    updating.add_argument("--prune", action="store_true", help="drop texts that no code uses")
    commands.add_parser("compile", help="write the .mo")
    adding = commands.add_parser("add", help="merge translations from a JSON file and compile")
    adding.add_argument("file", type=Path)
    adding.add_argument("--replace", action="store_true", help="also where another text is there")
    arguments = parser.parse_args()

    match arguments.command:
        case "check":
            told = check()
            failed = bool(told)
        case "update":
            told = update(prune=arguments.prune)
            failed = False
        case "add":
            told = add(arguments.file, replace=arguments.replace)
            failed = bool(told)
        case _:
            with locked():
                told = [str(compile_catalogue().relative_to(ROOT))]
            failed = False
    for line in told:
        print(line, file=sys.stderr if failed else sys.stdout)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
