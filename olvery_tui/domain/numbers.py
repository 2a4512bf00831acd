"""How large the numbers of orders and tickets may be."""

NUMBER_MAX = 2**31 - 1
"""The largest that a database of either engine keeps in its tables, and that a list asks for."""

IMPORTED_MAX = 2_000_000_000
"""The largest that an import may bring: those behind it are left for booking, for a century."""
