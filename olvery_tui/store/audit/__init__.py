"""The audit trail: written, read, and compared with what is stored."""
