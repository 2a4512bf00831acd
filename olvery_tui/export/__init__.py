"""What the lists hold, written for other programs: formats, and files whole or not there."""
