"""Who may sign in and how, wrong passwords, and seals over the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from olvery_tui.store.database import chain
from olvery_tui.store.database.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns are added and no table is rebuilt: SQLite would drop its triggers with it."""
    _settings()
    _managers()
    _events()
    _seals()


def _settings() -> None:
    """What all terminals agree on: the way in, and when they lock."""
    op.add_column(
        "location",
        sa.Column(
            "sign_in",
            sa.String(),
            sa.CheckConstraint(
                "sign_in IN ('password', 'os-user', 'ssh-key')", name="ck_location_sign_in"
            ),
            server_default=sa.text("'password'"),
            nullable=False,
        ),
    )
    op.add_column(
        "location",
        sa.Column(
            "lock_minutes",
            sa.Integer(),
            sa.CheckConstraint("lock_minutes BETWEEN 0 AND 1440", name="ck_location_lock_minutes"),
            server_default=sa.text("10"),
            nullable=False,
        ),
    )


def _managers() -> None:
    op.add_column(
        "manager",
        sa.Column(
            "role",
            sa.String(),
            sa.CheckConstraint("role IN ('rental_manager', 'employee')", name="ck_manager_role"),
            server_default=sa.text("'rental_manager'"),
            nullable=False,
        ),
    )
    op.add_column(
        "manager",
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.add_column("manager", sa.Column("password_hash", sa.String(), nullable=True))
    op.create_table(
        "sign_in_delay",
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("bucket"),
    )


def _events() -> None:
    """Where it was done, to whom, and in which transaction."""
    op.add_column("event", sa.Column("terminal", sa.String(), nullable=True))
    # Written out, for Alembic would want to rebuild the table for a reference.
    op.execute(
        "ALTER TABLE event ADD COLUMN subject_id INTEGER"
        " CONSTRAINT fk_event_subject REFERENCES manager (id)"
    )
    op.add_column(
        "event", sa.Column("batch", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
    for name in ("manager", "subject"):
        present = sa.text(f"{name}_id IS NOT NULL")
        op.create_index(
            f"ix_event_{name}",
            "event",
            [f"{name}_id", "id"],
            sqlite_where=present,
            postgresql_where=present,
        )


def _seals() -> None:
    """The chain begins with one seal over everything that was recorded so far."""
    op.create_table(
        "event_seal",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("id > 0", name="ck_event_seal_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch"),
    )
    op.create_table(
        "event_chain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seals", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_event_chain_single"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute("INSERT INTO event_chain (id, seals, hash) VALUES (1, 0, '')")
    chain.seal_former(op.get_bind())
