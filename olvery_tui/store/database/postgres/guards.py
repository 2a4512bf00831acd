"""PostgreSQL's guards: constraints and triggers, including those that notify of changes."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, text
from sqlmodel import SQLModel

from olvery_tui.store.database import locks, shared_values, values
from olvery_tui.store.database.errors import (
    APPEND_ONLY,
    IS_MERGED,
    NOT_NEXT,
    NOT_PAID,
    SEAT_ARCHIVED,
    SEAT_OVERLAP,
)
from olvery_tui.store.database.postgres import signing_in

CHANNEL = "olvery_changed"
"""The channel on which every commit is announced, with the table's name."""

EXTENSIONS = ("btree_gist", "pg_trgm")
"""Both come with PostgreSQL; whoever may create in a database may create them there."""


def _values_of(table: Table) -> str | None:
    said = [one.format(v=name) for name, one in values.conditions(table, "postgresql").items()]
    if not said:
        return None
    return f"CHECK (({' AND '.join(said)}))" if len(said) > 1 else f"CHECK ({said[0]})"


_FINITE = "CHECK ((isfinite(starts_at) AND isfinite(ends_at)))"
_CONSTRAINTS = {
    (SEAT_OVERLAP, "seat_assignment"): (
        "EXCLUDE USING gist (workplace_id WITH =, tstzrange(starts_at, ends_at) WITH &&)"
    ),
    ("ck_seat_assignment_finite", "seat_assignment"): _FINITE,
    ("ck_ticket_finite", "ticket"): _FINITE,
    **{
        (f"ck_{table.name}_values", table.name): said
        for table in values.tables()
        if (said := _values_of(table)) is not None
    },
}
"""By name and table, in PostgreSQL's own notation."""


def _is_of_values(constraint: str) -> bool:
    """Whether existing rows may violate it: the check reports them, and it blocks nobody."""
    return constraint.endswith("_values")


class _Function(NamedTuple):
    """A function; `head` holds its return type and attributes, `settings` what it runs under."""

    head: str
    body: str
    settings: tuple[str, ...] = ()


def _refusal(said: str) -> str:
    return f"RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation';"


def _columns(row: str) -> str:
    return ", ".join(f"{row}.{column}" for column in shared_values.COLUMNS)


_TRIGGER = "RETURNS trigger LANGUAGE plpgsql"
_AS_OWNER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp"
_DEFINER = f"RETURNS trigger {_AS_OWNER}"
_BY_INDEX = ("plan_cache_mode=force_generic_plan", "enable_seqscan=off", "enable_bitmapscan=off")
"""Plan each statement once, which takes longer than to run it; and by indexes, for tables grow."""
_PURE = "RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE"
_FUNCTIONS = {
    "olvery_append_only()": _Function(_TRIGGER, f"\nBEGIN\n    {_refusal(APPEND_ONLY)}\nEND\n"),
    # Nobody has anything under a person who was merged into another. Waits for merges that are on
    # their way, and keeps the people from others.
    "olvery_not_merged()": _Function(
        _TRIGGER,
        f"""
DECLARE
    whose text := CASE TG_TABLE_NAME WHEN 'ticket' THEN 'visitor_id' ELSE 'customer_id' END;
    theirs integer[];
    merged bigint;
BEGIN
    IF TG_LEVEL = 'ROW' THEN
        theirs := ARRAY[(to_jsonb(NEW) ->> whose)::integer];
    ELSIF TG_TABLE_NAME = 'ticket' THEN
        theirs := ARRAY(SELECT DISTINCT visitor_id FROM written);
    ELSE
        theirs := ARRAY(SELECT DISTINCT customer_id FROM written);
    END IF;
    SELECT count(merged_into) INTO merged FROM (
        SELECT merged_into FROM person WHERE id = ANY (theirs) ORDER BY id FOR SHARE
    ) AS kept;
    IF merged > 0 THEN
        {_refusal(IS_MERGED)}
    END IF;
    RETURN NEW;
END
""",
    ),
    "olvery_has_nothing()": _Function(
        _TRIGGER,
        f"""
BEGIN
    IF NEW.merged_into IS NOT NULL AND (
        EXISTS (SELECT FROM person WHERE id = NEW.merged_into AND merged_into IS NOT NULL)
        OR EXISTS (SELECT FROM ticket WHERE visitor_id = NEW.id)
        OR EXISTS (SELECT FROM orders WHERE customer_id = NEW.id)
    ) THEN
        {_refusal(IS_MERGED)}
    END IF;
    RETURN NEW;
END
""",
    ),
    # Waits for the lines that others are writing, so the sum is never of some of them. Once a
    # statement, for an import writes thousands of lines with one.
    "olvery_payment_keeps_paid()": _Function(
        _DEFINER,
        """
BEGIN
    PERFORM FROM orders WHERE number IN (SELECT order_number FROM written)
        ORDER BY number FOR NO KEY UPDATE;
    UPDATE orders SET paid = sums.amount FROM (
        SELECT order_number, sum(amount) AS amount FROM payment
        WHERE order_number IN (SELECT order_number FROM written) GROUP BY order_number
    ) AS sums WHERE number = sums.order_number;
    RETURN NULL;
END
""",
    ),
    "olvery_paid_is_sum()": _Function(
        _TRIGGER,
        f"""
DECLARE
    is_other boolean;
BEGIN
    IF TG_LEVEL = 'ROW' THEN
        is_other := NEW.paid <> (
            SELECT coalesce(sum(amount), 0) FROM payment WHERE order_number = NEW.number
        );
    ELSE
        is_other := EXISTS (
            SELECT FROM written WHERE paid <> (
                SELECT coalesce(sum(amount), 0) FROM payment WHERE order_number = number
            )
        );
    END IF;
    IF is_other THEN
        {_refusal(NOT_PAID)}
    END IF;
    RETURN NEW;
END
""",
    ),
    "olvery_shift_fixed()": _Function(
        _TRIGGER,
        f"""
BEGIN
    IF (NEW.id, NEW.opened_at) <> (OLD.id, OLD.opened_at)
        OR NEW.manager_id IS DISTINCT FROM OLD.manager_id
        OR OLD.closed_at IS NOT NULL
            AND (NEW.closed_at IS DISTINCT FROM OLD.closed_at
                OR (NEW.forgotten, NEW.note) <> (OLD.forgotten, OLD.note))
        OR OLD.read_at IS NOT NULL AND NEW.read_at IS DISTINCT FROM OLD.read_at
    THEN
        {_refusal(APPEND_ONLY)}
    END IF;
    RETURN NEW;
END
""",
    ),
    # Who writes people past the program takes turns too: each has to see what the other adds.
    "olvery_person_shares()": _Function(
        _DEFINER,
        f"""
BEGIN
    IF TG_OP = 'UPDATE' AND ({_columns("NEW")}) IS NOT DISTINCT FROM ({_columns("OLD")}) THEN
        RETURN NULL;
    END IF;
    PERFORM {locks.taking(locks.AdvisoryLock.PEOPLE)};
    IF TG_OP <> 'INSERT' THEN
        {shared_values.lost("OLD.", "postgresql")}
    END IF;
    IF TG_OP <> 'DELETE' THEN
        {shared_values.gained("NEW.", "postgresql")}
    END IF;
    RETURN NULL;
END
""",
        _BY_INDEX,
    ),
    "olvery_notify()": _Function(
        _TRIGGER,
        f"\nBEGIN\n    PERFORM pg_notify('{CHANNEL}', TG_TABLE_NAME);\n    RETURN NULL;\nEND\n",
    ),
    "olvery_seat_archived()": _Function(
        _TRIGGER,
        f"""
DECLARE
    theirs integer[] := CASE TG_LEVEL WHEN 'ROW' THEN ARRAY[NEW.workplace_id] END;
BEGIN
    IF TG_LEVEL = 'STATEMENT' THEN
        theirs := ARRAY(SELECT DISTINCT workplace_id FROM written);
    END IF;
    IF EXISTS (
        SELECT FROM workplace
        JOIN room ON room.id = workplace.room_id JOIN service ON service.id = room.service_id
        WHERE workplace.id = ANY (theirs)
            AND (workplace.archived OR room.archived OR service.archived)
    ) THEN
        {_refusal(SEAT_ARCHIVED)}
    END IF;
    RETURN NEW;
END
""",
    ),
    # The next seal is numbered after the last one (if the counter is behind the seals, as after
    # damage, it follows them without a gap), and advances the chain by itself.
    "olvery_seal_follow()": _Function(
        _DEFINER,
        f"""
DECLARE
    sealed bigint := coalesce((SELECT seals FROM event_chain WHERE id = 1 FOR UPDATE), 0);
BEGIN
    IF NEW.id <= sealed OR NEW.id <> sealed + 1
        AND NOT EXISTS (SELECT FROM event_seal WHERE id = NEW.id - 1)
    THEN
        {_refusal(NOT_NEXT)}
    END IF;
    UPDATE event_chain SET seals = NEW.id, hash = NEW.hash;
    INSERT INTO event_chain (id, seals, hash)
        SELECT 1, NEW.id, NEW.hash WHERE NOT EXISTS (SELECT FROM event_chain);
    RETURN NULL;
END
""",
    ),
    "olvery_chain_step()": _Function(
        _TRIGGER,
        f"""
BEGIN
    IF TG_OP = 'INSERT' AND NEW.seals = 0 AND NEW.hash = '' OR
        NEW.seals > coalesce(OLD.seals, 0)
        AND EXISTS (SELECT FROM event_seal WHERE id = NEW.seals AND hash = NEW.hash)
    THEN
        RETURN NEW;
    END IF;
    {_refusal(NOT_NEXT)}
END
""",
    ),
    **{
        signature: _Function(f"RETURNS {one.gives} {_AS_OWNER}", one.body)
        for signature, one in signing_in.FUNCTIONS.items()
    },
    **{signature: _Function(_PURE, f"\n{body}\n") for signature, body in values.FUNCTIONS.items()},
}
"""By signature."""

_OF_PEOPLE = {"ticket": "visitor_id", "orders": "customer_id"}
_SCHEMA_TABLE = "alembic_version"
_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 4, 8, 16, 32
"""The bits of pg_trigger.tgtype."""


class _Trigger(NamedTuple):
    """A trigger of a table; `kind` combines the bits above.

    `rows` is the name under which its function finds all rows that a statement has inserted; `when`
    says for which rows it is called at all, in the server's own notation.
    """

    name: str
    table: str
    function: str
    kind: int
    rows: str = ""
    when: str = ""

    @property
    def statement(self) -> str:
        """The statement that creates it."""
        time = "BEFORE" if self.kind & _BEFORE else "AFTER"
        bits = {_INSERT: "INSERT", _UPDATE: "UPDATE", _DELETE: "DELETE", _TRUNCATE: "TRUNCATE"}
        what = " OR ".join(word for bit, word in bits.items() if self.kind & bit)
        each = "ROW" if self.kind & _ROW else "STATEMENT"
        rows = f" REFERENCING NEW TABLE AS {self.rows}" if self.rows else ""
        when = f" WHEN ({self.when})" if self.when else ""
        return (
            f"CREATE TRIGGER {self.name} {time} {what} ON {self.table}{rows}"
            f" FOR EACH {each}{when} EXECUTE FUNCTION {self.function}()"
        )

    @property
    def said(self) -> str:
        """What `_FOUND` gives for it."""
        return " ".join(filter(None, (self.function, str(self.kind), "A", self.rows, self.when)))


def _checked(name: str, table: str, function: str, changed: str) -> tuple[_Trigger, _Trigger]:
    """Check all rows that a statement inserts at once, for an import inserts thousands with one,
    and each updated row by itself, if it is `changed` in what the check is about.
    """
    updated = _ROW | _BEFORE | _UPDATE
    return (
        _Trigger(name, table, function, _INSERT, rows="written"),
        _Trigger(f"{name}_update", table, function, updated, when=changed),
    )


def _triggers() -> tuple[_Trigger, ...]:
    tables = sorted({*SQLModel.metadata.tables, _SCHEMA_TABLE})
    changes = _INSERT | _UPDATE | _DELETE | _TRUNCATE
    gone = _BEFORE | _DELETE | _TRUNCATE
    append_only = "olvery_append_only"
    grows = (
        "new.workplace_id <> old.workplace_id OR new.starts_at < old.starts_at"
        " OR new.ends_at > old.ends_at"
    )
    return (
        *(
            _Trigger(f"{table}_append_only", table, append_only, gone | _UPDATE)
            for table in ("event", "event_seal", "payment")
        ),
        *(
            _Trigger(f"{table}_append_only", table, append_only, gone)
            for table in ("event_chain", "shift")
        ),
        _Trigger("shift_fixed", "shift", "olvery_shift_fixed", _ROW | _BEFORE | _UPDATE),
        _Trigger("payment_keeps_paid", "payment", "olvery_payment_keeps_paid", _INSERT, "written"),
        *_checked("orders_paid_is_sum", "orders", "olvery_paid_is_sum", "new.paid <> old.paid"),
        _Trigger("event_seal_follow", "event_seal", "olvery_seal_follow", _ROW | _INSERT),
        _Trigger(
            "event_chain_step",
            "event_chain",
            "olvery_chain_step",
            _ROW | _BEFORE | _INSERT | _UPDATE,
        ),
        *(
            trigger
            for table, who in _OF_PEOPLE.items()
            for trigger in _checked(
                f"{table}_not_merged", table, "olvery_not_merged", f"new.{who} <> old.{who}"
            )
        ),
        _Trigger("person_has_nothing", "person", "olvery_has_nothing", _ROW | _BEFORE | _UPDATE),
        _Trigger(
            "person_shares",
            "person",
            "olvery_person_shares",
            _ROW | _INSERT | _UPDATE | _DELETE,
        ),
        *_checked("seat_assignment_archived", "seat_assignment", "olvery_seat_archived", grows),
        *(_Trigger(f"{table}_notify", table, "olvery_notify", changes) for table in tables),
    )


_FOUND = text(
    """
    SELECT 'function' AS kind, proname || '(' || oidvectortypes(proargtypes) || ')' AS name,
        '' AS "table", concat_ws(' ', prosrc, prosecdef, array_to_string(proconfig, ', ')) AS said
    FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
        AND proname = ANY(:functions)
    UNION ALL
    SELECT 'constraint', conname::text, conrelid::regclass::text,
        CASE WHEN convalidated OR conname LIKE '%\\_values' THEN
            regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', '') END
    FROM pg_constraint WHERE conname = ANY(:constraints) AND conrelid <> 0
    UNION ALL
    SELECT 'trigger', tgname::text, tgrelid::regclass::text,
        concat_ws(' ', tgfoid::regproc, tgtype, tgenabled, tgnewtable, tgoldtable,
            substring(pg_get_triggerdef(oid, true) FROM ' WHEN \\((.*)\\) EXECUTE FUNCTION '))
    FROM pg_trigger WHERE tgname = ANY(:triggers) AND NOT tgisinternal
    """
)


def install(connection: Connection) -> None:
    """Create every guard as defined here.

    Raises:
        SeatConflict: Two assignments already share a seat, so the guard can't be created.
    """
    run = connection.exec_driver_sql
    missing = set(broken(connection))
    schema = run("SELECT quote_ident(current_schema())").scalar_one()
    for signature, function in _FUNCTIONS.items():
        if signature in missing:
            head = " SET ".join((function.head.format(schema=schema), *function.settings))
            run(f"CREATE OR REPLACE FUNCTION {signature} {head} AS $body${function.body}$body$")
    for (name, table), definition in _CONSTRAINTS.items():
        if name in missing:
            valid = " NOT VALID" if _is_of_values(name) else ""
            run(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
            run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}{valid}")
    for trigger in _triggers():
        if trigger.name in missing:
            run(f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}")
            run(trigger.statement)
            # Also for a session in the replica role.
            run(f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {trigger.name}")


_APPENDED = frozenset({"event", "event_seal", "event_chain", "payment"})
_LIFTED = frozenset(
    {"olvery_seat_archived", "olvery_paid_is_sum", "olvery_not_merged", "olvery_person_shares"}
)


def lift(connection: Connection) -> None:
    """Drop the guards that hinder the owner: those of the audit trail, of archived places, whose
    past seats a copy of the database has too, and those that look for persons with each row.
    """
    for trigger in _triggers():
        is_appended = trigger.table in _APPENDED and trigger.function != "olvery_notify"
        if is_appended or trigger.function in _LIFTED:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}")


def broken(connection: Connection) -> tuple[str, ...]:
    """Return the names of the guards that are missing or differ from those defined here."""
    schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    wanted: dict[tuple[Any, ...], str] = {
        **{
            ("function", signature, ""): _said(function, schema)
            for signature, function in _FUNCTIONS.items()
        },
        **{("constraint", *key): definition for key, definition in _CONSTRAINTS.items()},
        **{("trigger", one.name, one.table): one.said for one in _triggers()},
    }
    names = {
        f"{kind}s": [key[1].partition("(")[0] for key in wanted if key[0] == kind]
        for kind in ("function", "constraint", "trigger")
    }
    found = {tuple(row[:3]): row[3] for row in connection.execute(_FOUND, names)}
    return tuple(key[1] for key, said in wanted.items() if found.get(key) != said)


def _said(function: _Function, schema: str) -> str:
    """Return what `_FOUND` gives for a function as defined here."""
    definer = "SECURITY DEFINER" in function.head
    path = (f"search_path={schema}, pg_temp",) if definer else ()
    settings = ", ".join((*path, *function.settings))
    return " ".join(filter(None, (function.body, "t" if definer else "f", settings)))
