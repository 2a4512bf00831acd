"""Password hashes (argon2id). The library is imported only when a password is set or checked."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import Parameters, PasswordHasher

_TIME, _MEMORY_KIB, _LANES = 3, 65_536, 4
"""The second recommendation of RFC 9106; tens of milliseconds on a typical machine."""

_MOST, _HASH_LENGTH_MAX = 8, 128
"""Limits for stored parameters: a manipulated hash must not exhaust the memory at a sign-in."""

_NOBODYS = (
    "$argon2id$v=19$m=65536,t=3,p=4$+wpyt7l96JUB8M5No7L36w$"
    "uT6oWx9Fkv/Ot8837pU9CeIDyQjNHmOAqAvUkj9F0Js"
)
"""The hash of a discarded password, checked where there is no hash, so that both cases take
equally long."""


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher, Type

    return PasswordHasher(_TIME, _MEMORY_KIB, _LANES, type=Type.ID)


def hashed(password: str) -> str:
    """Hash a password with a new salt."""
    return _hasher().hash(password)


def openly(known: str) -> str:
    """Return the public part of a hash: its parameters and salt, with the digest blanked out.

    PostgreSQL does the same (`store.database.postgres.signing_in`).
    """
    head, dollar, digest = known.rpartition("$")
    return f"{head}{dollar}{'A' * len(digest)}"


def derived(salt: str | None, password: str) -> str:
    """Hash a password with the parameters and salt that `openly` returned.

    Without a valid salt, use that of a discarded password, which takes equally long.
    """
    from argon2 import Type, extract_parameters
    from argon2.exceptions import InvalidHashError
    from argon2.low_level import hash_secret

    try:
        found = extract_parameters(salt or _NOBODYS)
        if not _is_moderate(found):
            raise InvalidHashError
        salted = _unpadded((salt or _NOBODYS).split("$")[-2])
    except (InvalidHashError, ValueError):
        return derived(None, password)
    return hash_secret(
        password.encode(),
        salted,
        time_cost=found.time_cost,
        memory_cost=found.memory_cost,
        parallelism=found.parallelism,
        hash_len=found.hash_len,
        type=Type.ID,
        version=found.version,
    ).decode()


def _is_moderate(found: Parameters) -> bool:
    """Whether the parameters stay within the limits for memory and time."""
    return (
        found.memory_cost <= _MOST * _MEMORY_KIB
        and found.time_cost <= _MOST * _TIME
        and found.parallelism <= _MOST * _LANES
        and found.hash_len <= _HASH_LENGTH_MAX
    )


def _unpadded(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4))


def is_outdated(known: str) -> bool:
    """Whether a hash was made with other than the current parameters."""
    return _hasher().check_needs_rehash(known)
