"""What the manager sees: one screen or modal window a file."""
