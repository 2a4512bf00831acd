"""The schema's revisions, for those who must not import Alembic to know them."""

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
"""Every revision, oldest first."""

HEAD = REVISIONS[-1]
"""The revision that this program works with."""
