"""What is said of a file that can't be used."""

import errno
import os

from olvery_tui.i18n import set_language
from olvery_tui.wording.files import file_trouble
from tests.each import each

CODES = (errno.ENOSPC, errno.EACCES, errno.ENOENT, errno.EISDIR, errno.EROFS, errno.EIO)


def trouble(code: int, name: str | None = "/srv/tickets.csv") -> str:
    return file_trouble(OSError(code, os.strerror(code), name))


@each("lang", ["ru", "en"])
def test_each_reason_has_its_own_sentence_that_names_the_file(lang: str) -> None:
    set_language(lang)  # type: ignore[arg-type]
    told = {trouble(code) for code in CODES}
    assert len(told) == len(CODES)
    assert all(text.startswith("/srv/tickets.csv: ") for text in told)


def test_without_a_name_it_is_the_output() -> None:
    assert trouble(errno.ENOSPC, None).startswith("вывод: диск заполнен")


def test_a_hostile_name_is_only_letters() -> None:
    assert "\x1b" not in trouble(errno.ENOENT, "\x1b[2J.csv")
