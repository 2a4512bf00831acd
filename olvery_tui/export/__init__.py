"""Export of the lists for other programs: formats, and atomically written files."""
