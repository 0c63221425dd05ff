"""What security decides without asking anybody."""
