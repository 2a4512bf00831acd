"""Texts that somebody wrote to break a screen, and what a person must read in their place.

`poison` writes them into a database as another program would: as plain bytes, past every check.
`foreign` finds in what was sent to a terminal whatever the application never sends by itself.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from olvery_tui.store.database.moments import to_micros

_ESC = "\x1b"
_LONG = 10_000


@dataclass(frozen=True)
class Hostile:
    """One text: as it is stored (text, or bytes that are no text), and as it must be read."""

    name: str
    raw: str | bytes
    seen: str

    @property
    def stored(self) -> bytes:
        """What another program writes into the file."""
        return (
            self.raw if isinstance(self.raw, bytes) else self.raw.encode("utf-8", "surrogatepass")
        )

    @property
    def typed(self) -> str:
        """The same where only text can be: on the keyboard, in an import."""
        return self.raw if isinstance(self.raw, str) else self.raw.decode("utf-8", "replace")


def _heaped(letters: str) -> str:
    return "".join(letter + "\u0338\u0489\u0324\u0316\u033b" * 8 for letter in letters)


CORPUS = (
    # Markup of Rich and Textual
    Hostile("closing markup", "Иванов [/]", "Иванов [/]"),
    Hostile("open markup", "Иванов [bold", "Иванов [bold"),
    Hostile("markup", "[b]Жирный[/b] [red]", "[b]Жирный[/b] [red]"),
    Hostile("a link in markup", "[@click=app.quit]Жми[/]", "[@click=app.quit]Жми[/]"),
    Hostile("an action", "[@click=app.bell()]Б[/]", "[@click=app.bell()]Б[/]"),
    Hostile("a file in markup", "[link=file:///etc/passwd]С[/]", "[link=file:///etc/passwd]С[/]"),
    Hostile("escaped markup", r"\[/] \\[b]", r"\[/] \\[b]"),
    Hostile("picture codes", ":warning: :smile:", ":warning: :smile:"),
    Hostile("variables", "$primary ${HOME} $x", "$primary ${HOME} $x"),
    # Templates, shells, databases, pages
    Hostile("patterns", "%s %d %n {0} {} {name}", "%s %d %n {0} {} {name}"),
    Hostile("lone braces", "{ }} {x!r:>99}", "{ }} {x!r:>99}"),
    Hostile("quotes", """О'Нил "Б" «В» `Г`;--""", """О'Нил "Б" «В» `Г`;--"""),
    Hostile("wildcards", r"50% _ * ? \ [а-я]", r"50% _ * ? \ [а-я]"),
    Hostile("a shell", "$(id) `id` && id; id", "$(id) `id` && id; id"),
    Hostile("a page", "<script>alert(1)</script>", "<script>alert(1)</script>"),
    Hostile("a formula", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    Hostile("a formula with plus", "+1+1", "+1+1"),
    Hostile("a formula with minus", "-2+3", "-2+3"),
    Hostile("a formula with at", "@SUM(A1:A9)", "@SUM(A1:A9)"),
    # Commands to the terminal
    Hostile("a colour", f"{_ESC}[5;31mКрасный{_ESC}[0m", "[5;31mКрасный[0m"),
    Hostile("a cursor move", f"{_ESC}[2J{_ESC}[3J{_ESC}[HПусто", "[2J[3J[HПусто"),
    Hostile("a clipboard write", f"{_ESC}]52;c;cHduZWQ=\x07Буфер", "]52;c;cHduZWQ=Буфер"),
    Hostile("a title", f"{_ESC}]0;Чужой{_ESC}\\Окно", "]0;Чужой\\Окно"),
    Hostile("a link", f"{_ESC}]8;;http://x{_ESC}\\С{_ESC}]8;;", "]8;;http://x\\С]8;;"),
    Hostile("device strings", f"{_ESC}P1$r0m{_ESC}\\{_ESC}_x{_ESC}^y", "P1$r0m\\_x^y"),
    Hostile("a reset", f"{_ESC}c{_ESC}#8{_ESC}(0Рисунок", "c#8(0Рисунок"),
    Hostile("C1 controls", "\x9b5mЦэ\x9c \x9d52;c;eA\x9c\x90q\x84", "5mЦэ 52;c;eAq"),
    Hostile("NUL", "Ну\0ль", "Нуль"),
    Hostile("bells", "Зво\x07нок\x07", "Звонок"),
    Hostile("backspaces", "Анна\b\b\b\bЕва\x7f", "АннаЕва"),
    Hostile("shifts", "А\x0eБ\x0fВ\x05Г\x18Д\x1aЕ", "АБВГДЕ"),
    Hostile("several lines", "Две\nстроки\r\nи\rещё\vодна\f.", "Две строки и ещё одна ."),
    Hostile("tabs", "\tТри\t\tслова тут\t", "Три слова тут"),
    Hostile("odd breaks", "Раз\u2028два\u2029три\x85", "Раз два три"),
    # Letters that are not what they seem
    Hostile("a turned direction", "Иван\u202eвонавИ\u202c\u2066!\u2069", "ИванвонавИ!"),
    Hostile("direction marks", "\u200eАнна\u200f\u061c", "Анна"),
    Hostile("letters of no width", "И\u200bв\u200dа\u2060н\ufeffо\xadв\u180e", "Иванов"),
    Hostile("tags of no sight", "Анна\U000e0041\U000e007f", "Анна"),
    Hostile("private letters", "Анна\ue000\U000f0000\uffff", "Анна"),
    Hostile("blanks", "А\xa0\u2003\u3000Б\u2800\u3164В", "А Б В"),
    Hostile("a heap of marks", _heaped("Зло"), "З\u0338\u0489л\u0338\u0489о\u0338\u0489"),
    Hostile("lone marks", "\u0301\u0301 \u0301Анна", "Анна"),
    Hostile("decomposed letters", "Але\u0308шина И\u0306од", "Алёшина Йод"),
    Hostile("wide letters", "王小明 田中太郎", "王小明 田中太郎"),
    Hostile("a family", "👨\u200d👩\u200d👧 Иванов", "👨👩👧 Иванов"),
    Hostile("a picture with a tone", "👍🏽 Пётр", "👍🏽 Пётр"),
    Hostile("Hebrew", "יוסי כהן", "יוסי כהן"),
    Hostile("Arabic", "محمد علي", "محمد علي"),
    Hostile("Korean letters", "\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
    # Too much, and no text at all
    Hostile("ten thousand letters", "Ы" * _LONG, "Ы" * 60),
    Hostile("ten thousand controls", f"{_ESC}[7m" * (_LONG // 4 - 2) + "Конец", "[7m" * 20),
    Hostile("a surrogate", "Полови\ud800на", "Полови"),
    Hostile("not UTF-8", b"\xcf\xe5\xf2\xf0 Koi", "\ufffd" * 4 + " Koi"),
    Hostile("cut in a letter", "Анна Я".encode()[:-1], "Анна"),
)

BY_NAME = {text.name: text for text in CORPUS}

WORST = tuple(
    BY_NAME[name]
    for name in (
        "closing markup",
        "a link in markup",
        "lone braces",
        "a clipboard write",
        "C1 controls",
        "NUL",
        "several lines",
        "a turned direction",
        "a heap of marks",
        "wide letters",
        "ten thousand letters",
        "not UTF-8",
    )
)
"""One of each kind, for what takes long."""

FIRST_NUMBER = 901
"""Not farther ahead of the other rows than the guards let a number be."""

_MOMENT = datetime(2022, 12, 6, 7, tzinfo=UTC)


def number_of(text: Hostile) -> int:
    """The ticket on which everything is called this."""
    return FIRST_NUMBER + CORPUS.index(text)


def word_of(text: Hostile) -> str:
    """A word by which the search finds the person of this name."""
    return f"ловушка{CORPUS.index(text):02}"


def poison(database: Path) -> None:
    """Add for each text a ticket on which everything is called so, from its service to its manager.

    Rows have the ticket's number for an id. The tickets are confirmed, for tomorrow.
    """
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        for text in CORPUS:
            _add_ticket(connection, text)
        connection.execute("COMMIT")


def _add_ticket(connection: sqlite3.Connection, text: Hostile) -> None:
    starts, ends = (to_micros(_MOMENT + timedelta(hours=hours)) for hours in (24, 26))
    values = {
        "n": number_of(text),
        "name": text.stored,
        "word": word_of(text),
        "starts": starts,
        "ends": ends,
        "then": to_micros(_MOMENT - timedelta(days=1)),
        "seat": number_of(text) + len(CORPUS),
    }
    for statement in (
        "INSERT INTO service (id, name, slot_minutes) VALUES (:n, CAST(:name AS TEXT), 30)",
        "INSERT INTO room (id, service_id, name) VALUES (:n, :n, CAST(:name AS TEXT))",
        "INSERT INTO workplace (id, room_id, label) VALUES (:n, :n, CAST(:name AS TEXT))",
        "INSERT INTO workplace (id, room_id, label)"
        " VALUES (:seat, :n, CAST(substr('2 ' || :name, 1, 10000) AS TEXT))",
        "INSERT INTO service_variant (id, service_id, name) VALUES (:n, :n, CAST(:name AS TEXT))",
        "INSERT INTO tariff"
        " (id, service_id, name, unit, price, currency, min_units, max_units)"
        " VALUES (:n, :n, CAST(:name AS TEXT), 'day', 0, 'RUB', 1, 9)",
        "INSERT INTO modifier (id, service_id, name, price)"
        " VALUES (:n, :n, CAST(:name AS TEXT), 0)",
        "INSERT INTO closing (id, reason) VALUES (:n, CAST(:name AS TEXT))",
        "INSERT INTO seat_assignment (closing_id, workplace_id, starts_at, ends_at)"
        " VALUES (:n, :seat, :starts + 30 * 86400000000, :ends + 30 * 86400000000)",
        "INSERT INTO closed_day (id, day, reason)"
        " VALUES (:n, date('2022-12-06', '+' || (:n - 900) || ' days'), CAST(:name AS TEXT))",
        "INSERT INTO manager (id, login, last_name, first_name)"
        " VALUES (:n, :word, '', CAST(:name AS TEXT))",
        "INSERT INTO person (id, last_name, first_name, phone, email, folded, note, ban_reason)"
        " VALUES (:n, '', CAST(:name AS TEXT), CAST(:name AS TEXT), CAST(:name AS TEXT), :word,"
        " CAST(:name AS TEXT), CAST(:name AS TEXT))",
        "INSERT INTO person_word VALUES (:word, :n)",
        "INSERT INTO orders (number, service_id, customer_id, status, payment_kind, price,"
        " currency, created_at, version, comment, starts_at, ends_at)"
        " VALUES (:n, :n, :n, 'confirmed', 'on_site', 0, 'RUB', :then, 1, CAST(:name AS TEXT),"
        " :starts, :ends)",
        "INSERT INTO ticket (number, order_number, visitor_id, workplace_id, tariff_id, variant_id,"
        " period_kind, starts_at, ends_at, status, moves_at, validated_at, validated_by,"
        " created_at, version) VALUES (:n, :n, :n, :n, :n, :n, 'hourly', :starts, :ends,"
        " 'confirmed', :starts, :then, :n, :then, 1)",
        "INSERT INTO ticket_modifier VALUES (:n, :n)",
        "INSERT INTO seat_assignment (ticket_number, workplace_id, starts_at, ends_at)"
        " VALUES (:n, :n, :starts, :ends)",
        "INSERT INTO import_columns (kind, headings, columns)"
        " VALUES ('people', CAST(:name AS TEXT), json_object('last_name', :word, :word, :n))",
        "INSERT INTO event (at, kind, actor, manager_id, ticket_number, data) VALUES (:then,"
        " 'ticket.validated', 'manager', :n, :n, json_object('visitor', :n))",
        "INSERT INTO event (at, kind, actor, account, ticket_number, data) VALUES (:then,"
        " 'ticket.workplace_refused', 'cli', CAST(:name AS TEXT), :n,"
        " json_object('to', :seat, 'reason', '[/] ' || char(27) || '[5m'))",
    ):
        connection.execute(statement, values)


# ── What was sent to the terminal ────────────────────────────────────────────────────────────────

_OURS = re.compile(
    rb"\x1b\[[?>=<]?[0-9;]*\$?[A-Za-z]"  # colours, cursor, modes
    rb"|\x1b\]22;[a-z-]*\x07"  # the shape of the mouse pointer
    rb"|\x1b[=>78]"
)
_COLOUR = re.compile(rb"\x1b\[([0-9;]*)m")
_INVISIBLE = ("\u202e", "\u2066", "\u200b", "\u200d", "\u2060", "\ufeff", "\u200f")


def foreign(sent: bytes) -> list[bytes]:
    """What in `sent` the application itself never sends: commands, controls, unseen letters."""
    found: list[bytes] = []
    for ours in _OURS.finditer(sent):
        if ours.group() == b"\x1b[3J" or _blinks(ours.group()):
            found.append(ours.group())
    rest = _OURS.sub(b"", sent)
    for match in re.finditer(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]", rest):
        found.append(rest[match.start() : match.start() + 24])
    letters = rest.decode("utf-8", "replace")
    found += [letter.encode() for letter in _INVISIBLE if letter in letters]
    return found


def _blinks(sequence: bytes) -> bool:
    """Whether a sequence of colours also blinks, which nothing but the corpus asks for."""
    colour = _COLOUR.fullmatch(sequence)
    codes = colour.group(1).split(b";") if colour else []
    at = 0
    while at < len(codes):
        if codes[at] in (b"38", b"48"):  # of the palette, or red, green and blue
            at += 3 if codes[at + 1 : at + 2] == [b"5"] else 5
        elif codes[at] in (b"5", b"6"):
            return True
        else:
            at += 1
    return False
