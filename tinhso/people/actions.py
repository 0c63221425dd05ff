"""Write people."""
