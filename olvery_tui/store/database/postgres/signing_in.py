"""Owner's functions through which a server's terminals use managers' passwords.

The terminals' role can neither read password hashes nor change managers. It gets the salt
(`passwords.openly`), hashes the typed password, and asks whether the hash is right.
"""

from __future__ import annotations

from typing import NamedTuple

NOT_FIRST = "not_first"
"""The refusal to create a first manager if there is one."""

_ATTEMPTS, _PAUSE = 0x6F6C77, 0.05
"""The advisory locks of attempts, one per manager, and the seconds that each attempt takes.

They slow down guessing even for a client that rolls back the count of failed attempts.
"""


class OwnersFunction(NamedTuple):
    """A PL/pgSQL function: its return type and body."""

    gives: str
    body: str


FUNCTIONS = {
    "olvery_salt(integer)": OwnersFunction(
        "text",
        """
BEGIN
    RETURN (
        SELECT regexp_replace(password_hash, '[^$]*$', '')
            || repeat('A', length(substring(password_hash FROM '[^$]*$')))
        FROM manager WHERE id = $1
    );
END
""",
    ),
    "olvery_is_password(integer, text)": OwnersFunction(
        "boolean",
        f"""
BEGIN
    PERFORM pg_advisory_xact_lock({_ATTEMPTS}, $1);
    PERFORM pg_sleep({_PAUSE});
    RETURN EXISTS (
        SELECT FROM manager WHERE id = $1
            AND sha256(convert_to(password_hash, 'UTF8')) = sha256(convert_to($2, 'UTF8'))
    );
END
""",
    ),
    "olvery_renew_password(integer, text, text)": OwnersFunction(
        "void",
        """
BEGIN
    IF olvery_is_password($1, $2) THEN
        UPDATE manager SET password_hash = $3 WHERE id = $1;
    END IF;
END
""",
    ),
    "olvery_first_manager(integer, text, text, text, text, text)": OwnersFunction(
        "integer",
        f"""
DECLARE
    made integer;
BEGIN
    LOCK TABLE manager IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM manager WHERE login IS NOT NULL) THEN
        RAISE EXCEPTION '{NOT_FIRST}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE manager SET login = $2, last_name = $3, first_name = $4, role = $5, password_hash = $6,
        active = true WHERE id = $1 RETURNING id INTO made;
    IF made IS NULL THEN
        INSERT INTO manager (login, last_name, first_name, role, password_hash)
            VALUES ($2, $3, $4, $5, $6) RETURNING id INTO made;
    END IF;
    RETURN made;
END
""",
    ),
}
"""By signature."""
