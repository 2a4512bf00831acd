"""File errors as sentences."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from pathlib import Path

from olvery_tui.domain.errors import FileCode, FileRefused
from olvery_tui.domain.text import shown
from olvery_tui.i18n import N_, _


def file_trouble(error: OSError) -> str:
    """Return what is wrong with the file that an OSError names; the output if it names none."""
    name = shown(str(error.filename)) if error.filename is not None else _("the output")
    return _("{file}: {problem}").format(file=name, problem=_problem(error))


FILE_SENTENCES: Mapping[FileCode, str] = {
    FileCode.OWN: N_("{file} belongs to the application itself. Choose another name."),
    FileCode.DATABASE: N_("{file} is a database or a backup and stays. Choose another name."),
    FileCode.LINK: N_("{file} is a symbolic link, which is not followed. Name the place itself."),
    FileCode.SPECIAL: N_("{file} is no ordinary file. Choose another name."),
    FileCode.LONG: N_("The name is too long. Choose a shorter one."),
    FileCode.NAME: N_("Type a plain name without folders, such as list.csv."),
    FileCode.FOLDER: N_("This is a folder; name a file."),
    FileCode.HIDDEN: N_("A name that begins with a dot is not possible here. Choose another one."),
    FileCode.SIGNS: N_(
        "A name here begins with a letter or a digit and has no signs but . , _ - + ( ) №. "
        "Choose another one."
    ),
    FileCode.OUTSIDE: N_("Only files in the home folder can be used. Name one that is there."),
    FileCode.FORMAT: N_(
        "{file} can't be imported: it has to be a table in CSV or XLSX, JSON Lines, or an export of"
        " this application."
    ),
    FileCode.EXTRA: N_(
        "Spreadsheets need an extra: pip install 'olvery-tui[xlsx]'. CSV works without."
    ),
    FileCode.MAP: N_(
        "{file} doesn't say what headings mean. Write a JSON object with the field of each heading."
    ),
    FileCode.HEADINGS: N_(
        "{file} has no row with the headings that are needed. Name the columns, or say with --map"
        " what they mean."
    ),
}
"""Why a file may not be created there, and what to name instead, by the code of `FileRefused`."""


def refused_file(error: FileRefused) -> str:
    """Return why a file may not be created there, and what to name instead."""
    return _(FILE_SENTENCES[error.code]).format(file=shown(error.file))


def export_trouble(error: OSError | FileRefused, target: Path) -> str:
    """Return why a file can't be written, for the field with its name."""
    if isinstance(error, FileRefused):
        return refused_file(error)
    if error.errno == errno.EEXIST:
        return _("{file} is there already and stays. Choose another name.").format(
            file=shown(target.name)
        )
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
        case errno.EEXIST:
            return _("there is such a file already. Choose another name, or add --replace.")
        case errno.ENAMETOOLONG:
            return _("the name is too long. Choose a shorter one.")
        case errno.EISDIR:
            return _("this is a folder; name a file.")
        case errno.EROFS:
            return _("nothing can be written there.")
        case _other:
            return shown(error.strerror or str(error))
