"""Pure rules of the ticket desk: no I/O, no screen, no SQL."""
