"""The index of people also has what follows each letter of their names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.domain.name_search import index_words
from olvery_tui.domain.people import PersonFields, folded_name
from olvery_tui.store.database import chain
from olvery_tui.store.database.types import FoldedText

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_AT_ONCE = 5_000
_PEOPLE = sa.table(
    "person",
    *(sa.column(name) for name in ("id", "last_name", "first_name", "phone", "patronymic")),
    sa.column("folded", FoldedText),
)
_WORDS = sa.table("person_word", sa.column("word", FoldedText), sa.column("person_id"))
_NEXT = (
    sa.select(*_PEOPLE.c).where(_PEOPLE.c.id > sa.bindparam("after")).order_by(_PEOPLE.c.id)
).limit(_AT_ONCE)


def upgrade() -> None:
    """The columns stay as they are; what stands in them is made anew."""
    chain.mend(op.get_bind())
    _fold(op.get_bind())


def _fold(connection: sa.Connection) -> None:
    """By the rules of the program that upgrades: it is the one that searches afterwards."""
    connection.execute(sa.delete(_WORDS))
    folded = sa.update(_PEOPLE).where(_PEOPLE.c.id == sa.bindparam("of_id"))
    after = 0
    while rows := connection.execute(_NEXT, {"after": after}).all():
        people = {
            row.id: PersonFields(
                row.last_name, row.first_name, row.phone, patronymic=row.patronymic
            )
            for row in rows
        }
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
