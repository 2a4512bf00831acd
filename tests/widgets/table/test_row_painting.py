"""A ticket's line has the table's width, whatever the ticket says."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.i18n import set_language
from olvery_tui.widgets.table.row_painting import RowStyles, cut, paint_text
from olvery_tui.widgets.table.ticket_columns import TicketColumns, Widest
from olvery_tui.widgets.table.ticket_table import TicketTable
from tests.each import each
from tests.widgets.ticket_list import MOSCOW, ticket

PLAIN = Style(color="white")
CURSOR = Style(reverse=True)
STYLES = RowStyles(
    plain=PLAIN,
    header=Style(bold=True),
    cursor=CURSOR,
    cursor_blurred=Style(dim=True),
    mark=Style(color="yellow"),
    overdue=Style(color="red"),
    quiet=Style(dim=True),
    strong=Style(bold=True),
    statuses={status: Style(color=f"color({n + 2})") for n, status in enumerate(TicketStatus)},
)

HOSTILE = [
    "Иванов [/]",
    "[@click=app.quit]Нажми[/]",
    "\x1b]52;c;cm0gLXJm\x07Иванов",
    "\x9b31mИванов",
    "Ива\nнов\tПётр\r",
    "\u202eвонавИ\u202c",
    "Ива\u200bнов\ufeff",
    "a\x00b",
    "Z̷̧̢̛͙̼̈́̐͜a̵l̶g̷o̸",
    "山田太郎山田太郎山田太郎山田太郎山田太郎山田太郎",
    "👩‍👩‍👧‍👦 Семья 👍🏽",
    "О" * 10_000,
    "",
    "%_'\"\\",
]


def line(row, width=92, cursor=None):
    columns = TicketColumns.fitting(width, Widest(5, hourly=True))
    return columns.paint(row, MOSCOW, STYLES, cursor)


@each("width", [40, 78, 80, 90, 92, 118, 172, 200])
@each("name", HOSTILE)
def test_every_line_is_exactly_as_wide_as_the_table(width, name):
    for row in (ticket(9982, visitor=name), ticket(9, workplace=name)):
        strip = line(row, width)
        assert strip.cell_length == width
        assert cell_len(strip.text) == width


@each("name", HOSTILE)
def test_nothing_in_a_name_can_steer_the_terminal(name):
    text = line(ticket(9, visitor=name, workplace=name), 200).text

    assert text.isprintable()


@given(name=st.text(max_size=80), place=st.text(max_size=40), width=st.integers(20, 200))
def test_any_text_is_one_printable_line(name, place, width):
    text = line(ticket(9, visitor=name, workplace=name + place), width).text

    assert text.isprintable()
    assert cell_len(text) == width


def test_markup_in_a_name_is_shown_as_it_is():
    assert "Иванов [/]" in line(ticket(9, visitor="Иванов [/]")).text


@each("width", range(78, 201))
def test_all_columns_have_room(width):
    """From 78 columns on each heading, a whole status and a usual name are there uncut."""
    columns = TicketColumns.fitting(width, Widest(5, hourly=True))
    text = columns.paint_titles(STYLES).text
    row = ticket(9982, visitor="Марина Спиридонова", workplace="PM №12")

    for title in ("Номер", "Период аренды", "Посетитель", "Статус", "Номер места"):
        assert title in text
    shown = line(row, width).text
    for part in ("9982", "Марина Спиридонова", "● Активен !", "PM №12"):
        assert part in shown
    for status in TicketStatus:
        assert columns.cells(ticket(9, status=status), MOSCOW).status in (
            line(ticket(9, status=status), width).text
        )


@each("width", range(70, 201))
def test_every_column_begins_under_its_title(width):
    columns = TicketColumns.fitting(width, Widest(6, hourly=True))
    titles = columns.paint_titles(STYLES).text
    row = ticket(9990)._replace(number=123456, visitor="Мария", status=TicketStatus.CONFIRMED)
    text = columns.paint(row, MOSCOW, STYLES, None).text

    assert titles.index("Период") == text.index("6 декабря" if columns.long_period else "06.12")
    assert titles.index("Посетитель") == text.index("Мария")
    assert titles.index("Статус") == text.index("◇")
    assert titles.index("Номер места") == text.index("PM")
    assert titles.index("Номер ") + len("Номер") == text.index("123456") + 6


def test_a_wide_table_has_the_manuals_periods_and_a_narrow_one_short_ones():
    hourly = ticket(9990)

    assert "6 декабря 2022 г., с 09:00 до 12:00" in line(hourly, 92).text
    assert "06.12.2022 09:00–12:00" in line(hourly, 80).text


def test_a_period_too_long_for_its_column_is_told_in_short():
    night = ticket(9990).period
    party = type(night).hourly(
        night.starts_at.replace(month=12, day=31), night.starts_at.replace(year=2023, day=2)
    )

    assert "31.12.2022 09:00–02.01.2023" not in line(ticket(9990, period=party), 92).text
    long_one = type(night).hourly(night.starts_at, night.starts_at.replace(day=8))
    assert "06.12.2022 09:00–08.12.2022 09:00" in line(ticket(9990, period=long_one), 92).text


def test_a_finished_period_is_told_by_a_mark_and_where_there_is_room_by_words():
    overdue = ticket(9982)

    assert "● Активен !" in line(overdue, 80).text
    assert "● Активен ! Время истекло" in line(overdue, 140).text
    assert "!" not in line(ticket(9982, overdue=False), 140).text


def test_what_is_cut_off_is_told():
    assert cut("Марина Спиридонова", 10) == "Марина Сп…"
    assert cut("Марина Спиридонова", 8) == "Марина…"
    assert cut("山田太郎", 5) == "山田…"
    assert cell_len(cut("山田太郎", 4)) <= 4
    assert cut("Мария", 5) == "Мария"


def test_a_row_is_few_segments():
    assert len(list(line(ticket(9981)))) == 3
    assert len(list(line(ticket(9982)))) == 4
    assert len(list(line(ticket(9981), cursor=CURSOR))) == 1


def test_a_marked_row_begins_with_the_mark_in_a_style_of_its_own():
    columns = TicketColumns.fitting(92, Widest(5, hourly=True))
    marked = columns.paint(ticket(9), MOSCOW, STYLES, None, True)

    assert marked.text.startswith("■")
    assert marked.text[1:] == line(ticket(9)).text[1:]
    assert next(iter(marked)).style == STYLES.mark
    assert columns.paint(ticket(9), MOSCOW, STYLES, CURSOR, True).text.startswith("■")


def test_todays_tickets_stand_out_and_settled_ones_stand_back():
    row = ticket(9981, status=TicketStatus.ACTIVE)
    day = row.period.days(MOSCOW)[0]
    today, tomorrow = (Period.daily(each, each, MOSCOW) for each in (day, day + timedelta(days=60)))
    table = TicketTable()

    assert table.styles_of(row, STYLES, today).plain == STYLES.strong
    assert table.styles_of(row, STYLES, tomorrow) is STYLES
    for status in (TicketStatus.CANCELLED, TicketStatus.DONE):
        settled = table.styles_of(row._replace(status=status), STYLES, today)
        assert settled.plain == settled.statuses[status] == STYLES.quiet


def test_the_cursor_is_seen_without_colours():
    assert line(ticket(9), cursor=CURSOR).text.startswith("▌")
    assert line(ticket(9)).text.startswith(" ")


def test_names_give_way_last():
    long_name = ticket(9990, visitor="Константина Константинопольская")
    seen = Widest().grown([long_name])

    text = TicketColumns.fitting(92, seen).paint(long_name, MOSCOW, STYLES, None).text
    assert long_name.visitor in text
    assert "06.12.2022 09:00–12:00" in text
    assert "6 декабря 2022 г., с 09:00 до 12:00" in (
        TicketColumns.fitting(110, seen).paint(long_name, MOSCOW, STYLES, None).text
    )
    short_name = ticket(9990, visitor="Марина Спиридонова")
    beside_filter_and_pane = TicketColumns.fitting(70, Widest().grown([short_name]))
    assert "9990 06.12 09:00–12:00 Марина Спиридонова ○ Новый " in (
        beside_filter_and_pane.paint(short_name, MOSCOW, STYLES, None).text
    )
    longer = Widest().grown([ticket(9990, visitor=f"{long_name.visitor}-Заречная")])
    assert TicketColumns.fitting(92, longer).line.before[1].width == 23


def test_a_wide_table_shares_its_room_among_the_columns():
    narrow, wide = (TicketColumns.fitting(width, Widest(hourly=True)).line for width in (92, 160))

    assert (narrow.gap, wide.gap) == (1, 4)


def test_a_long_number_gets_a_wider_column():
    columns = TicketColumns.fitting(80, Widest(7, hourly=True))

    assert "1000000 " in columns.paint(ticket(1_000_000), MOSCOW, STYLES, None).text


def test_a_note_stands_at_the_right_end_of_the_titles():
    narrow = TicketColumns.fitting(80, Widest(5, hourly=True)).paint_titles(STYLES, "Загрузка…")
    wide = TicketColumns.fitting(160, Widest(5, hourly=True)).paint_titles(STYLES, "Загрузка…")

    assert narrow.text.endswith(" Загрузка… ")
    assert "Ном" not in narrow.text.partition("Статус")[2]
    assert wide.text.endswith(" Загрузка… ")
    assert "Номер места " in wide.text
    assert (narrow.cell_length, wide.cell_length) == (80, 160)


def test_titles_and_words_follow_the_language():
    set_language("en")

    text = TicketColumns.fitting(140, Widest(5, hourly=True)).paint_titles(STYLES).text
    assert "Rental period" in text
    assert "Workplace" in text
    assert "● Active ! Time is up" in line(ticket(9982), 140).text


def test_a_text_is_wrapped_and_in_the_middle():
    strips = paint_text("Ничего не найдено.\n\n" + "слово " * 30, 40, PLAIN)

    assert [strip.cell_length for strip in strips] == [40] * len(strips)
    assert strips[1].text.strip() == "Ничего не найдено."
    assert abs(strips[1].text.index("Н") - 11) <= 1
    assert len(strips) > 5


def test_beside_an_open_drawer_a_row_is_told_in_brief():
    row = ticket(9990, visitor="Марина Спиридонова")
    columns = TicketColumns.fitting(44, Widest().grown([row]))

    text = columns.paint(row, MOSCOW, STYLES, None).text
    assert "9990 06.12 09:00–12:00 Марина" in text
    assert cell_len(text) == 44
    days = Period.daily(date(2022, 12, 22), date(2023, 1, 25), MOSCOW)
    assert "22.12–25.01 " in columns.paint(row._replace(period=days), MOSCOW, STYLES, None).text
