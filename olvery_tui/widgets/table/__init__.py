"""The windowed list table and its row types."""
