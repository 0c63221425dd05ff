"""How activity is made up: pure, from a seed."""
