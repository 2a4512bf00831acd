"""Owner's functions through which a server's terminals use managers' passwords.

The terminals' role can neither read password hashes nor change managers. It gets the salt
(`passwords.openly`), hashes the typed password, and asks whether the hash is right. With the right
hash of an active rental manager it may add and change managers.
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
    "olvery_change_manager("
    "integer, text, integer, text, text, text, text, boolean, text)": OwnersFunction(
        "integer",
        """
DECLARE
    changed integer := $3;
BEGIN
    IF NOT olvery_is_password($1, $2) OR NOT EXISTS (
        SELECT FROM manager WHERE id = $1 AND active AND role = 'rental_manager'
    ) THEN
        RAISE EXCEPTION 'not_manager' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF changed IS NULL THEN
        INSERT INTO manager (login, last_name, first_name, role, password_hash)
            VALUES ($4, $5, $6, $7, $9) RETURNING id INTO changed;
    ELSE
        UPDATE manager SET login = coalesce($4, login), last_name = coalesce($5, last_name),
            first_name = coalesce($6, first_name), role = coalesce($7, role),
            active = coalesce($8, active), password_hash = coalesce($9, password_hash)
            WHERE id = changed;
    END IF;
    RETURN changed;
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
