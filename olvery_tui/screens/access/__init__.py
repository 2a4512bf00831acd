"""Sign-in, the lock screen, and the settings shared by all terminals."""
