"""What only SQLite does."""
