"""SQLite's guards: triggers.

Altering a table in SQLite means rebuilding it, which silently drops its triggers; so they are
recreated after every migration.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Table

from olvery_tui.store.database import shared_values, values
from olvery_tui.store.database.errors import (
    APPEND_ONLY,
    BAD_VALUE,
    FIXED,
    IS_MERGED,
    NOT_NEXT,
    NOT_PAID,
    SEAT_ARCHIVED,
    SEAT_NO_TIME,
    SEAT_OVERLAP,
    SEAT_REPLACED,
)

# Assignments of one workplace never overlap, so of those that begin before the new one ends the
# last to begin is also the last to end: one step in ix_seat_assignment_workplace finds it.
_NO_OVERLAP = f"""
SELECT RAISE(ABORT, '{SEAT_OVERLAP}') WHERE NEW.starts_at < (
    SELECT ends_at FROM seat_assignment
    WHERE workplace_id = NEW.workplace_id AND starts_at < NEW.ends_at AND id <> {{own}}
    ORDER BY starts_at DESC, ends_at DESC LIMIT 1
);
"""

# A text would compare as later than every time, and so hold no seat.
_TIMES_ONLY = f"""
SELECT RAISE(ABORT, '{SEAT_NO_TIME}')
WHERE typeof(NEW.starts_at) <> 'integer' OR typeof(NEW.ends_at) <> 'integer';
"""

# `OR REPLACE` deletes the conflicting row without firing its triggers, so an existing id is refused
# first. A row without an id is -1 here, which is why ids are positive.
_NO_REPLACING = (
    "SELECT RAISE(ABORT, '{said}') WHERE EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id);"
)

_ARCHIVED = f"""
SELECT RAISE(ABORT, '{SEAT_ARCHIVED}') WHERE {{when}} EXISTS (
    SELECT 1 FROM workplace
    JOIN room ON room.id = workplace.room_id JOIN service ON service.id = room.service_id
    WHERE workplace.id = NEW.workplace_id
        AND (workplace.archived OR room.archived OR service.archived)
);
"""
_GROWS = """
    (NEW.workplace_id <> OLD.workplace_id
        OR NEW.starts_at < OLD.starts_at OR NEW.ends_at > OLD.ends_at) AND
"""

_SAME_ID = f"SELECT RAISE(ABORT, '{SEAT_REPLACED}') WHERE NEW.id <> OLD.id;"

_NEVER = f"SELECT RAISE(ABORT, '{APPEND_ONLY}');"

# The next seal is numbered after the last one. If the counter is behind the seals, as after damage,
# it follows them without a gap.
_SEALED = "(SELECT coalesce(max(seals), 0) FROM event_chain)"
_NEXT_SEAL = f"""
SELECT RAISE(ABORT, '{NOT_NEXT}') WHERE NEW.id <= {_SEALED} OR NEW.id <> 1 + {_SEALED}
    AND NOT EXISTS (SELECT 1 FROM event_seal WHERE id = NEW.id - 1);
"""

# The seals themselves advance the chain, so the two never disagree.
_FOLLOW = """
UPDATE event_chain SET seals = NEW.id, hash = NEW.hash;
INSERT INTO event_chain (id, seals, hash)
    SELECT 1, NEW.id, NEW.hash WHERE NOT EXISTS (SELECT 1 FROM event_chain);
"""
_IS_A_SEAL = "EXISTS (SELECT 1 FROM event_seal WHERE id = NEW.seals AND hash = NEW.hash)"
_CHAIN_INSERT = f"""
SELECT RAISE(ABORT, '{NOT_NEXT}') WHERE EXISTS (SELECT 1 FROM event_chain)
    OR NOT (NEW.seals = 0 AND NEW.hash = '' OR {_IS_A_SEAL});
"""
_CHAIN_UPDATE = f"""
SELECT RAISE(ABORT, '{NOT_NEXT}')
WHERE NEW.id <> OLD.id OR NEW.seals <= OLD.seals OR NOT {_IS_A_SEAL};
"""

# Nobody has anything under a person who was merged into another, so it can't be lost from sight.
_NOT_MERGED = f"""
SELECT RAISE(ABORT, '{IS_MERGED}') WHERE EXISTS (
    SELECT 1 FROM person WHERE id = NEW.{{whose}} AND merged_into IS NOT NULL
);
"""
_HAS_NOTHING = f"""
SELECT RAISE(ABORT, '{IS_MERGED}') WHERE NEW.merged_into IS NOT NULL AND (
    EXISTS (SELECT 1 FROM person WHERE id = NEW.merged_into AND merged_into IS NOT NULL)
    OR EXISTS (SELECT 1 FROM ticket WHERE visitor_id = NEW.id)
    OR EXISTS (SELECT 1 FROM orders WHERE customer_id = NEW.id)
);
"""

_SUM = "(SELECT coalesce(sum(amount), 0) FROM payment WHERE order_number = {number})"
_REFUND = f"""
SELECT RAISE(ABORT, '{NOT_PAID}')
WHERE NEW.amount < 0 AND NEW.amount + {_SUM.format(number="NEW.order_number")} < 0;
"""
_KEEP_PAID = f"""
UPDATE orders SET paid = {_SUM.format(number="NEW.order_number")}
WHERE number = NEW.order_number;
"""
_PAID_IS_SUM = f"""
SELECT RAISE(ABORT, '{NOT_PAID}') WHERE NEW.paid IS NOT {_SUM.format(number="NEW.number")};
"""

_ONE_OPEN = f"""
SELECT RAISE(ABORT, '{APPEND_ONLY}') WHERE NEW.closed_at IS NULL AND EXISTS (
    SELECT 1 FROM shift WHERE closed_at IS NULL
        AND coalesce(manager_id, 0) = coalesce(NEW.manager_id, 0)
);
"""
_SHIFT_FIXED = f"""
SELECT RAISE(ABORT, '{APPEND_ONLY}')
WHERE NEW.id IS NOT OLD.id OR NEW.manager_id IS NOT OLD.manager_id
    OR NEW.opened_at IS NOT OLD.opened_at
    OR OLD.closed_at IS NOT NULL AND (NEW.closed_at IS NOT OLD.closed_at
        OR NEW.forgotten IS NOT OLD.forgotten OR NEW.note IS NOT OLD.note)
    OR OLD.read_at IS NOT NULL AND NEW.read_at IS NOT OLD.read_at;
"""

_GAINED, _LOST = shared_values.gained("NEW.", "sqlite"), shared_values.lost("OLD.", "sqlite")

_BODIES = {
    ("seat_assignment_no_overlap_insert", "BEFORE INSERT ON seat_assignment"): (
        _NO_REPLACING.format(said=SEAT_REPLACED, table="seat_assignment")
        + _TIMES_ONLY
        + _NO_OVERLAP.format(own="NEW.id")
        + _ARCHIVED.format(when="")
    ),
    ("seat_assignment_no_overlap_update", "BEFORE UPDATE ON seat_assignment"): (
        _SAME_ID
        + _TIMES_ONLY
        + _NO_OVERLAP.format(own="OLD.id")
        + _ARCHIVED.format(when=_GROWS.strip())
    ),
    ("ticket_not_merged_insert", "BEFORE INSERT ON ticket"): _NOT_MERGED.format(whose="visitor_id"),
    ("ticket_not_merged_update", "BEFORE UPDATE OF visitor_id ON ticket"): (
        _NOT_MERGED.format(whose="visitor_id")
    ),
    ("orders_not_merged_insert", "BEFORE INSERT ON orders"): (
        _NOT_MERGED.format(whose="customer_id")
    ),
    ("orders_not_merged_update", "BEFORE UPDATE OF customer_id ON orders"): (
        _NOT_MERGED.format(whose="customer_id")
    ),
    ("person_has_nothing_update", "BEFORE UPDATE OF merged_into ON person"): _HAS_NOTHING,
    ("person_shares_insert", "AFTER INSERT ON person"): _GAINED,
    ("person_shares_update", f"AFTER UPDATE OF {', '.join(shared_values.COLUMNS)} ON person"): (
        _LOST + _GAINED
    ),
    ("person_shares_delete", "AFTER DELETE ON person"): _LOST,
    ("payment_append_only_insert", "BEFORE INSERT ON payment"): (
        _NO_REPLACING.format(said=APPEND_ONLY, table="payment") + _REFUND
    ),
    ("payment_append_only_update", "BEFORE UPDATE ON payment"): _NEVER,
    ("payment_append_only_delete", "BEFORE DELETE ON payment"): _NEVER,
    ("payment_keeps_paid", "AFTER INSERT ON payment"): _KEEP_PAID,
    ("orders_paid_insert", "BEFORE INSERT ON orders"): _PAID_IS_SUM,
    ("orders_paid_update", "BEFORE UPDATE OF paid ON orders"): _PAID_IS_SUM,
    ("shift_fixed_insert", "BEFORE INSERT ON shift"): (
        _NO_REPLACING.format(said=APPEND_ONLY, table="shift") + _ONE_OPEN
    ),
    ("shift_fixed_update", "BEFORE UPDATE ON shift"): _SHIFT_FIXED,
    ("shift_fixed_delete", "BEFORE DELETE ON shift"): _NEVER,
    ("event_append_only_insert", "BEFORE INSERT ON event"): (
        _NO_REPLACING.format(said=APPEND_ONLY, table="event")
    ),
    ("event_append_only_update", "BEFORE UPDATE ON event"): _NEVER,
    ("event_append_only_delete", "BEFORE DELETE ON event"): _NEVER,
    ("event_seal_append_only_insert", "BEFORE INSERT ON event_seal"): (
        _NO_REPLACING.format(said=APPEND_ONLY, table="event_seal") + _NEXT_SEAL
    ),
    ("event_seal_append_only_update", "BEFORE UPDATE ON event_seal"): _NEVER,
    ("event_seal_append_only_delete", "BEFORE DELETE ON event_seal"): _NEVER,
    ("event_seal_follow", "AFTER INSERT ON event_seal"): _FOLLOW,
    ("event_chain_step_insert", "BEFORE INSERT ON event_chain"): _CHAIN_INSERT,
    ("event_chain_step_update", "BEFORE UPDATE ON event_chain"): _CHAIN_UPDATE,
    ("event_chain_step_delete", "BEFORE DELETE ON event_chain"): _NEVER,
}


_AHEAD = 1_000
"""How far ahead of the others a row may be numbered: keeps clear of the largest number."""


def _of_table(table: Table) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the guards common to all tables: sequential numbers, readable values."""
    key = table.autoincrement_column
    if key is not None and table.name not in ("event_seal", "event_chain", "location"):
        # AFTER, as a row without a number has none before.
        ahead = 1 if table.name == "event" else _AHEAD
        yield (
            (f"{table.name}_next_insert", f"AFTER INSERT ON {table.name}"),
            f"SELECT RAISE(ABORT, '{NOT_NEXT}') WHERE NEW.id >"
            f" {ahead} + (SELECT coalesce(max(id), 0) FROM {table.name} WHERE id < NEW.id);",
        )
        if table.name != "event":  # whose rows never change
            yield (
                (f"{table.name}_next_update", f"BEFORE UPDATE OF id ON {table.name}"),
                f"SELECT RAISE(ABORT, '{FIXED}') WHERE NEW.id IS NOT OLD.id;",
            )
    if table.name in ("ticket", "orders"):
        yield (
            (f"{table.name}_number_update", f"BEFORE UPDATE OF number ON {table.name}"),
            f"SELECT RAISE(ABORT, '{FIXED}') WHERE NEW.number IS NOT OLD.number;",
        )
    bad = {
        name: f"NEW.{name} IS NOT NULL AND NOT ({said.format(v=f'NEW.{name}')})"
        for name, said in values.conditions(table, "sqlite").items()
    }
    if bad:
        yield (
            (f"{table.name}_values_insert", f"BEFORE INSERT ON {table.name}"),
            _refuse_if(list(bad.values())),
        )
        yield (
            (f"{table.name}_values_update", f"BEFORE UPDATE ON {table.name}"),
            # Existing bad values must not block changes to other columns.
            _refuse_if([f"NEW.{name} IS NOT OLD.{name} AND {said}" for name, said in bad.items()]),
        )


def _refuse_if(conditions: list[str]) -> str:
    said = "\n    OR ".join(conditions)
    return f"SELECT RAISE(ABORT, '{BAD_VALUE}') WHERE\n    {said};"


_BODIES.update(guard for table in values.tables() for guard in _of_table(table))

GUARDS = {
    name: f"CREATE TRIGGER {name} {action} BEGIN\n{body.strip()}\nEND"
    for (name, action), body in _BODIES.items()
}
"""The guards' statements by name."""


def lift(connection: Connection) -> None:
    """Drop every guard."""
    for name in GUARDS:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")


def install(connection: Connection) -> None:
    """Create every guard as defined here."""
    for name, guard in GUARDS.items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(guard)


def broken(connection: Connection) -> tuple[str, ...]:
    """Return the names of the guards that are missing or differ from those defined here."""
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = {row.name: row.sql for row in rows}
    return tuple(name for name, guard in GUARDS.items() if found.get(name) != guard)
