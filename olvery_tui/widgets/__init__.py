"""Parts of the screens: the list's table, the filter, fields."""
