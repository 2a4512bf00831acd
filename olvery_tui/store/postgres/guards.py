"""PostgreSQL's guards: constraints, triggers; and the triggers that tell terminals of changes."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from olvery_tui.store import models
from olvery_tui.store.errors import APPEND_ONLY, SEAT_OVERLAP

_ = models  # the tables are in the metadata once they are imported

CHANNEL = "olvery_changed"
"""On which every commit is told, with the table's name."""

EXTENSIONS = ("btree_gist", "pg_trgm")
"""Both come with PostgreSQL, and who may create in a database may create them there."""

_FINITE = "CHECK ((isfinite(starts_at) AND isfinite(ends_at)))"
_CONSTRAINTS = {
    (SEAT_OVERLAP, "seat_assignment"): (
        "EXCLUDE USING gist (workplace_id WITH =, tstzrange(starts_at, ends_at) WITH &&)"
    ),
    ("ck_seat_assignment_finite", "seat_assignment"): _FINITE,
    ("ck_ticket_finite", "ticket"): _FINITE,
}
"""By name and table, in the words in which PostgreSQL itself tells them."""

_FUNCTIONS = {
    "olvery_append_only": (
        f"\nBEGIN\n    RAISE EXCEPTION '{APPEND_ONLY}'"
        " USING ERRCODE = 'integrity_constraint_violation';\nEND\n"
    ),
    "olvery_notify": (
        f"\nBEGIN\n    PERFORM pg_notify('{CHANNEL}', TG_TABLE_NAME);\n    RETURN NULL;\nEND\n"
    ),
}

_SCHEMA_TABLE = "alembic_version"
_BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 2, 4, 8, 16, 32
"""The bits of pg_trigger.tgtype; none of these triggers is for each row."""


class _Trigger(NamedTuple):
    """A trigger of a table, for each statement; `kind` are the bits above."""

    name: str
    table: str
    function: str
    kind: int

    @property
    def statement(self) -> str:
        """What makes it."""
        when = "BEFORE" if self.kind & _BEFORE else "AFTER"
        bits = {_INSERT: "INSERT", _UPDATE: "UPDATE", _DELETE: "DELETE", _TRUNCATE: "TRUNCATE"}
        what = " OR ".join(word for bit, word in bits.items() if self.kind & bit)
        return (
            f"CREATE TRIGGER {self.name} {when} {what} ON {self.table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {self.function}()"
        )


def _triggers() -> tuple[_Trigger, ...]:
    tables = sorted({*SQLModel.metadata.tables, _SCHEMA_TABLE})
    changes = _INSERT | _UPDATE | _DELETE | _TRUNCATE
    never = _BEFORE | _UPDATE | _DELETE | _TRUNCATE
    return (
        *(
            _Trigger(f"{table}_append_only", table, "olvery_append_only", never)
            for table in ("event", "event_seal")
        ),
        *(_Trigger(f"{table}_notify", table, "olvery_notify", changes) for table in tables),
    )


_FOUND = text(
    """
    SELECT 'function' AS kind, proname::text AS name, '' AS "table", prosrc AS said
    FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname = ANY(:functions)
    UNION ALL
    SELECT 'constraint', conname::text, conrelid::regclass::text,
        CASE WHEN convalidated THEN pg_get_constraintdef(oid) END
    FROM pg_constraint WHERE conname = ANY(:constraints) AND conrelid <> 0
    UNION ALL
    SELECT 'trigger', tgname::text, tgrelid::regclass::text,
        concat_ws(' ', tgfoid::regproc, tgtype, tgenabled)
    FROM pg_trigger WHERE tgname = ANY(:triggers) AND tgqual IS NULL AND NOT tgisinternal
    """
)


def install(connection: Connection) -> None:
    """Make every guard as it is written here.

    Raises:
        SeatConflict: two assignments share a seat already, so it can't be promised.
    """
    run = connection.exec_driver_sql
    missing = set(broken(connection))
    for name, body in _FUNCTIONS.items():
        if name in missing:
            run(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $body${body}$body$"
            )
    for (name, table), definition in _CONSTRAINTS.items():
        if name in missing:
            run(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
            run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for trigger in _triggers():
        if trigger.name in missing:
            run(f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}")
            run(trigger.statement)
            # Also for a session that plays the part of a replica.
            run(f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {trigger.name}")


def broken(connection: Connection) -> tuple[str, ...]:
    """The names of the guards that are missing or not as they are written here."""
    wanted: dict[tuple[Any, ...], str] = {
        **{("function", name, ""): body for name, body in _FUNCTIONS.items()},
        **{("constraint", *key): definition for key, definition in _CONSTRAINTS.items()},
        **{("trigger", one.name, one.table): f"{one.function} {one.kind} A" for one in _triggers()},
    }
    names = {
        f"{kind}s": [key[1] for key in wanted if key[0] == kind]
        for kind in ("function", "constraint", "trigger")
    }
    found = {tuple(row[:3]): row[3] for row in connection.execute(_FOUND, names)}
    return tuple(key[1] for key, said in wanted.items() if found.get(key) != said)
