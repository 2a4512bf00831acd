"""Writes what was measured as a page of the documentation."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

Row = Sequence[object]


@dataclass
class Report:
    """A page that grows while measurements come in. `missed` holds the goals that were not met.

    `command` is what measures all of it.
    """

    command: str = "make bench"
    parts: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def section(self, name: str, title: str, explained: str) -> None:
        """Begin a section: what its figures mean, and the command that measures it alone."""
        self.parts.append(
            f"\n## {title}\n\n{explained}\n\nAlone: `{self.command} ARGS='--only {name}'`\n"
        )

    def table(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Figures in columns; the first one names them."""
        lines = [
            "| " + " | ".join(columns) + " |",
            "|" + "|".join("---" if not index else "---:" for index in range(len(columns))) + "|",
        ]
        lines += ["| " + " | ".join(_shown(cell) for cell in row) + " |" for row in rows]
        self.parts.append("\n" + "\n".join(lines) + "\n")

    def goals(self, *goals: Row) -> None:
        """What was promised: rows that `goal` has made."""
        self.table(["goal", "measured", "allowed", "met"], goals)

    def goal(self, name: str, measured: float, most: float, unit: str = "×") -> Row:
        """What was measured, what it may be at most, and whether that is so."""
        met = measured <= most
        if not met:
            self.missed.append(
                f"{name}: {_figure(measured)} {unit}, at most {_figure(most)} {unit}"
            )
        return [
            name,
            f"{_figure(measured)} {unit}",
            f"≤ {_figure(most)} {unit}",
            "yes" if met else "**no**",
        ]

    def failed(self, name: str, error: Exception) -> None:
        """A section that could not be measured to its end counts as missed."""
        self.missed.append(f"{name}: not measured, {error}")

    def page(self, head: str, left_out: Sequence[str]) -> str:
        """The whole page."""
        return "".join([head, _left_out(left_out), _missed(self.missed), *self.parts])


def head(tickets: int) -> str:
    import textual

    return (
        "# Performance\n\n"
        "Measured and written by `make bench`. What is compared is measured in turns in one run, so"
        "\nthat the ratios hold on another machine too; the times are those of this one:"
        f"\n{os.cpu_count()} cores, Python {platform.python_version()},"
        f" Textual {textual.__version__}, SQLite {sqlite3.sqlite_version}."
        f"\n{tickets:,} tickets with Russian names, made by `bench/generate.py` and loaded by"
        " `olvery-tui import`.\n"
    )


def _left_out(names: Sequence[str]) -> str:
    return f"\nNot measured in this run: {', '.join(names)}.\n" if names else ""


def _missed(missed: Sequence[str]) -> str:
    if not missed:
        return "\nEvery goal was met.\n"
    return "\nGoals that this run missed:\n\n" + "".join(f"- {one}\n" for one in missed)


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _figure(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
