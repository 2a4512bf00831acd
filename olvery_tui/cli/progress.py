"""How far a long command is, on stderr: a bar on a terminal, nothing in a pipe."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn


class ProgressBar:
    """One task; `print` writes lines above its bar."""

    def __init__(self, task: str = "") -> None:
        self._console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[beside]}"),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._progress.add_task(task, total=None, beside="")

    def __enter__(self) -> ProgressBar:
        self._progress.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._progress.stop()

    def update(self, done: int, total: int, *, task: str | None = None, beside: str = "") -> None:
        """Show how much is done; `task` names what is being done now."""
        self._progress.update(
            self._task, completed=done, total=total, description=task, beside=beside
        )

    def print(self, text: str) -> None:
        """Write a line above the bar."""
        self._console.print(text, soft_wrap=True)
