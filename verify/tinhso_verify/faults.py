"""What is wrong with what was given; raised where no more can be said."""


class BrokenError(Exception):
    """It cannot be read, or does not hold; the text says what and where."""
