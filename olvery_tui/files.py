"""Write files named by the user, atomically and only where that is allowed.

Exports, `--output` and backups are all written through a `Place`. `open_plain` opens the files
named in settings (the log, `config.toml`), which may turn out to be no regular files.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple

from olvery_tui.domain.errors import FileCode, FileRefused

_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""The errors of file systems without hard links."""

_SIDECARS = ("-wal", "-shm", "-journal")
"""Files that SQLite keeps beside a database; a foreign file of that name would corrupt it."""

_DATABASES = (b"SQLite format 3\0", b"PGDMP")
"""The first bytes of SQLite databases and of pg_dump backups."""

_PLAIN = r"[\w№][\w№ .,()+-]*"
"""File names that are safe to use in a shell: no option, pattern or command."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LOOK = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_PART_PREFIX, _PART_SUFFIX = ".olvery-", ".part"


class Part(NamedTuple):
    """A file being written, under a temporary name beside its target."""

    file: IO[bytes]
    path: Path


class Place(NamedTuple):
    """Where files may be written.

    Args:
        own: The application's own files (database, log, settings), which must not be replaced.
        root: The folder that must contain the files, with no symbolic link and no hidden name in
            between; None allows any folder.
        flat: Allow files directly in `root` only, which is created if missing, and replace none.
    """

    own: tuple[Path, ...] = ()
    root: Path | None = None
    flat: bool = False

    def target(self, typed: str) -> Path:
        """Return the path of the file that the user typed.

        Raises:
            FileRefused: The location or the name is not allowed: `name`, `folder`, `hidden`,
                `outside` or `signs`.
        """
        if "\0" in typed:
            raise FileRefused(FileCode.NAME, typed)
        if self.root is None:
            return _with_name(Path(os.path.expanduser(typed)).absolute())
        if self.flat:
            if Path(typed).name != typed or typed == ".." or not typed.isprintable():
                raise FileRefused(FileCode.NAME, typed)
            target = self.root / typed
        else:
            # No links are followed below the root, so `..` can be resolved lexically.
            target = Path(os.path.normpath(self.root / os.path.expanduser(typed)))
            if not target.is_relative_to(self.root):
                real = self.root.resolve()
                if not target.is_relative_to(real):
                    raise FileRefused(FileCode.OUTSIDE, typed)
                target = self.root / target.relative_to(real)
            if target == self.root:
                raise FileRefused(FileCode.FOLDER, typed)
        if any(name.startswith(".") for name in target.relative_to(self.root).parts):
            raise FileRefused(FileCode.HIDDEN, typed)
        if self.flat and not re.fullmatch(_PLAIN, typed):
            raise FileRefused(FileCode.SIGNS, typed)
        return target

    @contextmanager
    def new_file(self, target: Path, *, replace: bool = False) -> Iterator[Part]:
        """Open a new file for writing, with mode 0600; nothing is left behind on failure.

        The file is synced to disk and renamed to `target` when the block ends.

        Args:
            target: The final path; for a place with a root, the result of `target()`.
            replace: Whether to replace an existing regular file, unless it is one of the
                application's own or a database.

        Raises:
            FileRefused: The file is not allowed: `own`, `database`, `link`, `special`, `long`.
            FileExistsError: The file exists and may not be replaced.
            OSError: The file can't be written.
        """
        replace = replace and not self.flat
        try:
            with self._folder(target) as folder:
                self._check(folder, target, replace)
                _remove_abandoned(folder)
                with _part(folder) as part:
                    yield Part(part.file, target.with_name(part.path.name))
                    part.file.flush()
                    os.fsync(part.file.fileno())
                    self._check(folder, target, replace)
                    _give_name(part.path.name, target.name, folder, replace=replace)
                    os.fsync(folder)
        except OSError as error:
            error.filename, error.filename2 = str(target), None
            raise

    @contextmanager
    def _folder(self, target: Path) -> Iterator[int]:
        """Open the target's folder without following symbolic links below the root."""
        if self.root is None:
            handle = os.open(target.parent, _FOLDER)
        else:
            if self.flat:
                with suppress(FileExistsError):  # a link, refused below
                    self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
                handle = _open_below(self.root.parent, None, self.root.name)
            else:
                handle = os.open(self.root, _FOLDER)
            below = self.root
            for name in target.parent.relative_to(self.root).parts:
                handle = _open_below(below, handle, name)
                below /= name
        try:
            yield handle
        finally:
            os.close(handle)

    def _check(self, folder: int, target: Path, replace: bool) -> None:
        name = target.name
        if len(os.fsencode(name)) > os.fpathconf(folder, "PC_NAME_MAX"):
            raise FileRefused(FileCode.LONG, name)
        here = os.fstat(folder)
        if is_sidecar(name) or _is_own_name((here.st_dev, here.st_ino), name, self.own):
            raise FileRefused(FileCode.OWN, str(target))
        try:
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return
        if stat.S_ISLNK(found.st_mode):
            raise FileRefused(FileCode.LINK, str(target))
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        if not stat.S_ISREG(found.st_mode):
            raise FileRefused(FileCode.SPECIAL, str(target))
        if any(_identity(own) == (found.st_dev, found.st_ino) for own in self.own):
            raise FileRefused(FileCode.OWN, str(target))
        if not replace:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        if _is_database(os.open(name, _LOOK, dir_fd=folder)):
            raise FileRefused(FileCode.DATABASE, str(target))


def is_sidecar(name: str) -> bool:
    """Whether a name looks like that of a file that SQLite keeps beside a database."""
    return _folded(name).endswith(_SIDECARS)


def is_own_file(path: Path, own: tuple[Path, ...]) -> bool:
    """Whether a path is or would become one of these files or of their sidecars."""
    found = _identity(path)
    if found is not None and any(_identity(one) == found for one in own):
        return True
    folder = _identity(path.parent) or path.parent
    return any(
        _is_own_name(folder, path.name.removesuffix(suffix), own) for suffix in ("", *_SIDECARS)
    )


def _is_own_name(folder: tuple[int, int] | Path, name: str, own: tuple[Path, ...]) -> bool:
    """Whether a name in a folder belongs to one of these files, existing or not.

    Rotated logs (`.1`) count too. Case is ignored, for case-insensitive file systems.
    """
    name = _folded(name)
    for path in {path for one in own for path in (one.absolute(), one.resolve())}:
        known = _folded(path.name)
        rest = name.removeprefix(known)
        is_one = name == known or (rest != name and rest[:1] == "." and rest[1:].isdigit())
        if is_one and (_identity(path.parent) or path.parent) == folder:
            return True
    return False


def open_plain(path: str | os.PathLike[str], flags: int) -> int:
    """Open a regular file or /dev/null like `os.open`, without blocking; create it with mode 0600.

    Raises:
        FileRefused: `special`: it is a pipe, a device or the like.
        OSError: The file can't be opened.
    """
    try:
        handle = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a pipe without a reader, or a socket
            raise FileRefused(FileCode.SPECIAL, os.fspath(path)) from error
        raise
    found = os.fstat(handle)
    if stat.S_ISREG(found.st_mode) or _is_null(found):
        return handle
    os.close(handle)
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    raise FileRefused(FileCode.SPECIAL, os.fspath(path))


def begins_as_database(path: str | os.PathLike[str]) -> bool:
    """Whether a file is a database or a backup of one, by its first bytes."""
    try:
        return _is_database(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC))
    except OSError:
        return False


def _with_name(target: Path) -> Path:
    if not target.name:
        raise FileRefused(FileCode.FOLDER, str(target))
    return target


def _is_null(found: os.stat_result) -> bool:
    return stat.S_ISCHR(found.st_mode) and found.st_rdev == os.stat(os.devnull).st_rdev


def _is_database(handle: int) -> bool:
    with os.fdopen(handle, "rb") as file:
        return file.read(16).startswith(_DATABASES)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _open_below(above: Path, handle: int | None, name: str) -> int:
    """Open the folder `name` in the folder `above`, open as `handle`, and close `handle`."""
    path = name if handle is not None else above / name
    try:
        return os.open(path, _FOLDER | os.O_NOFOLLOW, dir_fd=handle)
    except OSError as error:
        with suppress(OSError):
            found = os.stat(path, dir_fd=handle, follow_symlinks=False)
            if stat.S_ISLNK(found.st_mode):
                raise FileRefused(FileCode.LINK, str(above / name)) from error
        raise
    finally:
        if handle is not None:
            os.close(handle)


@contextmanager
def _part(folder: int) -> Iterator[Part]:
    """Create a temporary file in the folder, locked while written; its name is removed at exit."""
    name = f"{_PART_PREFIX}{os.urandom(8).hex()}{_PART_SUFFIX}"
    with os.fdopen(os.open(name, _NEW, 0o600, dir_fd=folder), "w+b") as file:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield Part(file, Path(name))
        finally:
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder)


def _remove_abandoned(folder: int) -> None:
    """Remove partly written files of killed processes: they contain personal data."""
    for name in os.listdir(folder):
        if name.startswith(_PART_PREFIX) and name.endswith(_PART_SUFFIX):
            with suppress(OSError), open(os.open(name, _LOOK, dir_fd=folder), "rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(name, dir_fd=folder)
                os.unlink(f"{name}-journal", dir_fd=folder)  # SQLite's, of a killed backup


def _give_name(part: str, name: str, folder: int, *, replace: bool) -> None:
    """Rename the part to its final name; never overwrite a file unless `replace` is set."""
    if replace:
        os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)
        return
    try:
        os.link(part, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # If the process is killed in between, an empty file stays, but no data is lost.
        os.close(os.open(name, _NEW, 0o600, dir_fd=folder))
        try:
            os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            os.unlink(name, dir_fd=folder)
            raise
