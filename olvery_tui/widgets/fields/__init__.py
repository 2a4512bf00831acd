"""Lines to type a value into."""
