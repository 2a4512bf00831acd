"""The window shows a true part of the list, whatever is pressed and however late answers come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from olvery_tui.domain.pages import After, Around, Count, Page, Top
from olvery_tui.widgets.table.table_window import CHUNK, OWED_MOST, Question, TableWindow
from tests.widgets.ticket_list import TicketList


def settle(window: TableWindow, tickets: TicketList) -> int:
    """Answer until nothing is asked any more; how many questions that took."""
    for asked in range(1000):
        question = window.next_question()
        if question is None:
            return asked
        assert window.answer(question.token, tickets.page(question.start, question.limit))
    raise AssertionError("the window never stops asking")


def opened(size: int, height: int = 10) -> tuple[TableWindow, TicketList]:
    tickets = TicketList(range(1, size + 1))
    window = TableWindow()
    window.resize(height)
    window.restart()
    settle(window, tickets)
    return window, tickets


def place(window: TableWindow, tickets: TicketList) -> int:
    """Where in the whole list the cursor is."""
    return [row.number for row in tickets.rows].index(window.cursor_number or 0)


# A list that nobody changes: the cursor goes where a cursor in the whole list would go.

MOVES = st.one_of(
    st.tuples(st.just("step"), st.sampled_from([-1, 1, -7, 7])),
    st.tuples(st.just("page"), st.sampled_from([-1, 1])),
    st.tuples(st.just("home"), st.none()),
    st.tuples(st.just("end"), st.none()),
    st.tuples(st.just("seek"), st.integers(1, 2000)),
    st.tuples(st.just("refresh"), st.none()),
)


@given(
    size=st.sampled_from([1, 2, 9, 10, 11, 60, 700, 2000]),
    height=st.sampled_from([1, 2, 10, 37, 60]),
    moves=st.lists(st.tuples(MOVES, st.integers(1, 30)), max_size=30),
)
def test_the_cursor_goes_where_it_would_go_in_the_whole_list(size, height, moves):
    window, tickets = opened(size, height)
    expected = 0
    for (move, argument), times in moves:
        for _ in range(times):
            getattr(window, move)(*(() if argument is None else (argument,)))
            settle(window, tickets)
        match move:
            case "step":
                expected = max(0, min(expected + argument * times, size - 1))
            case "page":
                expected = max(0, min(expected + argument * times * height, size - 1))
            case "home":
                expected = 0
            case "end":
                expected = size - 1
            case "seek":
                expected = size - argument if argument <= size else 0
        assert place(window, tickets) == expected


@given(
    size=st.integers(1, 3000),
    height=st.integers(1, 60),
    presses=st.lists(st.booleans(), min_size=1, max_size=12),
    page=st.booleans(),
)
def test_presses_that_outrun_the_answers_are_made_good(size, height, presses, page):
    """While an answer is under way the cursor waits at the edge, then goes the rest of its way."""
    window, tickets = opened(size, height)
    distance = 0
    question: Question | None = None
    for answer_now in presses:
        question = window.next_question() or question
        if page:
            window.page(1)
        else:
            window.step(5)
        distance += height if page else 5
        if answer_now and question is not None:
            window.answer(question.token, tickets.page(question.start, question.limit))
            question = None
    if question is not None:
        window.answer(question.token, tickets.page(question.start, question.limit))
    settle(window, tickets)

    assert place(window, tickets) == min(distance, size - 1)
    assert not window.is_waiting


# Held keys


def test_a_key_held_through_a_long_list_asks_before_it_needs():
    """Each answer may come a whole page late: the cursor never stands still."""
    window, tickets = opened(10_000, 37)
    question = None
    for page in range(1, 260):
        window.page(1)
        if question is not None:
            window.answer(question.token, tickets.page(question.start, question.limit))
        question = window.next_question()
        assert not window.is_waiting
        assert place(window, tickets) == page * 37


def test_growing_at_one_end_never_makes_the_other_end_ask():
    window, tickets = opened(10_000, 37)
    for _ in range(40):
        window.page(1)
        settle(window, tickets)

    assert settle(window, tickets) == 0
    window.step(1)
    window.step(-1)
    assert settle(window, tickets) == 0


def test_no_more_is_held_whichever_way_the_list_is_walked():
    window, tickets = opened(10_000, 37)
    for direction in (1, -1):
        held = []
        for _ in range(200):
            window.page(direction)
            settle(window, tickets)
            held.append(len(window.rows))
        assert max(held[100:]) == max(held[50:100]) < 1_000


def test_the_view_jumps_half_its_height_at_its_edge():
    window, _ = opened(1000, 10)

    window.step(9)
    assert (window.cursor, window.top) == (9, 0)
    window.step(1)
    assert (window.cursor, window.top) == (10, 5)
    window.step(-6)
    assert (window.cursor, window.top) == (4, 0)


def test_a_page_keeps_the_line_of_the_cursor():
    window, tickets = opened(1000, 10)
    window.step(3)
    window.page(1)
    settle(window, tickets)

    assert window.cursor - window.top == 3
    assert window.cursor_number == 1000 - 13


def test_turning_round_forgets_what_was_still_owed():
    window, tickets = opened(1000, 10)
    while not window.is_waiting:
        window.page(1)
    question = window.next_question()
    edge = window.cursor_number
    window.step(-1)

    assert question is not None
    window.answer(question.token, tickets.page(question.start, question.limit))
    assert window.cursor_number == (edge or 0) + 1


def test_lines_that_are_in_sight_again_are_not_forgotten():
    """Who turns back before the answer came keeps what he went back to."""
    window, tickets = opened(1000, 10)
    window.page(14)
    question = window.next_question()
    assert question is not None
    window.page(-13)
    seen = list(window.seen)
    window.answer(question.token, tickets.page(question.start, question.limit))

    assert list(window.seen) == seen


def test_the_wheel_takes_the_cursor_along_only_at_the_edge():
    window, _ = opened(1000, 10)
    window.step(5)

    window.scroll(3)
    assert (window.cursor, window.top) == (5, 3)
    window.scroll(3)
    assert (window.cursor, window.top) == (6, 6)
    window.scroll(-100)
    assert (window.cursor, window.top) == (6, 0)


# Jumps


def test_keys_pressed_during_a_jump_count_from_where_it_lands():
    window, tickets = opened(1000, 10)
    window.end()
    for distance in (-1, -1, -1, 1):
        window.step(distance)
    settle(window, tickets)

    assert window.cursor_number == 3


def test_a_jump_takes_the_place_of_an_open_question_and_drops_its_answer():
    window, tickets = opened(1000, 10)
    window.page(14)
    late = window.next_question()
    window.end()
    jump = window.next_question()

    assert late is not None
    assert jump is not None
    assert not window.answer(late.token, tickets.page(late.start, late.limit))
    assert window.answer(jump.token, tickets.page(jump.start, jump.limit))
    assert window.cursor_number == 1


def test_home_needs_no_question_where_the_first_line_is_there():
    window, _ = opened(1000, 10)
    window.step(20)
    window.home()

    assert window.cursor_number == 1000
    assert window.next_question() is None


def test_a_ticket_that_is_not_in_the_list_gives_way_to_the_one_that_follows():
    window, tickets = opened(1000, 10)
    tickets.remove(500)
    window.seek(500)
    settle(window, tickets)

    assert window.cursor_number == 499


# What others change


def test_a_refresh_keeps_cursor_and_line():
    window, tickets = opened(1000, 10)
    window.step(300)
    settle(window, tickets)
    number, line = window.cursor_number, window.cursor - window.top
    for gone in (number + 1, number + 2, number - 3):
        tickets.remove(gone)
    tickets.add(1001)
    window.refresh()
    settle(window, tickets)

    assert (window.cursor_number, window.cursor - window.top) == (number, line)
    assert number + 1 not in {row.number for row in window.rows}


def test_a_new_ticket_comes_in_sight_for_who_looks_at_the_beginning():
    window, tickets = opened(1000, 10)
    tickets.add(1001)
    window.refresh()
    settle(window, tickets)

    assert [row.number for row in window.seen][:2] == [1001, 1000]
    assert window.cursor_number == 1000


def test_new_tickets_never_push_the_cursor_out_of_sight():
    window, tickets = opened(1000, 10)
    for number in range(1001, 1020):
        tickets.add(number)
    window.refresh()
    settle(window, tickets)

    assert window.cursor_number == 1000
    assert 1000 in {row.number for row in window.seen}


def test_a_ticket_that_leaves_the_list_gives_the_cursor_to_the_next_one():
    window, tickets = opened(1000, 10)
    window.step(3)
    tickets.remove(997)
    window.refresh()
    settle(window, tickets)
    assert window.cursor_number == 996

    window.end()
    settle(window, tickets)
    tickets.remove(1)
    window.refresh()
    settle(window, tickets)
    assert window.cursor_number == 2


def test_a_row_that_leaves_a_list_by_name_gives_the_cursor_to_its_neighbour():
    """The source does not know any more where it stood, and answers with the first rows."""
    window, people = TableWindow(by_number=False), TicketList(range(1, 1001))

    def answered(question: Question) -> Page:
        gone = isinstance(question.start, Around) and question.start.number not in numbers()
        return people.page(Top() if gone else question.start, question.limit)

    def numbers() -> set[int]:
        return {row.number for row in people.rows}

    def refreshed() -> int | None:
        window.refresh()
        while (question := window.next_question()) is not None:
            assert window.answer(question.token, answered(question))
        return window.cursor_number

    window.resize(10)
    window.restart()
    refreshed()
    window.step(700)
    assert refreshed() == 300
    line = window.cursor - window.top
    people.remove(300)
    people.remove(299)
    assert refreshed() == 298
    assert window.cursor - window.top == line

    window.end()
    assert refreshed() == 1
    people.remove(1)
    assert refreshed() == 2


def test_an_answer_about_another_place_is_not_taken_for_this_one():
    """Who moved on far while the list was asked again stays where he is, and it is asked there."""
    window, tickets = opened(10_000, 10)
    window.refresh()
    question = window.next_question()
    assert question is not None
    for _ in range(9):
        window.page(1)
    number = window.cursor_number
    few = tickets.page(Around(10_000), 20)
    window.answer(question.token, few)

    assert window.cursor_number == number
    again = window.next_question()
    assert again is not None
    assert again.start == Around(number)


# Questions without answers


def test_a_refused_jump_is_asked_again_after_the_next_occasion_only():
    window, tickets = opened(1000, 10)
    window.end()
    question = window.next_question()
    assert question is not None
    window.give_up(question.token)

    assert window.next_question() is None
    assert not window.is_waiting
    window.refresh()
    settle(window, tickets)
    assert window.cursor_number == 1


def test_an_empty_list_asks_once_and_takes_every_key():
    window = TableWindow()
    window.restart()
    tickets = TicketList([])
    assert settle(window, tickets) == 1
    for move in (window.home, window.end, lambda: window.step(1), lambda: window.page(-1)):
        move()
    assert settle(window, tickets) == 0
    assert window.cursor_number is None

    tickets.add(5)
    window.refresh()
    settle(window, tickets)
    assert window.cursor_number == 5


def test_a_list_that_becomes_empty_is_empty():
    window, tickets = opened(3)
    tickets.rows = []
    window.refresh()
    settle(window, tickets)

    assert window.rows == ()
    assert window.position == (None, None, Count(0))


def test_a_source_that_promises_more_and_gives_nothing_is_not_asked_for_ever():
    window = TableWindow()
    window.resize(10)
    window.restart()
    question = window.next_question()
    assert question is not None
    window.answer(question.token, Page(TicketList(range(1, 12)).page(Top(), 11).rows, False, True))
    grow = window.next_question()
    assert grow is not None
    assert grow.start == After(1)
    window.answer(grow.token, Page((), True, True))

    assert window.next_question() is None


# The place in the list


def test_the_place_is_told_from_both_ends():
    window, tickets = opened(1000, 10)
    assert window.position == (1, 10, None)
    window.total = Count(1000)
    assert window.position == (1, 10, Count(1000))
    window.end()
    settle(window, tickets)
    assert window.position == (991, 1000, Count(1000))


def test_before_the_first_answer_nothing_is_told_of_the_length():
    window = TableWindow()
    window.restart()
    assert window.position == (None, None, None)
    question = window.next_question()
    assert question is not None
    window.give_up(question.token)
    assert window.position == (None, None, None)


def test_without_a_known_place_none_is_told():
    window, tickets = opened(1000, 10)
    window.total = Count(500, capped=True)
    window.seek(500)
    question = window.next_question()
    assert question is not None
    page = tickets.page(question.start, question.limit)
    window.answer(question.token, Page(page.rows, page.more_above, page.more_below))

    assert window.position == (None, None, Count(500, capped=True))


def test_the_end_of_the_list_tells_its_length_better_than_an_older_count():
    window, _ = opened(30, 10)
    window.total = Count(12)

    assert window.position == (1, 10, Count(30))


# Anything, in any order


class AnyOrder(RuleBasedStateMachine):
    """Keys, changes by others, and answers that come late, twice, or never."""

    @initialize(size=st.sampled_from([0, 1, 5, 40, 400, 1500]), height=st.integers(1, 60))
    def open(self, size, height):
        self.tickets = TicketList(range(10, size + 10))
        self.window = TableWindow()
        self.window.resize(height)
        self.window.restart()
        self.largest = self.window.size
        self.open_questions: list[tuple[Question, Page]] = []
        self.changed = False

    def ask(self):
        question = self.window.next_question()
        if question is not None:
            page = self.tickets.page(question.start, question.limit)
            self.open_questions.append((question, page))

    @rule(distance=st.integers(-80, 80))
    def step(self, distance):
        self.window.step(distance)
        self.ask()

    @rule(direction=st.sampled_from([-1, 1]), times=st.integers(1, 5))
    def page(self, direction, times):
        for _ in range(times):
            self.window.page(direction)
            self.ask()

    @rule(distance=st.integers(-9, 9))
    def wheel(self, distance):
        self.window.scroll(distance)
        self.ask()

    @rule(line=st.integers(-2, 70))
    def click(self, line):
        self.window.point(line)
        self.ask()

    @rule(move=st.sampled_from(["home", "end", "refresh", "restart"]))
    def go(self, move):
        getattr(self.window, move)()
        self.ask()

    @rule(number=st.integers(1, 1600))
    def seek(self, number):
        self.window.seek(number)
        self.ask()

    @rule(height=st.integers(1, 60))
    def resize(self, height):
        self.window.resize(height)
        self.largest = max(self.largest, self.window.size)
        self.ask()

    @rule(number=st.integers(1, 1600))
    def somebody_removes(self, number):
        self.tickets.remove(number)
        self.changed = True

    @rule()
    def somebody_adds(self):
        self.tickets.add(max((row.number for row in self.tickets.rows), default=1) + 1)
        self.changed = True

    @precondition(lambda self: self.open_questions)
    @rule(data=st.data(), keep=st.booleans())
    def an_answer_comes(self, data, keep):
        index = data.draw(st.integers(0, len(self.open_questions) - 1))
        question, page = self.open_questions[index]
        if not keep:
            del self.open_questions[index]
        self.window.answer(question.token, page)
        self.ask()

    @precondition(lambda self: self.open_questions)
    @rule()
    def an_answer_is_refused(self):
        question, _ = self.open_questions.pop()
        self.window.give_up(question.token)
        self.ask()

    @rule()
    def everything_comes_to_rest(self):
        window = self.window
        window.give_up()
        window.refresh()
        cursor, jumping = window.cursor_number, window.is_jumping
        settle(window, self.tickets)
        self.open_questions.clear()

        numbers = [row.number for row in self.tickets.rows]
        held = [row.number for row in window.rows]
        assert bool(held) == bool(numbers)
        if not held:
            return
        first = numbers.index(held[0])
        assert numbers[first : first + len(held)] == held
        assert not window.is_waiting
        below = len(held) - window.top - window.height
        assert below >= min(window.height, len(numbers) - first - window.top - window.height)
        if not jumping and cursor in numbers:
            assert window.cursor_number == cursor
        seen_first, seen_last, total = window.position
        assert seen_first == first + window.top + 1
        assert seen_last == first + window.top + len(window.seen)
        assert total is None or total.value == len(numbers)

    @invariant()
    def what_is_held_is_in_order_and_the_cursor_is_in_sight(self):
        window = getattr(self, "window", None)
        if window is None:
            return
        numbers = [row.number for row in window.rows]
        assert numbers == sorted(set(numbers), reverse=True)
        assert 0 <= window.top <= max(0, len(numbers) - window.height)
        assert 0 <= window.cursor < max(1, len(numbers))
        assert window.top <= window.cursor < window.top + window.height
        assert len(numbers) <= self.largest + OWED_MOST + CHUNK


TestAnyOrder = AnyOrder.TestCase
