"""Measuring: data in bulk, and the figures of docs/performance.md."""
