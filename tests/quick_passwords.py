"""Cheap password hashes: each of the shipped ones takes a fifth of a second."""

from __future__ import annotations

from argon2 import PasswordHasher

from olvery_tui import passwords
from olvery_tui.store import demo

SHIPPED = {name: getattr(passwords, name) for name in ("_hasher", "_NOBODYS")}
"""What the program itself uses, for tests about that."""


def make_quick() -> None:
    """Hash with the least cost, also the discarded password and the demonstration's."""
    passwords._hasher = lambda: PasswordHasher(1, 64, 1)
    passwords._NOBODYS = passwords.hashed("discarded")
    demo._DESK["password_hash"] = passwords.hashed(demo.DEMO_PASSWORD)
