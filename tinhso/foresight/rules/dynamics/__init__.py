"""Models of stocks and flows: read, joined, run."""
