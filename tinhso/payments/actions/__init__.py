"""What other rooms and the doors may do with payments."""
