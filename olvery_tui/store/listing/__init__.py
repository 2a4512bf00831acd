"""Lists of any length: filters as SQL, keyset pages, counts, and the prefix search by name."""
