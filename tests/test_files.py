"""A file is there whole or not at all, for its owner alone, and takes the place of nothing else."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from olvery_tui.domain.errors import FileRefused
from olvery_tui.files import Place, is_own_file, open_plain

ANYWHERE = Place()


def write(
    place: Place, target: Path, *, replace: bool = False, trouble: Exception | None = None
) -> None:
    """Write `ours`; perhaps there is trouble on the way."""
    with place.new_file(target, replace=replace) as part:
        part.file.write(b"ours")
        if trouble is not None:
            raise trouble


def why_not(place: Place, typed: str, *, replace: bool = False) -> str:
    """The code with which a file of this name is refused."""
    with pytest.raises(FileRefused) as refused:
        write(place, place.target(typed), replace=replace)
    return refused.value.code


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a live database, its log and its settings."""
    folder = tmp_path / "desk"
    folder.mkdir()
    for name in ("olvery-tui.log", "config.toml"):
        (folder / name).write_text("own")
    with closing(sqlite3.connect(folder / "olvery.db")) as connection:
        connection.execute("CREATE TABLE kept (id)")
    return folder


@pytest.fixture
def place(desk: Path) -> Place:
    """Anywhere but over what the application itself has."""
    return Place(own=tuple(desk / name for name in ("olvery.db", "olvery-tui.log", "config.toml")))


class TestWholeOrNotThere:
    def test_it_is_there_when_all_is_written_and_only_its_owner_may_read_it(
        self, tmp_path: Path
    ) -> None:
        target = tmp_path / "list.csv"
        old = os.umask(0)
        try:
            with ANYWHERE.new_file(target) as part:
                part.file.write(b"text")
                assert not target.exists()
                assert stat.S_IMODE(part.path.stat().st_mode) == 0o600
        finally:
            os.umask(old)
        assert target.read_text() == "text"
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert list(tmp_path.iterdir()) == [target]

    def test_whatever_goes_wrong_leaves_nothing_behind(self, tmp_path: Path) -> None:
        with pytest.raises(OSError, match="full") as caught:
            write(ANYWHERE, tmp_path / "list.csv", trouble=OSError(errno.ENOSPC, "full"))
        assert caught.value.filename == str(tmp_path / "list.csv")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("replace", [True, False])
    def test_a_good_file_outlives_whoever_is_killed_while_writing(
        self, tmp_path: Path, replace: bool
    ) -> None:
        target = tmp_path / "list.csv"
        if replace:
            target.write_text("good")
        killed = (
            "import os, sys; from pathlib import Path; from olvery_tui.files import Place\n"
            "with Place().new_file(Path(sys.argv[1]), replace=True) as part:\n"
            "    part.file.write(b'half'); part.file.flush(); os.kill(os.getpid(), 9)\n"
        )
        done = subprocess.run([sys.executable, "-c", killed, str(target)], check=False)
        assert done.returncode == -signal.SIGKILL
        assert (target.read_text() if target.exists() else None) == ("good" if replace else None)
        # What it had written, names and phones, goes with the next file.
        assert len(list(tmp_path.glob(".olvery-*"))) == 1
        write(ANYWHERE, tmp_path / "other.csv")
        assert list(tmp_path.glob(".olvery-*")) == []

    def test_what_another_process_is_writing_is_left_alone(self, tmp_path: Path) -> None:
        with ANYWHERE.new_file(tmp_path / "one.csv") as part:
            write(ANYWHERE, tmp_path / "two.csv")
            part.file.write(b"whole")
        assert (tmp_path / "one.csv").read_bytes() == b"whole"

    def test_with_leave_it_is_replaced_as_a_whole(self, tmp_path: Path) -> None:
        target = tmp_path / "list.csv"
        target.write_text("old")
        target.chmod(0o644)
        with pytest.raises(RuntimeError):
            write(ANYWHERE, target, replace=True, trouble=RuntimeError())
        assert target.read_text() == "old"
        write(ANYWHERE, target, replace=True)
        assert target.read_text() == "ours"
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


class TestNobodysPlace:
    def test_a_file_of_that_name_is_left_alone(self, tmp_path: Path) -> None:
        target = tmp_path / "list.csv"
        target.write_text("mine")
        with pytest.raises(FileExistsError):
            write(ANYWHERE, target)
        assert target.read_text() == "mine"

    @pytest.mark.parametrize("has_links", [True, False])
    def test_one_that_was_made_meanwhile_is_left_alone_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
    ) -> None:
        if not has_links:
            monkeypatch.setattr(os, "link", _no_links)
        target = tmp_path / "list.csv"
        with pytest.raises(FileExistsError), ANYWHERE.new_file(target):
            target.write_text("theirs")
        assert target.read_text() == "theirs"
        assert list(tmp_path.iterdir()) == [target]

    def test_a_database_that_was_made_meanwhile_is_not_replaced(
        self, tmp_path: Path, desk: Path
    ) -> None:
        target = tmp_path / "list.csv"
        whole = (desk / "olvery.db").read_bytes()
        with pytest.raises(FileRefused), ANYWHERE.new_file(target, replace=True):
            target.write_bytes(whole)
        assert target.read_bytes() == whole

    def test_a_file_system_without_links_is_no_hindrance(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "link", _no_links)
        target = tmp_path / "list.csv"
        write(ANYWHERE, target)
        assert target.read_text() == "ours"
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert list(tmp_path.iterdir()) == [target]

    def test_a_folder_a_pipe_and_a_device_are_no_files_to_replace(self, tmp_path: Path) -> None:
        with pytest.raises(IsADirectoryError):
            write(ANYWHERE, tmp_path, replace=True)
        os.mkfifo(tmp_path / "pipe")
        assert why_not(ANYWHERE, str(tmp_path / "pipe"), replace=True) == "special"
        assert why_not(ANYWHERE, os.devnull, replace=True) == "special"

    def test_a_link_is_not_followed(self, tmp_path: Path) -> None:
        for name, to in (("dangling", "elsewhere"), ("leading", "there")):
            (tmp_path / "there").write_text("kept")
            (tmp_path / name).symlink_to(tmp_path / to)
            assert why_not(ANYWHERE, str(tmp_path / name), replace=True) == "link"
        assert not (tmp_path / "elsewhere").exists()
        assert (tmp_path / "there").read_text() == "kept"

    def test_what_the_system_says_names_the_file(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError) as caught:
            write(ANYWHERE, tmp_path / "no" / "list.csv")
        assert caught.value.filename == str(tmp_path / "no" / "list.csv")

    def test_the_longest_name_is_possible_and_a_longer_one_is_told(self, tmp_path: Path) -> None:
        write(ANYWHERE, tmp_path / ("a" * 255))
        assert why_not(ANYWHERE, str(tmp_path / ("a" * 256))) == "long"
        assert [len(file.name) for file in tmp_path.iterdir()] == [255]


def _no_links(*_words: object, **_options: object) -> None:
    raise OSError(errno.EPERM, "no links here")


class TestItsOwnFiles:
    @pytest.mark.parametrize(
        "name",
        [
            "olvery.db", "olvery.db-wal", "olvery.db-shm", "olvery.db-journal",
            "OLVERY.DB", "Olvery.db-WAL", "../desk/olvery.db", "./olvery.db",
            "olvery-tui.log", "olvery-tui.log.1", "config.toml", "another.db-wal",
        ],
    )  # fmt: skip
    def test_none_of_them_is_ever_written(self, desk: Path, place: Place, name: str) -> None:
        before = {file.name: file.read_bytes() for file in desk.iterdir()}
        assert why_not(place, str(desk / name), replace=True) == "own"
        assert {file.name: file.read_bytes() for file in desk.iterdir()} == before

    @pytest.mark.parametrize("name", ["olvery.db", "config.toml", "olvery-tui.log"])
    def test_also_before_they_are_there(self, desk: Path, place: Place, name: str) -> None:
        (desk / name).unlink()
        assert why_not(place, str(desk / name)) == "own"
        assert not (desk / name).exists()

    def test_also_by_another_name_of_the_file_or_the_folder(
        self, desk: Path, place: Place, tmp_path: Path
    ) -> None:
        for name in ("olvery.db", "olvery-tui.log"):
            os.link(desk / name, tmp_path / f"hard-{name}")
            assert why_not(place, str(tmp_path / f"hard-{name}"), replace=True) == "own"
        (tmp_path / "way").symlink_to(desk)
        assert why_not(place, str(tmp_path / "way" / "olvery.db"), replace=True) == "own"
        (desk / "olvery.db").unlink()
        assert why_not(place, str(tmp_path / "way" / "olvery.db")) == "own"

    def test_also_where_the_database_is_known_by_a_link(self, desk: Path, tmp_path: Path) -> None:
        (tmp_path / "link.db").symlink_to(desk / "olvery.db")
        linked = Place(own=(tmp_path / "link.db",))
        assert why_not(linked, str(desk / "olvery.db"), replace=True) == "own"

    def test_no_other_database_and_no_backup_is_replaced(self, desk: Path, tmp_path: Path) -> None:
        (desk / "olvery.db").rename(tmp_path / "backup of monday")
        (tmp_path / "server.dump").write_bytes(b"PGDMP\x01\x0e\x00")
        for name in ("backup of monday", "server.dump"):
            assert why_not(ANYWHERE, str(tmp_path / name), replace=True) == "database"

    def test_a_setting_that_names_one_is_known_too(self, desk: Path, place: Place) -> None:
        for name in ("olvery.db", "olvery.db-wal", "OLVERY.db", "config.toml.1"):
            assert is_own_file(desk / name, place.own)
        assert not is_own_file(desk / "other.log", place.own)
        assert not is_own_file(desk.parent / "olvery.db", place.own)


class TestHome:
    @pytest.fixture
    def below(self, tmp_path: Path) -> Place:
        folder = tmp_path / "home"
        (folder / "lists").mkdir(parents=True)
        return Place(root=folder)

    @pytest.mark.parametrize("typed", ["a.csv", "lists/a.csv", "lists/../a.csv", "~/a.csv"])
    def test_files_under_it_are_made(
        self, below: Place, typed: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(below.root))
        target = below.target(typed)
        write(below, target)
        assert target.read_text() == "ours"

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("/etc/passwd", "outside"),
            ("../a.csv", "outside"),
            ("lists/../../a.csv", "outside"),
            (".bashrc", "hidden"),
            (".ssh/authorized_keys", "hidden"),
            ("lists/.a.csv", "hidden"),
            ("lists/.config/../.profile", "hidden"),
        ],
    )
    def test_nothing_else_is(self, below: Place, typed: str, code: str) -> None:
        assert why_not(below, typed, replace=True) == code

    def test_the_home_of_somebody_who_is_not_there_is_an_ordinary_name(self, below: Place) -> None:
        with pytest.raises(FileNotFoundError):
            write(below, below.target("~nobody-of-that-name/a.csv"))
        assert why_not(below, "a\0b") == "name"

    def test_no_link_on_the_way_is_followed(self, below: Place, tmp_path: Path) -> None:
        assert below.root is not None
        (tmp_path / "elsewhere").mkdir()
        (below.root / "way").symlink_to(tmp_path / "elsewhere")
        assert why_not(below, "way/a.csv") == "link"
        assert why_not(below, "way/../way/a.csv") == "link"
        assert list((tmp_path / "elsewhere").iterdir()) == []

    def test_a_home_that_is_reached_by_a_link_is_home_by_either_name(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / "home").symlink_to(tmp_path / "real")
        place = Place(root=tmp_path / "home")
        for number, typed in enumerate((f"{tmp_path}/real/0", f"{tmp_path}/home/1", "2")):
            write(place, place.target(typed))
            assert (tmp_path / "real" / str(number)).exists()


class TestOneFolder:
    @pytest.fixture
    def only(self, tmp_path: Path) -> Place:
        return Place(root=tmp_path / "data" / "exports", flat=True)

    def test_it_is_made_for_its_owner_and_a_plain_name_goes_there(self, only: Place) -> None:
        assert only.root is not None
        write(only, only.target("Список №1.csv"))
        assert stat.S_IMODE(only.root.stat().st_mode) == 0o700
        assert [file.name for file in only.root.iterdir()] == ["Список №1.csv"]

    @pytest.mark.parametrize(
        "typed",
        ["/etc/passwd", "~/a.csv", "../a.csv", "a/b.csv", "..", "a/", "a\nb", "\x1b[2J.csv"],
    )
    def test_nothing_but_a_plain_name_is_taken(self, only: Place, typed: str) -> None:
        assert why_not(only, typed) == "name"

    @pytest.mark.parametrize(
        "typed",
        [
            "-rf",
            "--checkpoint-action=exec=sh a.sh",
            "$(id).csv",
            "`id`.csv",
            "a;b",
            "*",
            "a'b",
            "~",
        ],
    )
    def test_no_name_means_more_to_a_shell(self, only: Place, typed: str) -> None:
        assert why_not(only, typed) == "signs"

    def test_a_hidden_name_is_not_taken(self, only: Place) -> None:
        assert why_not(only, ".bashrc") == "hidden"

    def test_nothing_is_replaced_even_if_that_is_asked(self, only: Place) -> None:
        target = only.target("a.csv")
        write(only, target)
        target.write_text("first")
        with pytest.raises(FileExistsError):
            write(only, target, replace=True)
        assert target.read_text() == "first"

    @pytest.mark.parametrize("leads", [True, False])
    def test_a_link_in_its_place_is_not_followed(
        self, only: Place, tmp_path: Path, leads: bool
    ) -> None:
        assert only.root is not None
        only.root.parent.mkdir()
        (tmp_path / "home").mkdir()
        only.root.symlink_to(tmp_path / ("home" if leads else "nowhere"))
        assert why_not(only, "a.csv") == "link"
        assert list((tmp_path / "home").iterdir()) == []


class TestNamedBySettings:
    def test_a_pipe_without_an_other_end_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        for flags in (os.O_RDONLY, os.O_WRONLY | os.O_APPEND | os.O_CREAT):
            with pytest.raises(FileRefused) as refused:
                open_plain(tmp_path / "pipe", flags)
            assert refused.value.code == "special"

    def test_only_an_ordinary_file_and_the_empty_device_are_opened(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        for path in (tmp_path / "file", os.devnull):
            os.close(open_plain(path, os.O_RDWR))
        with pytest.raises(FileRefused):
            open_plain("/dev/zero", os.O_RDONLY)
        with pytest.raises(IsADirectoryError):
            open_plain(tmp_path, os.O_RDONLY)
