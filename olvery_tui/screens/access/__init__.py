"""Signing in, the lock, and the settings all terminals share."""
