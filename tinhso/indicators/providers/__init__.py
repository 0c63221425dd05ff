"""What indicators ask of the world outside."""
