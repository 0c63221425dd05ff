"""The arithmetic of the digital-economy account."""
