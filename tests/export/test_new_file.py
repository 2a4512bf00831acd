"""A file is there whole or not at all, for its owner alone, and takes nobody's place unasked."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from olvery_tui.export.new_file import new_file


def write(target: Path, *, trouble: Exception | None = None, meanwhile: str = "") -> None:
    """Write `ours`; on the way there is trouble, or somebody else makes the file."""
    with new_file(target) as part:
        part.write_text("ours")
        if meanwhile:
            target.write_text(meanwhile)
        if trouble is not None:
            raise trouble


def test_it_is_there_when_all_is_written_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    target = tmp_path / "list.csv"
    old = os.umask(0)
    try:
        with new_file(target) as part:
            part.write_text("text")
            assert not target.exists()
    finally:
        os.umask(old)

    assert target.read_text() == "text"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_whatever_goes_wrong_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"):
        write(tmp_path / "list.csv", trouble=OSError("full"))

    assert list(tmp_path.iterdir()) == []


def test_a_file_of_that_name_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "list.csv"
    target.write_text("mine")

    with pytest.raises(FileExistsError), new_file(target):
        pass
    assert target.read_text() == "mine"


def test_one_that_was_made_meanwhile_is_left_alone_too(tmp_path: Path) -> None:
    target = tmp_path / "list.csv"

    with pytest.raises(FileExistsError):
        write(target, meanwhile="theirs")
    assert target.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("is_there", [True, False])
def test_also_where_the_file_system_has_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    def no_links(source: object, target: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    target = tmp_path / "list.csv"
    if is_there:
        with pytest.raises(FileExistsError):
            write(target, meanwhile="theirs")
        assert target.read_text() == "theirs"
    else:
        with new_file(target) as part:
            part.write_text("ours")
        assert target.read_text() == "ours"
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_with_leave_it_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "list.csv"
    target.write_text("old")
    target.chmod(0o644)

    with pytest.raises(RuntimeError), new_file(target, replace=True):
        raise RuntimeError
    assert target.read_text() == "old"

    with new_file(target, replace=True) as part:
        part.write_text("new")
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_folder_and_a_device_are_no_files_to_replace(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), new_file(tmp_path, replace=True):
        pass
    with pytest.raises(PermissionError), new_file(Path(os.devnull), replace=True):
        pass


def test_a_folder_that_is_not_there_is_told_by_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), new_file(tmp_path / "no" / "list.csv"):
        pass


def test_a_dangling_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "list.csv"
    target.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FileExistsError), new_file(target):
        pass
    assert not (tmp_path / "elsewhere").exists()
