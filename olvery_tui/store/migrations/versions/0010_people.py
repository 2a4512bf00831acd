"""People: patronymic, note, ban, version and merging; what finds them is made anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.domain.name_search import index_words
from olvery_tui.domain.people import PersonFields, folded_name
from olvery_tui.store.database import chain
from olvery_tui.store.database.types import FoldedText

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_AT_ONCE = 5_000
_PEOPLE = sa.table(
    "person",
    *(sa.column(name) for name in ("id", "last_name", "first_name", "phone")),
    sa.column("folded", FoldedText),
)
_WORDS = sa.table("person_word", sa.column("word", FoldedText), sa.column("person_id"))
_NEXT = (
    sa.select(_PEOPLE.c.id, _PEOPLE.c.last_name, _PEOPLE.c.first_name, _PEOPLE.c.phone)
    .where(_PEOPLE.c.id > sa.bindparam("after"))
    .order_by(_PEOPLE.c.id)
    .limit(_AT_ONCE)
)


def upgrade() -> None:
    """No table is rebuilt on SQLite. What a statement has set apart from its row is put back."""
    chain.mend(op.get_bind())
    for name in ("patronymic", "note"):
        op.add_column(
            "person", sa.Column(name, sa.String(), server_default=sa.text("''"), nullable=False)
        )
    op.add_column("person", sa.Column("ban_reason", sa.String(), nullable=True))
    op.add_column(
        "person", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    # Written out, for Alembic would want to rebuild the table for a reference.
    op.execute(
        "ALTER TABLE person ADD COLUMN merged_into INTEGER"
        " CONSTRAINT fk_person_merged REFERENCES person (id)"
        " CONSTRAINT ck_person_merged CHECK (merged_into <> id)"
    )
    op.drop_index("ix_person_email", "person")
    op.drop_index("ix_person_folded", "person")
    op.create_index("ix_person_email", "person", [sa.text("lower(email)")])
    op.create_index("ix_person_folded", "person", ["folded", "id"])
    present = sa.text("merged_into IS NOT NULL")
    op.create_index(
        "ix_person_merged",
        "person",
        ["merged_into"],
        sqlite_where=present,
        postgresql_where=present,
    )
    _fold(op.get_bind())


def _fold(connection: sa.Connection) -> None:
    """By the rules of the program that upgrades: it is the one that searches afterwards."""
    connection.execute(sa.delete(_WORDS))
    folded = sa.update(_PEOPLE).where(_PEOPLE.c.id == sa.bindparam("of_id"))
    after = 0
    while rows := connection.execute(_NEXT, {"after": after}).all():
        people = {row.id: PersonFields(row.last_name, row.first_name, row.phone) for row in rows}
        connection.execute(
            folded.values(folded=sa.bindparam("to")),
            [{"of_id": id_, "to": folded_name(*one.searched)} for id_, one in people.items()],
        )
        words = [
            {"word": word, "person_id": id_}
            for id_, one in people.items()
            for word in index_words(one)
        ]
        if words:
            connection.execute(sa.insert(_WORDS), words)
        after = rows[-1].id
