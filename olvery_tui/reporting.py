"""The log file: where tracebacks go instead of the screen."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import stat
import sys
import tempfile
import threading
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Any

from olvery_tui.domain.errors import FileRefused
from olvery_tui.domain.text import without_secrets
from olvery_tui.files import begins_as_database, open_plain
from olvery_tui.settings import default_log_file

_BYTES = 1_000_000
_KEPT = 3

log = logging.getLogger(__name__)


class _PrivateFile(RotatingFileHandler):
    """A rotating log that only its owner can read."""

    def __init__(self, path: Path, *, shared_folder: bool) -> None:
        self._flags = os.O_NOFOLLOW if shared_folder else 0
        super().__init__(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8")

    def _open(self) -> IO[str]:  # type: ignore[override]
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=self._private)

    def _private(self, path: str, flags: int) -> int:
        if begins_as_database(path):
            raise PermissionError(path)
        handle = open_plain(path, flags | self._flags)
        found = os.fstat(handle)
        # In a shared folder somebody else may have laid a file there that they can read.
        if self._flags and found.st_uid != os.getuid():
            os.close(handle)
            raise PermissionError(path)
        if stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid():
            os.fchmod(handle, 0o600)
        return handle


class _Lines(logging.Formatter):
    """Lines of the log, in which no password of a database stands. Tracebacks name the places in
    the code, but not what was being done with: an exception may quote a name or a phone.
    """

    _VALUES = re.compile(r"""(['"]).*?\1|[^\x00-\x7f]+|\d{4,}|[A-Z]\w*""", re.DOTALL)
    """What is quoted, not English, long as a phone or begins like a name."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # as another handler has formatted it
        try:
            return without_secrets(super().format(record))
        finally:
            record.exc_text = None

    def formatException(self, ei: Any) -> str:  # noqa: N802  as in `logging.Formatter`
        told = traceback.TracebackException(*ei)
        waiting = [told]
        while waiting:
            each = waiting.pop()
            each._str = self._VALUES.sub("…", each._str)  # type: ignore[attr-defined]
            waiting += [one for one in (each.__cause__, each.__context__) if one is not None]
            waiting += each.exceptions or ()
        return "".join(told.format()).rstrip("\n")


def set_up(path: Path) -> Path | None:
    """Send the log to `path` (0600), or to the temporary folder where that can't be written.

    Returns the file in use, None where there is none. Nothing is ever logged to the screen.
    """
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for former in _ours():
        root.removeHandler(former)
        former.close()
    spare = Path(tempfile.gettempdir()) / f"olvery-tui-{os.getuid()}.log"
    for candidate in (path, spare):
        try:
            if candidate is path:
                candidate.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handler = _PrivateFile(candidate, shared_folder=candidate is spare)
        except (OSError, FileRefused):
            continue
        handler.setFormatter(_Lines("%(asctime)s %(levelname)s %(name)s %(message)s"))
        root.addHandler(handler)
        return candidate
    root.addHandler(logging.NullHandler())
    return None


def _ours() -> list[logging.Handler]:
    handlers = logging.getLogger().handlers
    return [one for one in handlers if isinstance(one, _PrivateFile | logging.NullHandler)]


class _Faults:
    """The faults of this process, for `--debug`."""

    last: BaseException | None = None


def fault(error: BaseException) -> str:
    """Log an unexpected error with its traceback; the code that the user is told instead."""
    _Faults.last = error
    if not _ours():  # so early that the settings are not known yet
        set_up(default_log_file())
    code = f"E-{os.urandom(3).hex()}"
    log.error("fault %s", code, exc_info=error)
    return code


def traceback_text(error: BaseException) -> str:
    """The traceback of an error, for `--debug`."""
    return without_secrets("".join(traceback.format_exception(error)))


def last_fault() -> BaseException | None:
    """The latest unexpected error of this process."""
    return _Faults.last


def keep_off_the_screen() -> None:
    """Log what Python would print by itself: faults of threads and of objects on their way out."""

    def of_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            fault(arguments.exc_value)

    def of_object(unraisable: sys.UnraisableHookArgs) -> None:
        with contextlib.suppress(Exception):
            fault(unraisable.exc_value or RuntimeError(unraisable.err_msg))

    threading.excepthook = of_thread
    sys.unraisablehook = of_object
