"""Password hashes: argon2id, imported only where a password is set or checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_TIME, _MEMORY_KIB, _LANES = 3, 65_536, 4
"""RFC 9106's second recommendation; some tens of milliseconds on a desk's machine."""

_NOBODYS = (
    "$argon2id$v=19$m=65536,t=3,p=4$+wpyt7l96JUB8M5No7L36w$"
    "uT6oWx9Fkv/Ot8837pU9CeIDyQjNHmOAqAvUkj9F0Js"
)
"""Of a password that was thrown away: it is checked where there is no hash, so that it takes as
long as where there is one."""


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher, Type

    return PasswordHasher(_TIME, _MEMORY_KIB, _LANES, type=Type.ID)


def hashed(password: str) -> str:
    """The hash of a password, with a salt of its own."""
    return _hasher().hash(password)


def matches(known: str | None, password: str) -> bool:
    """Whether it is the password of a hash; never where there is none, and as slowly then."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(known or _NOBODYS, password)
    except (VerificationError, InvalidHashError):
        return False
    return known is not None


def is_outdated(known: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(known)
