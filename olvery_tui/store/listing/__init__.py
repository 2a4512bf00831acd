"""Lists of any length: filters to SQL, pages, counts, and the search by first letters."""
