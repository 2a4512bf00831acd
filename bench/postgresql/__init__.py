"""Several desks on one PostgreSQL, measured: `python -m bench.postgresql`."""
