"""What is done with people: their fields, bans, merging, and what they have here."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import update

from olvery_tui.desk import Desk
from olvery_tui.domain.conflicts import PersonChangedMeanwhile, PersonExists, VisitorBanned
from olvery_tui.domain.errors import InvalidForm, NoManager, NoSuchChoice
from olvery_tui.domain.events import EventFilter, EventKind
from olvery_tui.domain.orders import OrderDraft
from olvery_tui.domain.pages import Top
from olvery_tui.domain.people import NOTE_MAX
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.domain.tickets import Admission
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database.tables import PEOPLE, TICKETS
from tests.desk.making import (
    CONSOLE,
    FLOOR,
    IVAN,
    MARIA,
    MARINA,
    NOBODY,
    NOW,
    add_ticket,
    as_typed,
    hours,
    kinds,
    ticket_row,
)

MARIAS = ("Семенова", "Мария", "+79655776500", "koshatina77@mail.example")


@pytest.fixture
def told(store, clock):
    """What the events of a kind hold, the newest first."""

    audit = Desk(store, clock, CONSOLE).audit

    def read(kind):
        return [line.data for line in audit.events(EventFilter(kinds=frozenset({kind})), None, 9)]

    return read


# Fields


def test_a_person_is_edited_and_found_by_what_they_are_called_now(desk, told):
    seen = desk.people.get(MARIA)
    card = desk.people.edit(seen, **as_typed("Петрова", *MARIAS[1:], "Ивановна", "просит тишины"))

    assert (card.full_name, card.note, card.version) == (
        "Мария Ивановна Петрова",
        "просит тишины",
        2,
    )
    assert desk.people.search("петрова м и") == (card,)
    assert desk.people.search("семенова") == ()
    assert told(EventKind.PERSON_UPDATED) == [
        {"person": MARIA, "fields": ["last_name", "patronymic", "note"]}
    ]


def test_what_was_typed_again_is_no_change_and_leaves_no_trace(desk, told):
    seen = desk.people.get(MARIA)
    assert desk.people.edit(seen, **as_typed(*MARIAS)) == seen
    assert told(EventKind.PERSON_UPDATED) == []


def test_of_two_who_edit_one_person_the_second_is_told_and_loses_nothing(desk, other):
    seen = desk.people.get(MARIA)
    desk.people.edit(seen, **as_typed("Петрова", *MARIAS[1:]))
    with pytest.raises(PersonChangedMeanwhile) as refused:
        other.people.edit(seen, **as_typed("Сидорова", *MARIAS[1:]))
    assert refused.value.person.last_name == "Петрова"
    again = other.people.edit(refused.value.person, **as_typed("Сидорова", *MARIAS[1:]))
    assert (again.last_name, again.version) == ("Сидорова", 3)


def test_a_phone_that_is_another_s_is_asked_about(desk):
    seen = desk.people.get(MARIA)
    typed = as_typed("Семенова", "Мария", "8 916 123-45-67", MARIAS[3])
    with pytest.raises(PersonExists) as refused:
        desk.people.edit(seen, **typed)
    assert [person.id for person in refused.value.people] == [MARINA]
    assert desk.people.edit(seen, anyway=True, **typed).phone == "+79161234567"


def test_a_field_that_can_not_be_used_is_told(desk):
    with pytest.raises(InvalidForm) as refused:
        desk.people.edit(desk.people.get(MARIA), **as_typed("", "", "12"))
    assert [one.field for one in refused.value.problems] == ["last_name", "phone"]


# Bans


def test_who_is_banned_is_not_admitted_and_checked_only_knowingly(store, desk, told):
    add_ticket(store, 26)
    desk.tickets.validate(desk.tickets.get(26))
    desk.tickets.reset_validation(desk.tickets.get(26))
    desk.people.ban(desk.people.get(MARIA), " курил  в зале ")

    card = desk.tickets.get(26)
    assert card.visitor.ban_reason == "курил в зале"
    with pytest.raises(VisitorBanned):
        desk.tickets.validate(card)
    assert kinds(store, 26)[-1] == "ticket.validate_refused"
    assert desk.tickets.validate(card, banned=True).validated
    assert desk.tickets.admission(26) is Admission.BANNED
    assert told(EventKind.PERSON_BANNED) == [{"person": MARIA}]

    desk.people.unban(desk.people.get(MARIA))
    assert desk.tickets.admission(26) is Admission.ADMITTED
    assert told(EventKind.PERSON_UNBANNED) == [{"person": MARIA}]


@pytest.mark.parametrize(("reason", "code"), [(" — ", "required"), ("я" * 501, "too_long")])
def test_a_ban_has_a_reason(desk, reason, code):
    assert NOTE_MAX == 500
    with pytest.raises(InvalidForm) as refused:
        desk.people.ban(desk.people.get(MARIA), reason)
    assert [(one.field, one.code) for one in refused.value.problems] == [("ban_reason", code)]


# Merging


def test_merging_keeps_one_who_has_everything(store, desk, told):
    add_ticket(store, 26)
    add_ticket(store, 27, visitor=MARINA, seat=2)
    desk.tickets.validate(desk.tickets.get(27))
    marina = desk.people.edit(
        desk.people.get(MARINA),
        **as_typed("Спиридонова", "Марина", "+79161234567", "", "Львовна", "шумит"),
    )
    marina = desk.people.ban(marina, "не платит")
    kept = desk.people.merge(desk.people.get(MARIA), marina)

    assert (kept.name, kept.patronymic, kept.phone) == ("Мария Семенова", "Львовна", MARIAS[2])
    assert (kept.note, kept.ban_reason) == ("шумит", "не платит")
    card = desk.tickets.get(27)
    assert (card.visitor, card.validated, card.version) == (kept, True, 3)
    assert desk.orders.get(1027).customer == kept
    assert told(EventKind.PERSON_MERGED) == [
        {"person": MARIA, "merged": MARINA, "tickets": 1, "orders": 1}
    ]
    assert desk.tickets.history(27)[0].names == {"from": kept.name, "to": kept.name}
    assert desk.people.search("спиридонова") == desk.people.search("9161234567") == ()
    assert [row.number for row in desk.people.page("", Top(), 9).rows] == [MARIA, IVAN]
    assert check(store, NOW) == ()


def test_who_was_merged_leads_to_who_was_kept(store, desk):
    add_ticket(store, 26, visitor=IVAN, period=hours(1, 2))
    kept = desk.people.merge(desk.people.get(MARIA), desk.people.get(MARINA))
    kept = desk.people.merge(desk.people.get(IVAN), kept)
    assert desk.tickets.change_visitor(desk.tickets.get(26), MARINA).visitor.id == IVAN
    order = desk.orders.create(OrderDraft(MARINA, FLOOR, FLOOR, hours(3, 4), (2,)))
    assert order.customer == kept
    with pytest.raises(NoSuchChoice):
        desk.people.record(MARINA)
    with pytest.raises(NoSuchChoice):
        desk.people.merge(kept, kept)
    assert check(store, NOW) == ()


def test_a_change_of_visitor_is_undone_to_who_the_former_one_is_now(store, desk, other):
    add_ticket(store, 26, visitor=IVAN, period=hours(1, 2))
    desk.tickets.change_visitor(desk.tickets.get(26), MARINA)
    kept = other.people.merge(other.people.get(MARIA), other.people.get(IVAN))
    desk.undo(desk.last_changes)
    assert desk.tickets.get(26).visitor == kept


def test_nothing_can_be_put_under_who_was_merged(store, desk):
    add_ticket(store, 26)
    desk.people.merge(desk.people.get(MARIA), desk.people.get(MARINA))
    for statement in (
        update(TICKETS).values(visitor_id=MARINA),
        update(PEOPLE).where(PEOPLE.c.id == MARIA).values(merged_into=IVAN),
        update(PEOPLE).where(PEOPLE.c.id == IVAN).values(merged_into=MARINA),
    ):
        with pytest.raises(Exception, match="is_merged"), store.writing() as session:
            session.connection().execute(statement)


def test_who_changed_meanwhile_is_not_merged(desk, other):
    maria, marina = desk.people.get(MARIA), desk.people.get(MARINA)
    other.people.ban(marina, "не платит")
    with pytest.raises(PersonChangedMeanwhile) as refused:
        desk.people.merge(maria, marina)
    assert refused.value.person.banned


# Saved with what is made for them


def test_a_new_customer_is_saved_with_the_order_and_only_then(desk, told):
    new = desk.people.check(**as_typed("Орлов", "Пётр"))
    draft = OrderDraft(new, FLOOR, FLOOR, hours(0, 2), (1,))
    with pytest.raises(NoSuchChoice):
        desk.orders.create(replace(draft, workplace_ids=(404,)))
    assert desk.people.search("орлов") == ()

    order = desk.orders.create(draft)
    assert desk.people.search("орлов") == (order.customer,)
    assert told(EventKind.PERSON_CREATED) == [{"person": order.customer.id}]


def test_a_new_visitor_is_saved_with_the_ticket(store, desk):
    add_ticket(store, 26, period=hours(1, 2))
    new = desk.people.check(**as_typed("Орлов", "Пётр", "8 912 000-11-22"))
    desk.people.add(**as_typed("Другой", "", "8 912 000-11-22"))
    with pytest.raises(PersonExists):
        desk.tickets.change_visitor(desk.tickets.get(26), new)
    card = desk.tickets.change_visitor(desk.tickets.get(26), replace(new, anyway=True))
    assert (card.visitor.name, card.visitor.phone) == ("Пётр Орлов", "+79120001122")
    assert ticket_row(store, 26).visitor_id == card.visitor.id


# The page


def test_a_persons_page_has_tickets_orders_debts_and_who_looks_like_them(store, desk):
    add_ticket(store, 26)
    add_ticket(store, 27, seat=2, order=OrderStatus.NEW, period=hours(3, 4))
    add_ticket(store, 28, seat=3, order=OrderStatus.CANCELLED)
    twin = desk.people.add(**as_typed("Семёнова", "Мария"))
    found = desk.people.record(MARIA)

    assert [row.number for row in found.tickets] == [28, 27, 26]
    assert [row.number for row in found.orders] == [1028, 1027, 1026]
    assert (found.ticket_count.value, found.order_count.value) == (3, 3)
    assert found.owed == (("RUB", Decimal(600)),)
    assert found.alike == (twin,)
    assert desk.people.duplicates(9).groups == ((found.person, twin),)


def test_nobody_but_a_manager_changes_people(store, desk, clock):
    seen, nobody = desk.people.get(MARIA), Desk(store, clock, NOBODY)
    for change in (
        lambda: nobody.people.edit(seen, **as_typed("Орлова")),
        lambda: nobody.people.ban(seen, "курит"),
        lambda: nobody.people.unban(seen),
        lambda: nobody.people.merge(seen, desk.people.get(IVAN)),
    ):
        with pytest.raises(NoManager):
            change()
    assert desk.people.get(MARIA) == seen
