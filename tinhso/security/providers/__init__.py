"""Sign-in by outside packages."""
