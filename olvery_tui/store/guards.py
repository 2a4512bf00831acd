"""What a column can't express, guarded by triggers against every program that writes here.

They belong to the schema as it is now and are made anew after every migration: rebuilding a table,
which is how SQLite alters one, silently drops its triggers.
"""

from __future__ import annotations

from sqlalchemy import Connection

from olvery_tui.store.errors import APPEND_ONLY, SEAT_NO_TIME, SEAT_OVERLAP, SEAT_REPLACED

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

# `OR REPLACE` deletes the row in its way without a word to any other trigger, so an id that exists
# is refused before that. A row that has no id yet is -1 here, which is why ids are positive.
_NO_REPLACING = (
    "SELECT RAISE(ABORT, '{said}') WHERE EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id);"
)

_SAME_ID = f"SELECT RAISE(ABORT, '{SEAT_REPLACED}') WHERE NEW.id <> OLD.id;"

_NEVER = f"SELECT RAISE(ABORT, '{APPEND_ONLY}');"

_BODIES = {
    ("seat_assignment_no_overlap_insert", "INSERT ON seat_assignment"): (
        _NO_REPLACING.format(said=SEAT_REPLACED, table="seat_assignment")
        + _TIMES_ONLY
        + _NO_OVERLAP.format(own="NEW.id")
    ),
    ("seat_assignment_no_overlap_update", "UPDATE ON seat_assignment"): (
        _SAME_ID + _TIMES_ONLY + _NO_OVERLAP.format(own="OLD.id")
    ),
    ("event_append_only_insert", "INSERT ON event"): (
        _NO_REPLACING.format(said=APPEND_ONLY, table="event")
    ),
    ("event_append_only_update", "UPDATE ON event"): _NEVER,
    ("event_append_only_delete", "DELETE ON event"): _NEVER,
    ("event_seal_append_only_insert", "INSERT ON event_seal"): (
        _NO_REPLACING.format(said=APPEND_ONLY, table="event_seal")
    ),
    ("event_seal_append_only_update", "UPDATE ON event_seal"): _NEVER,
    ("event_seal_append_only_delete", "DELETE ON event_seal"): _NEVER,
}

GUARDS = {
    name: f"CREATE TRIGGER {name} BEFORE {action} BEGIN\n{body.strip()}\nEND"
    for (name, action), body in _BODIES.items()
}
"""Each guard's statement by its name."""


def install(connection: Connection) -> None:
    """Make every guard as it is written here."""
    for name, guard in GUARDS.items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(guard)


def broken(connection: Connection) -> tuple[str, ...]:
    """The names of the guards that are missing or not as they are written here."""
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = {row.name: row.sql for row in rows}
    return tuple(name for name, guard in GUARDS.items() if found.get(name) != guard)
