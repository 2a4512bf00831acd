"""What PostgreSQL does in its own way."""
