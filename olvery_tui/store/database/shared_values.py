"""What several persons share: the phones, emails and names by which possible duplicates are found.

To look for them is to walk through everybody, so the table `shared_value` keeps them: each phone,
lower-cased email and folded name that more than one person has; and, for namesakes, each last and
first name of somebody without a patronymic that goes on with a patronymic elsewhere. Triggers of
`person` keep it, whoever writes there: they look up in the indexes what the changed row has.
"""

from __future__ import annotations

from sqlalchemy import Connection

from olvery_tui.domain.people import SharedKind
from olvery_tui.store.database import values

COLUMNS = ("phone", "email", "folded", "patronymic", "first_name")
"""The columns of `person` from which it follows."""

_EQUAL = {
    SharedKind.PHONE: "{row}phone",
    SharedKind.EMAIL: "lower({row}email)",
    SharedKind.NAME: "{row}folded",
}
"""What is equal for those who share it, as the index of each has it; `row` is empty or `NEW.`."""

_BARE = "{row}patronymic = '' AND {row}first_name <> ''"
_CONTINUED = "folded >= {name} || ' ' AND folded < {name} || '!' AND patronymic <> ''"
"""`!` is what follows the space."""

_BEGINNINGS = {
    "sqlite": (
        "SELECT group_concat(value, ' ') OVER (ORDER BY key) AS beginning"
        """ FROM json_each('[' || replace(json_quote({row}folded || ''), ' ', '","') || ']')"""
    ),
    "postgresql": (
        "SELECT left({row}folded, at - 1) AS beginning"
        " FROM generate_series(1, length({row}folded)) AS at"
        " WHERE substr({row}folded, at, 1) = ' '"
    ),
}
"""The beginnings of a row's name that end before a space; on SQLite also the whole."""


def gained(row: str, dialect: str) -> str:
    """Return the statement of a trigger that adds what a new row of `person` shares with others."""
    return f"""
INSERT INTO shared_value (kind, value)
SELECT kind, value FROM ({_values(row, dialect)}) AS found
WHERE {_is_shared(dialect)} AND {_is_new(dialect)};
"""


def lost(row: str, dialect: str) -> str:
    """Return the statement of a trigger that removes what nobody shares without a former row."""
    kinds = ", ".join(f"'{kind}'" for kind in SharedKind)
    return f"""
DELETE FROM shared_value WHERE kind IN ({kinds})
AND value IN (SELECT value FROM ({_values(row, dialect)}) AS had) AND NOT {_is_shared(dialect)};
"""


def fill(connection: Connection) -> int:
    """Make the table what follows from all persons; return how many rows were added or removed."""
    run, dialect = connection.exec_driver_sql, connection.dialect.name
    removed = run(f"DELETE FROM shared_value WHERE NOT {_is_shared(dialect)}").rowcount
    added = run(
        f"INSERT INTO shared_value (kind, value) SELECT kind, value FROM ({_ALL}) AS found"
        f" WHERE {_is_new(dialect)}"
    ).rowcount
    return removed + added


def wrong(connection: Connection) -> int:
    """Count the rows that `fill` would add or remove."""
    dialect = connection.dialect.name
    found: int = connection.exec_driver_sql(
        f"SELECT (SELECT count(*) FROM shared_value WHERE NOT {_is_shared(dialect)})"
        f" + (SELECT count(*) FROM ({_ALL}) AS found WHERE {_is_new(dialect)})"
    ).scalar_one()
    return found


_PEOPLE = {kind: equal.format(row="") for kind, equal in _EQUAL.items()}
_ALL = "\nUNION ALL ".join(
    (
        *(
            f"SELECT '{kind}' AS kind, {equal} AS value FROM person WHERE {equal} > ''"
            f" GROUP BY {equal} HAVING count(*) > 1"
            for kind, equal in _PEOPLE.items()
        ),
        f"SELECT DISTINCT '{SharedKind.NAMESAKE}', folded FROM person AS bare"
        f" WHERE folded > '' AND {_BARE.format(row='')} AND EXISTS"
        f" (SELECT 1 FROM person WHERE {_CONTINUED.format(name='bare.folded')})",
    )
)


def _values(row: str, dialect: str) -> str:
    """Return the query for all that a row of `person` might share."""
    equal = (
        f"SELECT '{kind}' AS kind, {said} AS value WHERE {said} > ''"
        for kind, template in _EQUAL.items()
        for said in (template.format(row=row),)
    )
    name = f"{row}folded"
    return "\n    UNION ALL ".join(
        (
            *equal,
            f"SELECT '{SharedKind.NAMESAKE}', {name} WHERE {_BARE.format(row=row)}",
            f"SELECT '{SharedKind.NAMESAKE}', beginning"
            f" FROM ({_BEGINNINGS[dialect].format(row=row)}) AS begun"
            f" WHERE {row}patronymic <> '' AND beginning <> {name}",
        )
    )


def _is_shared(dialect: str) -> str:
    """Return the condition that several persons share `value`, which is of `kind`."""
    # As the index compares: `value` has the collation of folded names, and an affinity.
    plain = 'value COLLATE "default"' if dialect == "postgresql" else "+value"
    second = "\n    ".join(
        f"WHEN '{kind}' THEN EXISTS (SELECT 1 FROM person"
        f" WHERE {equal} = {'value' if kind == SharedKind.NAME else plain} LIMIT 1 OFFSET 1)"
        for kind, equal in _PEOPLE.items()
    )
    return f"""CASE kind
    {second}
    ELSE EXISTS (SELECT 1 FROM person WHERE folded = value AND {_BARE.format(row="")})
        AND EXISTS (SELECT 1 FROM person WHERE {_CONTINUED.format(name="value")})
END"""


def _is_new(dialect: str) -> str:
    """Return the condition that `found` is not in the table, and may be.

    What no program could read in `person` must not get in the way of what changes there.
    """
    fits = "typeof(value) = 'text' AND " if dialect == "sqlite" else ""
    return f"""{fits}length(value) <= {values.TEXT_MAX} AND NOT EXISTS (
    SELECT 1 FROM shared_value AS known WHERE known.kind = found.kind AND known.value = found.value
)"""
