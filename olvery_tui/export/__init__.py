"""Export of the lists: for people, as Excel opens them, and for programs."""
