"""The demo: shows on the server's console that a message would go out."""

import sys

from tinhso.notify.providers.base import Letter


class Console:
    """Writes the subject only, so that no personal data come into logs."""

    def send(self, letter: Letter) -> None:
        """Write one line."""
        sys.stdout.write(f"[notify] {letter.key}: {letter.subject}\n")
