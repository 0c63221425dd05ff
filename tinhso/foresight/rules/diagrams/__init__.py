"""What drives what in a model, found in its equations and drawn."""
