"""The command line: commands for scripts, turnstiles, services and administration."""

from __future__ import annotations


def run(words: list[str] | None = None) -> int:
    """Run one command; its exit code (0 done, 1 the answer is no, 2 usage or environment)."""
    from olvery_tui.cli.runner import run as run_command

    return run_command(words)
