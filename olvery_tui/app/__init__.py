"""The application: composed of its parts, which are mixed into it or belong to it."""
