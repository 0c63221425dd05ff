"""How much of a request is read: no more than the settings allow, whoever reads it."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# A body somewhat too large is read to its end and thrown away, part by part: a browser
# that is cut off shows its own error instead of our reason.
_READ_TO_THE_END = 2


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...

    def readline(self, size: int = -1, /) -> bytes: ...


class Bounded:
    """A body that ends after some bytes, however many more are sent."""

    def __init__(self, body: _Readable, *, most: int) -> None:
        self._body, self._left = body, most

    def read(self, size: int = -1) -> bytes:
        """Read some bytes; none once the bound is reached."""
        # Some servers take `read(0)` for "all there is": then they must not be asked.
        most = self._within(size)
        return self._counted(self._body.read(most)) if most else b""

    def readline(self, size: int = -1) -> bytes:
        """Read a line, or its beginning."""
        most = self._within(size)
        return self._counted(self._body.readline(most)) if most else b""

    def __iter__(self) -> Iterator[bytes]:
        """Read line by line."""
        return iter(self.readline, b"")

    def _within(self, size: int) -> int:
        return self._left if size < 0 else min(size, self._left)

    def _counted(self, part: bytes) -> bytes:
        self._left -= len(part)
        return part


def bounded(application: WSGIApplication, *, most: int) -> WSGIApplication:
    """Serve an application that cannot be made to read endlessly; most: bytes.

    The connection of a longer body is closed by the server once it is answered.
    """

    def serve(
        environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        if _announced(environ) > _READ_TO_THE_END * most:
            environ["wsgi.input"] = Bounded(environ["wsgi.input"], most=most)
        return application(environ, start_response)

    return serve


def _announced(environ: dict[str, Any]) -> int:
    try:
        return int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
