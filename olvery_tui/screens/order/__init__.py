"""An order and the windows of its status."""
