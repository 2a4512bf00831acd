"""Engines, schema, guards, locks and column types."""
