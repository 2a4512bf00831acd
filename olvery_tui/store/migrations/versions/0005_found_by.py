"""By what people are found: letters of all alphabets, digits of phones, and how long a name is."""

from __future__ import annotations

from alembic import op
from sqlmodel import Session

from olvery_tui.store.people import people

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The columns stay as they are; what stands in them is made anew."""
    with Session(bind=op.get_bind()) as session:
        people.refold(session)
