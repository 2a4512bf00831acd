"""The windowed list and its kinds of rows."""
