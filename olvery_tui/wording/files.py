"""A file that can't be read or written, as a sentence."""

from __future__ import annotations

import errno
from pathlib import Path

from olvery_tui.domain.text import shown
from olvery_tui.i18n import _


def file_trouble(error: OSError) -> str:
    """What is wrong with the file that the system complained about; the output if it named none."""
    name = shown(str(error.filename)) if error.filename is not None else _("the output")
    return _("{file}: {problem}").format(file=name, problem=_problem(error))


def export_trouble(error: OSError, target: Path) -> str:
    """Why a file can't be written there, for the field in which it was named."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return _("There is no folder {folder}. Name one that is there.").format(
            folder=shown(str(target.parent))
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return _("No right to write in {folder}. Choose another folder.").format(
            folder=shown(str(target.parent))
        )
    if error.errno == errno.ENAMETOOLONG:
        return _("The name is too long. Choose a shorter one.")
    problem = _problem(error)
    return problem[:1].upper() + problem[1:]


def _problem(error: OSError) -> str:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return _("the disk is full. Free some space and try again.")
        case errno.EACCES | errno.EPERM:
            return _("no right to open it. Check its owner and rights.")
        case errno.ENOENT | errno.ENOTDIR:
            return _("there is no such file or folder.")
        case errno.EISDIR:
            return _("this is a folder; name a file.")
        case errno.EROFS:
            return _("nothing can be written there.")
        case _other:
            return shown(error.strerror or str(error))
