"""The log file, which gets tracebacks instead of the screen."""

from __future__ import annotations

import contextlib
import copy
import errno
import logging
import os
import stat
import sys
import tempfile
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Any

from olvery_tui.domain import faults
from olvery_tui.domain.errors import FileRefused
from olvery_tui.domain.text import without_secrets
from olvery_tui.files import begins_as_database, open_plain
from olvery_tui.settings import default_log_file

_BYTES = 1_000_000
_KEPT = 3

log = logging.getLogger(__name__)


class _PrivateFile(RotatingFileHandler):
    """A rotating log file that only its owner can read."""

    def __init__(self, path: Path, *, shared_folder: bool) -> None:
        self._flags = os.O_NOFOLLOW if shared_folder else 0
        super().__init__(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Ignore the error: a full disk must not print tracebacks over the screen."""

    def close(self) -> None:
        with contextlib.suppress(OSError):  # the buffer can't be written now either
            super().close()

    def _open(self) -> IO[str]:  # type: ignore[override]
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=self._private)

    def _private(self, path: str, flags: int) -> int:
        if begins_as_database(path):
            raise PermissionError(path)
        handle = open_plain(path, flags | self._flags)
        found = os.fstat(handle)
        # In a shared folder, another user may have created a file that they can read.
        if self._flags and found.st_uid != os.getuid():
            os.close(handle)
            raise PermissionError(path)
        if stat.S_ISREG(found.st_mode) and found.st_uid == os.getuid():
            os.fchmod(handle, 0o600)
        return handle


class _Lines(logging.Formatter):
    """Formats log lines without personal data in tracebacks and without database passwords."""

    def format(self, record: logging.LogRecord) -> str:
        # Another handler may have cached its own traceback text on the record.
        own = copy.copy(record)
        own.exc_text = None
        return without_secrets(super().format(own))

    def formatException(self, ei: Any) -> str:  # noqa: N802  (the name is the library's)
        return faults.trace(ei[1])


def set_up(path: Path) -> Path | None:
    """Log to `path` (mode 0600), or to the temporary folder if that can't be written.

    Return the file in use, or None. Nothing is ever logged to the screen.
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
    """The last fault of this process, for `--debug`."""

    last: BaseException | None = None


def fault(error: BaseException) -> str:
    """Log an unexpected error with its traceback; return the code to show to the user."""
    _Faults.last = error
    if not _ours():  # before the settings are loaded
        set_up(default_log_file())
    code = f"E-{os.urandom(3).hex()}"
    log.error("fault %s", code, exc_info=error)
    return code


def traceback_text(error: BaseException) -> str:
    """Return the traceback of an error, for `--debug`."""
    return without_secrets(faults.trace(error)) + "\n"


def last_fault() -> BaseException | None:
    """Return the latest unexpected error of this process."""
    return _Faults.last


def keep_off_the_screen() -> None:
    """Log errors that Python would print: in threads and in the finalization of objects."""

    def of_thread(arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value
        writes = type(arguments.thread).__module__.startswith("textual.")
        if writes and isinstance(error, OSError) and error.errno == errno.EIO:
            log.info("the terminal is gone")  # closed by the user: not a fault
        elif error is not None:
            fault(error)

    def of_object(unraisable: sys.UnraisableHookArgs) -> None:
        with contextlib.suppress(Exception):
            fault(unraisable.exc_value or RuntimeError(unraisable.err_msg))

    threading.excepthook = of_thread
    sys.unraisablehook = of_object
