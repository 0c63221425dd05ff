"""How series are carried on, and how wide that may miss: numbers only, many at once."""
