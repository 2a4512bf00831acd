"""The list of tickets under keys, mouse, late answers and changes made elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from rich.cells import cell_len
from textual import events
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import DataTable

from olvery_tui.domain.pages import After, Around, Bottom, Count, Top
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.widgets.table import list_table
from olvery_tui.widgets.table.ticket_table import TicketTable
from tests.widgets.ticket_list import TableApp, TicketList

WIDE = (120, 40)
NARROW = (80, 24)


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """A busy machine shows no loading where a test is not about it."""
    monkeypatch.setattr(list_table, "_LOADING_AFTER", 60.0)


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Wait for something that takes its time; a test that waits in vain fails."""
    for _ in range(500):
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError("it did not happen")


def app_of(rows: int, *, sidebar: bool = True) -> TableApp:
    return TableApp(TicketList(range(1, rows + 1)), sidebar=sidebar)


def lines(table: TicketTable) -> list[str]:
    """What is painted, from the header on."""
    return [table.render_line(y).text for y in range(table.size.height)]


def under_cursor(table: TicketTable) -> list[str]:
    """The lines that carry the cursor's mark."""
    return [line for line in lines(table) if line.startswith("▌")]


@contextmanager
def repaints(table: TicketTable) -> Iterator[list[Region]]:
    """The regions of the table that are sent again meanwhile; the whole of it as one."""
    found: list[Region] = []
    refresh = Widget.refresh

    def counting(self, *regions, **options):
        if self is table and options.get("repaint", True):
            found.extend(regions or [self.size.region])
        return refresh(self, *regions, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Widget, "refresh", counting)
        yield found


async def open_app(pilot: Pilot[None]) -> TicketTable:
    """The table, once its first question was answered or is held back."""
    app = pilot.app
    assert isinstance(app, TableApp)
    while not (app.asked and (app.held is not None or app.highlighted or not app.tickets.rows)):
        await pilot.pause(0.01)
    await pilot.pause()
    return app.table


# What is seen


async def test_it_is_a_data_table_with_a_row_cursor_and_a_header():
    async with app_of(50).run_test(size=WIDE) as pilot:
        table = await open_app(pilot)

        assert isinstance(table, DataTable)
        assert table.cursor_type == "row"
        assert table.show_header
        assert table.row_count == 50
        assert lines(table)[0].split() == [
            "Номер", "Период", "аренды", "Посетитель", "✓", "Статус", "Номер", "места",
        ]  # fmt: skip


async def test_rows_stand_newest_first_with_the_manuals_texts():
    async with app_of(9990).run_test(size=WIDE) as pilot:
        table = await open_app(pilot)

        assert table.cursor_number == 9990
        assert table.get_row_at(0) == [
            "9990",
            "6 декабря 2022 г., с 09:00 до 12:00",
            "Иван Столповский",
            "",
            "○ Новый",
            "PM №7",
        ]
        for cell in table.get_row_at(0):
            assert cell in lines(table)[1]
        assert len(under_cursor(table)) == 1


@pytest.mark.parametrize("size", [NARROW, WIDE, (200, 60), (100, 30)])
async def test_everything_fits_without_scrolling_sideways(size):
    async with app_of(500, sidebar=size[0] >= 100).run_test(size=size) as pilot:
        table = await open_app(pilot)

        assert not table.show_horizontal_scrollbar
        assert not table.show_vertical_scrollbar
        assert len(lines(table)) == table.size.height
        for line in lines(table):
            assert cell_len(line) == table.size.width
        for number in range(500, 500 - table.size.height + 1, -1):
            row = table.get_row_at(500 - number)
            assert all(cell in lines(table)[501 - number] for cell in row)


async def test_the_cursors_line_is_dimmer_without_the_focus():
    async with app_of(50).run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        focused = [segment.style for segment in table.render_line(1)]
        await pilot.press("tab")
        await pilot.pause()
        blurred = [segment.style for segment in table.render_line(1)]

        assert not table.has_focus
        assert focused != blurred
        assert len(under_cursor(table)) == 1


async def test_an_empty_list_says_what_the_screen_gave_it():
    app = app_of(0)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        table.show_empty("Ничего не найдено.\n\nx сбрасывает [фильтр].")
        await pilot.press("down", "enter", "end", "pageup")

        text = "\n".join(lines(table))
        assert "Ничего не найдено." in text
        assert "x сбрасывает [фильтр]." in text
        assert table.cursor_number is None
        assert app.opened == []
        assert not table.check_action("select_cursor", ())

        app.tickets.add(7)
        table.reload()
        await pilot.pause()
        assert "Ничего" not in "\n".join(lines(table))
        assert app.highlighted[-1] == 7
        assert table.check_action("select_cursor", ())


async def test_the_place_in_the_list_is_told():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        assert app.positions[-1] == (1, 37, None)
        table.show_count(Count(1000))
        await pilot.press("end")
        await pilot.pause()
        assert app.positions[-1] == (964, 1000, Count(1000))

        told = len(app.positions)
        await pilot.press("up")
        assert len(app.positions) == told


# Keys


async def test_arrows_pages_home_and_end():
    app = app_of(10_000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        for keys, expected in [
            (("down", "down"), 9998),
            (("up",), 9999),
            (("pagedown",), 9962),
            (("end",), 1),
            (("pageup", "pageup"), 75),
            (("home",), 10_000),
            (("up",), 10_000),
            (("ctrl+end",), 1),
            (("down",), 1),
            (("ctrl+home",), 10_000),
        ]:
            await pilot.press(*keys)
            assert table.cursor_number == expected
            assert f" {expected} " in under_cursor(table)[0].replace("▌", " ")


async def test_home_and_end_cost_one_question_each():
    app = app_of(100_000)
    async with app.run_test(size=WIDE) as pilot:
        await open_app(pilot)
        app.asked.clear()
        await pilot.press("end", "home")

        assert [type(question.start) for question in app.asked] == [Bottom, Top]


async def test_enter_opens_the_ticket_under_the_cursor():
    app = app_of(100)
    async with app.run_test(size=WIDE) as pilot:
        await open_app(pilot)
        await pilot.press("down", "enter")

        assert app.opened == [99]


async def test_enter_opens_where_the_cursor_was_sent_and_not_where_it_still_stands():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        await open_app(pilot)
        app.held = []
        await pilot.press("end", "up", "enter")
        assert app.opened == []

        app.let_go()
        await pilot.pause()
        assert app.opened == [2]


async def test_a_held_key_goes_through_ten_thousand_rows_though_answers_take_time():
    """An answer takes as long as three presses; the cursor never stands still for long."""
    app = app_of(10_000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        app.held = []
        stood_still = longest = 0
        last = table.cursor_number
        for press in range(10_000 // 37 + 1):
            table.action_page_down()
            if press % 3 == 2:
                await pilot.pause()
                app.let_go()
                app.held = []
                await pilot.pause()
            stood_still = stood_still + 1 if table.cursor_number == last else 0
            last = table.cursor_number
            longest = max(longest, stood_still)
        app.let_go()
        await pilot.pause()

        assert table.cursor_number == 1
        assert longest <= 3


# Late answers


async def test_an_answer_to_an_old_question_is_dropped():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        app.held = []
        table.restart()
        await pilot.pause()
        app.tickets = TicketList([5, 6, 7])
        table.restart()
        await pilot.pause()
        app.let_go(last_first=True)
        await pilot.pause()

        assert table.cursor_number == 7
        assert table.row_count == 3


async def test_a_refill_changes_nothing_that_is_seen():
    app = app_of(10_000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        app.held = []
        app.asked.clear()
        while not app.asked:
            await pilot.press("pagedown")
        assert isinstance(app.asked[0].start, After)
        seen = lines(table)
        with repaints(table) as painted:
            app.let_go()
            await pilot.pause()

        assert painted == []
        assert lines(table) == seen


async def test_waiting_is_told_after_a_moment_and_not_before(monkeypatch):
    monkeypatch.setattr(list_table, "_LOADING_AFTER", 0.5)
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        app.held = []
        await pilot.press("end")
        assert not table.has_class("-loading")
        assert "Загрузка" not in lines(table)[0]
        await until(pilot, lambda: table.has_class("-loading"))
        assert "Загрузка…" in lines(table)[0]
        assert table.cursor_number == 1000

        app.let_go()
        await pilot.pause()
        assert not table.has_class("-loading")
        assert "Загрузка" not in "".join(lines(table))
        assert table.cursor_number == 1


async def test_after_the_answer_a_late_timer_does_not_show_that_it_is_loading(monkeypatch):
    monkeypatch.setattr(list_table, "_LOADING_AFTER", 0.0)
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        for _ in range(5):
            await pilot.press("end", "home")
        await pilot.pause(0.1)

        assert not table.has_class("-loading")


async def test_before_the_first_answer_it_says_that_it_is_loading(monkeypatch):
    monkeypatch.setattr(list_table, "_LOADING_AFTER", 0.05)
    app = app_of(1000)
    app.held = []
    async with app.run_test(size=NARROW) as pilot:
        table = await open_app(pilot)
        await until(pilot, lambda: "Загрузка…" in "".join(lines(table)))

        app.let_go()
        await pilot.pause()
        assert "Загрузка" not in "".join(lines(table))
        assert table.cursor_number == 1000


async def test_a_refused_question_is_asked_again_at_the_next_reload(monkeypatch):
    monkeypatch.setattr(list_table, "_LOADING_AFTER", 0.05)
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        app.held = []
        table.restart()
        await pilot.pause()
        app.tickets = TicketList([5, 6, 7])
        table.page_failed(app.asked[-1].token)
        await pilot.pause(0.3)
        assert table.cursor_number == 1000
        assert not table.has_class("-loading")

        app.held = None
        table.reload()
        await pilot.pause()
        assert table.cursor_number == 7


async def test_a_question_that_nobody_answers_is_not_waited_for_for_ever(monkeypatch):
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        app.held = []
        await pilot.press("end")
        app.held = None
        monkeypatch.setattr(list_table, "_PATIENCE", 0.0)
        table.reload()
        await pilot.pause()

        assert table.cursor_number == 1


# Changes made elsewhere


async def test_a_changed_row_repaints_its_own_line_only():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        app.tickets.change(990, status=TicketStatus.CANCELLED)
        with repaints(table) as painted:
            table.reload()
            await pilot.pause()

        assert painted == [Region(0, 11, table.size.width, 1)]
        assert "✕ Отменен" in lines(table)[11]


async def test_a_reload_without_a_change_repaints_nothing():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        await pilot.press("down", "down")
        with repaints(table) as painted:
            table.reload()
            await pilot.pause()

        assert painted == []
        assert app.asked[-1].start == Around(998)


async def test_the_cursor_stays_on_its_ticket_or_goes_to_the_next_one():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        await pilot.press("down", "down")
        app.tickets.add(1001)
        table.reload()
        await pilot.pause()
        assert table.cursor_number == 998
        assert "1001" in lines(table)[1]

        app.tickets.remove(998)
        table.reload()
        await pilot.pause()
        assert table.cursor_number == 997
        assert app.highlighted[-1] == 997


async def test_a_reload_without_the_cursor_begins_at_the_first_row():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        await pilot.press("pagedown")
        table.reload(keep_cursor=False)
        await pilot.pause()

        assert table.cursor_number == 1000


async def test_a_ticket_can_be_selected_wherever_it_is():
    app = app_of(10_000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        app.asked.clear()
        table.select(9990)
        assert table.cursor_number == 9990
        assert app.asked == []

        table.select(5)
        await pilot.pause()
        assert table.cursor_number == 5
        assert len(under_cursor(table)) == 1


# What a step costs


async def test_a_step_repaints_two_lines():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        with repaints(table) as painted:
            await pilot.press("down")

        assert sorted(painted) == [Region(0, y, table.size.width, 1) for y in (1, 2)]


async def test_a_held_arrow_repaints_the_view_every_half_view_only():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        with repaints(table) as painted:
            for _ in range(200):
                table.action_cursor_down()
        views = (200 - 37) / 18

        assert len(painted) < 200 * 2 + (views + 1) * 37


async def test_the_focus_repaints_one_line_and_a_passing_mouse_none():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        with repaints(table) as painted:
            await pilot.press("tab")
            await pilot.pause()
        assert painted == [Region(0, 1, table.size.width, 1)]

        with repaints(table) as painted:
            for y in range(1, 20):
                await pilot.hover(TicketTable, offset=(10, y))
            await pilot.hover("#side")
            await pilot.pause()
        assert painted == []


# Mouse


async def test_one_click_selects_and_does_not_open():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        await pilot.click(TicketTable, offset=(10, 5))
        await pilot.pause(0.5)

        assert table.cursor_number == 996
        assert app.opened == []


async def test_a_double_click_opens_once():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        await pilot.click(TicketTable, offset=(10, 5), times=2)
        await pilot.pause(0.5)

        assert table.cursor_number == 996
        assert app.opened == [996]


async def test_a_click_on_the_selected_row_opens_it_once_no_second_one_follows():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        await open_app(pilot)
        await pilot.click(TicketTable, offset=(10, 1))
        await until(pilot, lambda: app.opened)

        assert app.opened == [1000]


async def test_a_double_click_on_the_selected_row_opens_it_at_the_second_click_only(monkeypatch):
    monkeypatch.setattr(list_table, "_DOUBLE_CLICK", 60.0)
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        await open_app(pilot)
        await pilot.click(TicketTable, offset=(10, 1), times=2)
        await pilot.pause(0.5)

        assert app.opened == [1000]


async def test_a_key_after_a_click_takes_the_opening_back(monkeypatch):
    monkeypatch.setattr(list_table, "_DOUBLE_CLICK", 1.0)
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        await open_app(pilot)
        await pilot.click(TicketTable, offset=(10, 1))
        await pilot.press("down")
        await pilot.pause(1.2)

        assert app.opened == []


async def test_clicks_beside_the_rows_do_nothing():
    app = app_of(3)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        await pilot.click(TicketTable, offset=(10, 0), times=2)
        await pilot.click(TicketTable, offset=(10, 20), times=2)
        await pilot.click(TicketTable, offset=(10, 2), button=3)
        await pilot.pause(0.5)

        assert table.cursor_number == 3
        assert app.opened == []


async def test_the_wheel_moves_the_view_and_asks_for_more():
    app = app_of(10_000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        for _ in range(200):
            table.post_message(
                events.MouseScrollDown(
                    table, 10, 10, 0, 0, button=0, shift=False, meta=False, ctrl=False
                )
            )
        await pilot.pause()
        await pilot.pause()

        assert "9400" in lines(table)[1]
        assert table.cursor_number == 9400


# Sizes


async def test_resizing_keeps_the_cursor_in_sight():
    app = app_of(1000, sidebar=False)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        await pilot.press(*["down"] * 30)
        for size in ((80, 24), (200, 60), (60, 6), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert table.cursor_number == 970
            assert len(under_cursor(table)) == 1
            assert {cell_len(line) for line in lines(table)} == {size[0]}


async def test_a_big_terminal_is_filled_after_a_small_one():
    app = app_of(1000, sidebar=False)
    async with app.run_test(size=(80, 6)) as pilot:
        table = await open_app(pilot)
        await pilot.press("end")
        await pilot.resize_terminal(200, 60)
        await pilot.pause()

        assert all(line.strip() for line in lines(table))


# Without colours


async def test_without_colours_the_cursor_is_seen(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)

        assert len(under_cursor(table)) == 1
        assert all(segment.style and segment.style.reverse for segment in table.render_line(1))


# What is a DataTable's own is at rest


async def test_rows_can_not_be_added_behind_the_windows_back():
    async with app_of(10).run_test(size=WIDE) as pilot:
        table = await open_app(pilot)

        with pytest.raises(TypeError):
            table.add_row("1", "2", "3", "4", "5")


# Marks


async def test_space_marks_the_row_and_goes_on_and_escape_takes_all_marks_away():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        await pilot.press("space", "space", "down", "space")
        assert table.marked == {1000, 999, 997}
        assert table.cursor_number == 996
        assert [line[0] for line in lines(table)[1:6]] == ["■", "■", " ", "■", "▌"]

        await pilot.press("up", "space")
        assert table.marked == {1000, 999}
        await pilot.press("escape")
        assert table.marked == frozenset()
        assert "■" not in "".join(lines(table))
        await pilot.pause()
        assert app.marked[-1] == frozenset()


async def test_a_mark_repaints_two_lines():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        with repaints(table) as painted:
            await pilot.press("space")
            await pilot.pause()

        assert {region.y for region in painted} == {1, 2}
        assert all(region.height == 1 for region in painted)


async def test_marks_stay_through_reloads_other_lists_and_scrolling():
    app = app_of(10_000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        await pilot.press("space")
        app.tickets.change(10_000, status=TicketStatus.CANCELLED)
        table.reload()
        await pilot.press("end")
        await pilot.pause()
        assert table.marked == {10_000}
        everything = app.tickets
        app.tickets = TicketList([5, 6, 7])
        table.restart()
        await pilot.pause()
        assert "■" not in "".join(lines(table))
        app.tickets = everything
        table.restart()
        await pilot.pause()
        assert lines(table)[1].startswith("■")
        assert "✕ Отменен" in lines(table)[1]


async def test_the_last_row_can_be_marked_and_an_empty_list_has_none_to_mark():
    app = app_of(2)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        await pilot.press("space", "space")
        assert table.marked == {2, 1}
        await pilot.press("space")
        assert table.marked == {2}

    app = app_of(0)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        await pilot.press("space")
        assert table.marked == frozenset()
        assert not table.check_action("unmark", ())


async def test_the_mouse_marks_at_the_marker_and_with_ctrl():
    app = app_of(1000)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        await pilot.click(TicketTable, offset=(0, 3))
        await pilot.click(TicketTable, offset=(20, 5), control=True)
        assert table.marked == {998, 996}
        await pilot.click(TicketTable, offset=(0, 3))
        await pilot.pause(0.5)
        assert table.marked == {996}
        assert app.opened == []


async def test_without_colours_a_marked_row_under_the_cursor_is_told_by_both(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = app_of(10)
    async with app.run_test(size=WIDE) as pilot:
        table = await open_app(pilot)
        await pilot.press("space", "up")

        assert lines(table)[1].startswith("■")
        assert all(segment.style and segment.style.reverse for segment in table.render_line(1))
