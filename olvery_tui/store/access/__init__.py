"""Managers and their passwords."""
