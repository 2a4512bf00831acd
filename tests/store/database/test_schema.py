"""How a database gets its schema, and that models, migrations and guards agree."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlmodel import SQLModel

from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.store.audit import checks
from olvery_tui.store.database import guards, schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import Location
from olvery_tui.store.database.schema import SchemaState
from olvery_tui.store.database.sqlite import guards as sqlite_guards
from olvery_tui.store.people import people
from tests.databases import Databases
from tests.store.outside import connect, finish, ready, start


@pytest.fixture
def blank(tmp_path: Path) -> Store:
    """A database that was just made: an empty file."""
    return open_database(f"sqlite:///{tmp_path / 'blank.db'}")


def outline(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Tables and indexes by name, each as its parts in a fixed order."""
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master"
        " WHERE type IN ('table', 'index') AND sql IS NOT NULL AND name <> 'alembic_version'"
    )
    return {name: sorted(re.split(r",\s*\n", " ".join(sql.split()))) for name, sql in rows}


def revision(path: Path, number: str) -> None:
    with closing(connect(path)) as plain:
        plain.execute("UPDATE alembic_version SET version_num = ?", (number,))


# ── Agreement ────────────────────────────────────────────────────────────────────────────────────


def test_the_revisions_are_those_of_the_migrations(store: Store) -> None:
    with store.reading() as session:
        script = ScriptDirectory.from_config(schema.alembic_config(session.connection()))
    found = [one.revision for one in script.walk_revisions()]
    assert tuple(reversed(found)) == schema.REVISIONS
    assert script.get_heads() == [schema.HEAD]


# An index on an expression can't be read back; the next test compares it.
@pytest.mark.filterwarnings("ignore:.*expression-based index.*")
@pytest.mark.filterwarnings("ignore:Can't validate argument 'dialect_options'")
def test_the_models_ask_for_nothing_that_the_migrations_do_not_make(store: Store) -> None:
    options = {"target_metadata": SQLModel.metadata, "compare_type": True}
    with store.reading() as session:
        context = MigrationContext.configure(session.connection(), opts=options)
        found = compare_metadata(context, SQLModel.metadata)
    # What only PostgreSQL has stands in the migration alone.
    own = {index for _kind, index in found if index.name.endswith("_parts")}
    assert [difference for difference in found if difference[1] not in own] == []
    assert len(own) == (3 if store.dialect == "postgresql" else 0)


def test_the_migrations_make_every_table_check_and_index_as_the_models_have_it(
    database: Path, tmp_path: Path
) -> None:
    from_models = tmp_path / "models.db"
    engine = create_engine(f"sqlite:///{from_models}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    with closing(connect(database)) as migrated, closing(connect(from_models)) as made:
        assert _unordered(outline(migrated)) == _unordered(outline(made))


def _unordered(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Constraints stand in another order in a migration than in a model, a reference may stand at
    its column or apart from it, and a rebuilt table has its name in quotes."""
    return {
        name: sorted(re.findall(r"CONSTRAINT \w+|[\w'\"]+|[^\w\s,]", _references(" ".join(parts))))
        for name, parts in found.items()
    }


def _references(sql: str) -> str:
    return re.sub(r"FOREIGN KEY ?\(\w+\)", "", sql).replace('"seat_assignment"', "seat_assignment")


def test_every_check_and_unique_constraint_that_a_rebuild_would_lose_has_a_name() -> None:
    unnamed = [
        f"{table.name}: {constraint}"
        for table in SQLModel.metadata.tables.values()
        for constraint in table.constraints
        if constraint.__visit_name__ == "check_constraint" and constraint.name is None
    ]
    assert unnamed == []


def test_the_guards_are_there_after_a_migration(store: Store) -> None:
    with store.reading() as session:
        assert guards.broken(session.connection()) == ()


@pytest.mark.filterwarnings("ignore:.*expression-based index.*")
def test_a_migration_that_rebuilds_a_table_leaves_the_guards_in_place(
    store: Store, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's way to alter a table drops its triggers; what follows every migration mends that."""
    with store.writing() as session:
        connection = session.connection()
        operations = Operations(MigrationContext.configure(connection))
        rebuilt = ("seat_assignment", "event")
        for table in rebuilt:
            with operations.batch_alter_table(table, recreate="always"):
                pass
        gone = {
            name
            for name, guard in sqlite_guards.GUARDS.items()
            if any(f" ON {table} BEGIN" in guard for table in rebuilt)
        }
        assert set(guards.broken(connection)) == gone
    revision(database, "0000")
    monkeypatch.setattr(schema, "REVISIONS", ("0000", *schema.REVISIONS))
    pretend_to_migrate(monkeypatch)
    assert schema.upgrade(store)
    with store.reading() as session:
        assert guards.broken(session.connection()) == ()
    with closing(connect(database)) as plain, pytest.raises(sqlite3.IntegrityError):
        plain.executescript(
            "INSERT INTO event (at, kind, actor, data) VALUES (1, 'a', 'cli', '{}');"
            "DELETE FROM event;"
        )


def pretend_to_migrate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Alembic find a step from «0000», which never was, to the first real revision."""
    from alembic.runtime.environment import EnvironmentContext

    def run_migrations(self: EnvironmentContext, **_: object) -> None:
        connection: Connection = self.get_context().connection  # type: ignore[assignment]
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{schema.HEAD}'")

    monkeypatch.setattr(EnvironmentContext, "run_migrations", run_migrations)


def test_guards_that_somebody_removed_are_back_at_the_next_start(
    store: Store, database: Path
) -> None:
    with closing(connect(database)) as plain:
        plain.execute("DROP TRIGGER event_append_only_update")
    assert not schema.ensure(store, create=False)
    with store.reading() as session:
        assert guards.broken(session.connection()) == ("event_append_only_update",)
    assert not schema.ensure(store)
    with store.reading() as session:
        assert guards.broken(session.connection()) == ()


def test_a_location_that_is_gone_is_back_at_the_next_start(store: Store, database: Path) -> None:
    with closing(connect(database)) as plain:
        plain.execute("DELETE FROM location")
    assert not schema.ensure(store)
    with store.reading() as session:
        assert session.get_one(Location, 1).time_zone == "Europe/Moscow"


# ── States ───────────────────────────────────────────────────────────────────────────────────────


def test_a_file_goes_from_empty_to_current(blank: Store) -> None:
    assert schema.state(blank) is SchemaState.EMPTY
    assert schema.create(blank, name="Тихий дом", time_zone="Asia/Omsk", currency="KZT")
    assert schema.state(blank) is SchemaState.CURRENT
    with blank.reading() as session:
        found = session.get_one(Location, 1)
        assert (found.name, found.time_zone, found.currency) == ("Тихий дом", "Asia/Omsk", "KZT")


def test_making_it_again_changes_nothing(store: Store) -> None:
    assert not schema.create(store, name="Другой", time_zone="UTC", currency="EUR")
    assert not schema.upgrade(store)
    assert not schema.ensure(store)
    with store.reading() as session:
        assert session.get_one(Location, 1).name == "Olvery"


@pytest.mark.parametrize(
    ("number", "state", "code"),
    [
        ("0000", SchemaState.OLDER, "older_schema"),
        ("9999", SchemaState.NEWER, "newer_schema"),
    ],
)
def test_another_revision_is_told_by_its_age(
    store: Store,
    database: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: str,
    state: SchemaState,
    code: str,
) -> None:
    monkeypatch.setattr(schema, "REVISIONS", ("0000", *schema.REVISIONS))
    revision(database, number)
    assert schema.state(store) is state
    with pytest.raises(StoreUnavailable) as caught:
        schema.require(store)
    assert caught.value.code == code
    with pytest.raises(StoreUnavailable) as caught:
        schema.ensure(store, create=False)
    assert caught.value.code == code


def test_a_newer_database_is_never_touched(store: Store, database: Path) -> None:
    revision(database, "9999")
    for attempt in (schema.upgrade, schema.ensure):
        with pytest.raises(StoreUnavailable) as caught:
            attempt(store)
        assert caught.value.code == "newer_schema"
    with closing(connect(database)) as plain:
        assert plain.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_an_empty_file_is_no_database_to_whoever_may_not_make_one(blank: Store) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        schema.ensure(blank, create=False)
    assert caught.value.code == "missing"
    assert schema.state(blank) is SchemaState.EMPTY


@pytest.mark.parametrize(
    "statements",
    [
        "CREATE TABLE note (text)",
        "CREATE TABLE ticket (id); CREATE TABLE location (id); CREATE TABLE seat_assignment (id)",
        "CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('0001')",
    ],
)
def test_a_database_of_another_program_is_refused_and_left_alone(
    tmp_path: Path, statements: str
) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.executescript(statements)
    before = path.read_bytes()
    with closing(open_database(f"sqlite:///{path}")) as store:
        assert schema.state(store) is SchemaState.FOREIGN
        for attempt in (schema.require, schema.upgrade, schema.ensure):
            with pytest.raises(StoreUnavailable) as caught:
                attempt(store)
            assert caught.value.code == "not_a_database"
    assert path.read_bytes() == before


def test_a_copy_that_lost_its_wal_gets_it_back(store: Store, database: Path) -> None:
    store.close()
    with closing(connect(database)) as plain:
        assert plain.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    schema.ensure(store)
    with closing(connect(database)) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_looking_at_the_schema_does_not_import_alembic(database: Path) -> None:
    script = (
        "import sys; from olvery_tui.store.database import schema;"
        "from olvery_tui.store.database.connect import open_database;"
        f"store = open_database('sqlite:///{database}'); print(schema.ensure(store), end=' ');"
        "print('alembic' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[3]
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root
    )
    assert said.stdout == "False False\n"


# ── What a revision does to what is there ────────────────────────────────────────────────────────


@pytest.mark.parametrize("before", schema.REVISIONS[:4])
def test_people_of_an_older_database_are_found_by_what_finds_them_now(
    databases: Databases, before: str
) -> None:
    """From every revision that folded other letters and knew no digits."""
    with closing(open_database(databases.blank())) as store:
        _upgrade_to(store, before)
        with store.writing() as session:
            connection = session.connection()
            for key, (last, first, phone, folded) in enumerate(_FOLDED_ONCE, start=1):
                person = {"id": key, "last": last, "first": first, "phone": phone, "old": folded}
                connection.execute(_ADD_PERSON, person)
                for word in folded.split():
                    connection.execute(_ADD_WORD, {"word": word, "id": key})
        assert schema.upgrade(store)
        assert schema.state(store) is SchemaState.CURRENT
        with store.reading() as session:
            for typed, found in (("Алиева", [1]), ("8 916 123", [2]), ("Иванов П.С.", [2])):
                for ask in (people.suggest, people.search):
                    assert [person.id for person in ask(session, typed, 8)] == found
            assert list(checks.unfound(session.connection())) == []


_FOLDED_ONCE = [
    ("Әлиева", "Айгүл", None, "әлиева айгүл"),
    ("Иванов", "Пётр", "+79161234567", "иванов петр"),
    ("", "", None, ""),  # erased
]
_ADD_PERSON = text(
    "INSERT INTO person (id, last_name, first_name, phone, folded)"
    " VALUES (:id, :last, :first, :phone, :old)"
)
_ADD_WORD = text("INSERT INTO person_word (word, person_id) VALUES (:word, :id)")


def _upgrade_to(store: Store, revision: str) -> None:
    """Give a blank database the schema of an earlier version of the program."""
    from alembic import command

    store.make_ready()
    # Its guards may be of tables that come later; the whole upgrade puts all of them.
    with patch.object(guards, "install"), store.writing() as session:
        command.upgrade(schema.alembic_config(session.connection()), revision)


# ── Several at once, and a failure half-way ──────────────────────────────────────────────────────

FIRST_START = """
    import sys
    from olvery_tui.store.database import schema
    from olvery_tui.store.database.connect import open_database
    import alembic.command
    print("ready", flush=True)
    sys.stdin.readline()
    print(schema.ensure(open_database(sys.argv[1])))
"""


def test_of_several_first_starts_at_once_one_makes_the_database(tmp_path: Path) -> None:
    path = tmp_path / "olvery.db"
    started = [start(FIRST_START, f"sqlite:///{path}") for _ in range(4)]
    programs = [ready(program) for program in started]
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    said = [finish(program).strip() for program in programs]
    assert sorted(said) == ["False", "False", "False", "True"]
    with closing(open_database(f"sqlite:///{path}")) as store:
        assert schema.state(store) is SchemaState.CURRENT
        with store.reading() as session:
            assert guards.broken(session.connection()) == ()


def test_an_upgrade_that_fails_half_way_leaves_nothing_behind(
    blank: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Connection) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(guards, "install", fail)
        with pytest.raises(ZeroDivisionError):
            schema.ensure(blank)
    assert schema.state(blank) is SchemaState.EMPTY
    assert schema.ensure(blank)
    assert schema.state(blank) is SchemaState.CURRENT
