"""What follows what: every reaction of the house stands on this page."""
