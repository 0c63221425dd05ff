"""Made-up names and numbers, looked for in whatever leaves the platform."""

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from threading import Lock

import pikepdf
import pypdfium2

DEEPEST = 4  # an archive in an archive in …
MOST_BYTES = 50 * 2**20
_APART = re.compile(rb"(?<=\d)[ .\xc2\xa0-](?=\d)")
# The library reads one file at a time in a process.
_one_at_a_time = Lock()


def token(text: str) -> bytes:
    """Choose the part of a made-up text that nothing else contains: its longest word.

    >>> token("Nguyễn Thị Kivazhelu")
    b'kivazhelu'
    """
    words: list[str] = re.findall(r"[A-Za-z0-9]+", text)
    return max(words, key=len).lower().encode()


class Canaries:
    """The made-up texts of each victim, and where they are met."""

    def __init__(self, told: Mapping[str, Mapping[str, str]]) -> None:
        self._whose = {
            token(text): (of, name)
            for of, texts in told.items()
            for name, text in texts.items()
        }
        self._any = re.compile(b"|".join(map(re.escape, self._whose)))

    def among(self, content: bytes) -> frozenset[tuple[str, str]]:
        """List whose what is met in some bytes, however they are packed."""
        return frozenset(
            self._whose[met]
            for part in unpacked(content)
            for text in (part.lower(), _APART.sub(b"", part))
            for met in self._any.findall(text)
        )


def unpacked(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """Walk through bytes and what is packed in them: gzip, archives, PDF."""
    yield content
    if depth >= DEEPEST:
        return
    for inner in _inside(content):
        yield from unpacked(inner, depth + 1)


def _inside(content: bytes) -> Iterator[bytes]:
    if content.startswith(b"\x1f\x8b"):
        yield _gunzipped(content)
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)[:MOST_BYTES]
    elif content.startswith(b"%PDF"):
        yield from _of_pdf(content)


def _gunzipped(content: bytes) -> bytes:
    try:
        return gzip.decompress(content)[:MOST_BYTES]
    except (OSError, EOFError, zlib.error):
        return b""


def _of_pdf(content: bytes) -> Iterator[bytes]:
    """Walk through the text of a PDF, and its streams: attachments, metadata."""
    with _one_at_a_time:
        with pypdfium2.PdfDocument(content) as document:
            pages = [page.get_textpage().get_text_bounded() for page in document]
        with pikepdf.open(BytesIO(content)) as pdf:
            streams = [_stream(one) for one in pdf.objects]
            about = repr(pdf.docinfo).encode()
    yield "\n".join(pages).encode()
    yield about
    yield from filter(None, streams)


def _stream(one: object) -> bytes:
    if not isinstance(one, pikepdf.Stream):
        return b""
    try:
        return bytes(one.read_bytes())
    except pikepdf.PdfError:
        return bytes(one.read_raw_bytes())
