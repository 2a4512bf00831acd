"""A file that is there whole or not at all, and takes nobody's place unasked."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp

_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""File systems without hard links say one of these."""


@contextmanager
def new_file(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """A file beside `target` to write into; it becomes `target` when all of it is written.

    Only its owner may read it (mode 0600): it holds names and phones. Whatever goes wrong on the
    way leaves nothing behind.

    Args:
        target: What it is to be called.
        replace: Whether it may take the place of a file of that name.

    Raises:
        FileExistsError: there is such a file, and it may not be replaced.
        OSError: it can't be written.
    """
    _check(target, replace)
    handle, name = mkstemp(dir=target.parent, prefix=f".{target.name[:80]}.", suffix=".part")
    os.close(handle)
    made = Path(name)
    try:
        yield made
        _make_safe(made)
        if replace:
            made.replace(target)
        else:
            _give_name(made, target)
    finally:
        with suppress(FileNotFoundError):
            made.unlink()


def _check(target: Path, replace: bool) -> None:
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if not target.exists() and not target.is_symlink():
        return
    if not replace:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    if not target.is_file():
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))


def _make_safe(file: Path) -> None:
    """A full disk may only be noticed here."""
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _give_name(made: Path, target: Path) -> None:
    """Also where another program makes such a file at this moment, that one is left alone."""
    try:
        os.link(made, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        made.replace(target)
