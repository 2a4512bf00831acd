"""The application, and the controllers that it owns."""
