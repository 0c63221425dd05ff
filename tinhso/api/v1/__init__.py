"""Version 1 of the interface; what is published here only grows."""
