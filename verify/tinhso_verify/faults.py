"""What is wrong with what was given; raised where no more can be said."""

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm


class BrokenError(Exception):
    """It cannot be read, or does not hold; the text says what and where."""


# What reading may raise where bytes were changed. Certificates have names of their own
# for it, some of which they raise only when they are asked for what is inside.
UNREADABLE = (
    *(AttributeError, LookupError, TypeError, ValueError, UnsupportedAlgorithm),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)
