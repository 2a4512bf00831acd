"""Measures everything and writes `docs/performance.md`.

    python -m bench [--tickets 1000000] [--folder DIR] [--keep] [--only opening,wire,…] [--out FILE]

The databases are made in `--folder` (a temporary one by default); `--keep` uses those that are
there already. What `--only` leaves out stays in the page as it was.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.databases import database
from bench.report import Report, head
from bench.running import Bench, run
from bench.sections import APART, SECTIONS

_DOC = Path(__file__).parent.parent / "docs" / "performance.md"


def main(words: list[str] | None = None) -> int:
    """Read the command line, measure, write; exit 1 where a goal was missed or not measured."""
    asked = _arguments(words)
    report = Report()
    with tempfile.TemporaryDirectory(prefix="olvery-bench-") as temporary:
        folder = asked.folder or Path(temporary)
        small = database(folder, asked.few, keep=asked.keep)
        large = database(folder, asked.tickets, keep=asked.keep)
        run(report, SECTIONS, asked.only, Bench(report, small, large, asked.times))
    report.write(asked.out, head(asked.tickets))
    for missed in report.missed:
        print(f"missed: {missed}", file=sys.stderr)
    return 1 if report.missed else 0


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--few", type=int, default=100)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument(
        "--only", type=_names, default=[name for name in SECTIONS if name not in APART]
    )
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--out", type=Path, default=_DOC)
    return parser.parse_args(words)


def _names(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in SECTIONS:
            raise argparse.ArgumentTypeError(f"{name}: not one of {', '.join(SECTIONS)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
