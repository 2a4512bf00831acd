"""Who a manager is, and how managers are known."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is here; only the first may see tickets and orders."""

    RENTAL_MANAGER = "rental_manager"
    EMPLOYEE = "employee"


class SignIn(StrEnum):
    """How a manager is known; one way for all terminals of a database."""

    PASSWORD = "password"
    OS_USER = "os-user"
    SSH_KEY = "ssh-key"
