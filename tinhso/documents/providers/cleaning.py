"""Take from a picture all that is not the picture; its pixels stay bit by bit.

Where it was taken, by what, small copies of it, comments, colour profiles and whatever
follows its end go. The coded pixels are copied as they are, so nothing is lost, and a
picture that was cleaned before stays the same. How a photo is to be turned is kept.
"""

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TypeAlias

from PIL import Image

Chunk: TypeAlias = tuple[bytes, bytes]

JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"
_APP0, _APP1, _APP14, _APP15, _COMMENT = 0xE0, 0xE1, 0xEE, 0xEF, 0xFE
_START_OF_SCAN, _END = 0xDA, 0xD9
_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_ORIENTATION = 0x0112
# What a decoder needs to show the picture as meant, and nothing that could carry words.
_PNG_KEPT = {
    b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs",
    b"IDAT", b"IEND",
}  # fmt: skip
_PIECE = 2**16
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Adam7: where each pass starts and how far its pixels are apart (PNG, 8.2).
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4),
           (1, 0, 2, 2), (0, 1, 1, 2))  # fmt: skip


class BrokenError(ValueError):
    """The picture breaks off, or is not built as its format says."""


def clean_jpeg(content: bytes) -> bytes:
    """Copy the segments a decoder needs, up to the end of the picture.

    :raises BrokenError: if it has no end or a segment leads nowhere.
    """
    kept, turned = [JPEG_START], False
    for marker, segment in _segments(content):
        if marker == _APP1 and not turned:
            kept.append(_turning(segment))
            turned = bool(kept[-1])
        elif not _APP0 <= marker <= _APP15 and marker != _COMMENT:
            kept.append(segment)
        elif marker in (_APP0, _APP14):
            kept.append(_of_the_format(marker, segment))
    return b"".join([*kept, JPEG_END])


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Walk to the end mark; a scan comes with its coded data (JPEG, B.1.1)."""
    at = 2
    while at + 4 <= len(content) or content[at : at + 2] == JPEG_END:
        if content[at] != 0xFF:
            raise BrokenError("no marker")
        marker = content[at + 1]
        if marker == _END:
            return
        if marker == 0xFF or marker in _STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == _START_OF_SCAN:
            end = _end_of_scan(content, end)
        yield marker, content[at:end]
        at = end
    raise BrokenError("no end")


def _end_of_scan(content: bytes, at: int) -> int:
    """Find the marker behind coded data, in which FF is followed by 00 or a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise BrokenError("no end")
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2


def _turning(segment: bytes) -> bytes:
    """Write a segment that says how the photo is turned, if this one says so."""
    if segment[4:10] != b"Exif\0\0":
        return b""
    exif = Image.Exif()
    try:
        exif.load(segment[4:])
        turned = exif.get(_ORIENTATION)
    except (ValueError, SyntaxError, OSError, KeyError, TypeError, IndexError):
        return b""
    if turned not in range(2, 9):
        return b""
    fresh = Image.Exif()
    fresh[_ORIENTATION] = turned
    body = fresh.tobytes()
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def _of_the_format(marker: int, segment: bytes) -> bytes:
    """Keep JFIF without its small copy, and Adobe's word on the colours."""
    if marker == _APP0 and segment[4:9] == b"JFIF\0" and len(segment) >= 18:
        return b"\xff\xe0\0\x10" + segment[4:16] + b"\0\0"
    if marker == _APP14 and segment[4:9] == b"Adobe" and len(segment) >= 16:
        return b"\xff\xee\0\x0e" + segment[4:16]
    return b""


def png_size(content: bytes) -> tuple[int, int]:
    """Read width and height, in pixels, off the head."""
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def clean_png(content: bytes) -> bytes:
    """Copy the chunks a decoder needs; the coded pixels must be as many as announced.

    :raises BrokenError: if chunks, sums or pixels are missing or too many.
    """
    chunks = list(_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        raise BrokenError("no head")
    coded = b"".join(body for kind, body in chunks if kind == b"IDAT")
    used = _coded_length(coded, _raw_size(chunks[0][1]))
    if used == len(coded):
        kept = [(kind, body) for kind, body in chunks if kind in _PNG_KEPT]
    else:
        kept = _with_data(chunks, coded[:used])
    return _PNG_HEAD + b"".join(_chunk(kind, body) for kind, body in kept)


def _with_data(
    chunks: list[tuple[bytes, bytes]], coded: bytes
) -> list[tuple[bytes, bytes]]:
    before = [c for c in chunks if c[0] in _PNG_KEPT - {b"IDAT", b"IEND"}]
    return [*before, (b"IDAT", coded), (b"IEND", b"")]


def _chunks(content: bytes) -> Iterator[Chunk]:
    """Walk the chunks to the end and check their sums (PNG, 5.3)."""
    at, view = 8, memoryview(content)
    while at + 12 <= len(content):
        end = at + 8 + int.from_bytes(view[at : at + 4], "big")
        if zlib.crc32(view[at + 4 : end]) != int.from_bytes(view[end : end + 4], "big"):
            raise BrokenError("wrong sum")
        kind = content[at + 4 : at + 8]
        yield kind, content[at + 8 : end] if kind in _PNG_KEPT else b""
        if kind == b"IEND":
            return
        at = end + 4
    raise BrokenError("no end")


def _chunk(kind: bytes, body: bytes) -> bytes:
    checked = kind + body
    return (
        len(body).to_bytes(4, "big") + checked + zlib.crc32(checked).to_bytes(4, "big")
    )


def _raw_size(head: bytes) -> int:
    """Count the bytes that the pixels unpack to, a filter byte a line (PNG, 7.2)."""
    width, height = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    depth, color, interlaced = head[8], head[9], head[12]
    if color not in _CHANNELS or depth not in (1, 2, 4, 8, 16):
        raise BrokenError("unknown colours")
    bits = _CHANNELS[color] * depth
    if not interlaced:
        return height * (1 + (width * bits + 7) // 8)
    size = 0
    for left, top, across, down in _PASSES:
        wide, high = -(-(width - left) // across), -(-(height - top) // down)
        if wide > 0 and high > 0:
            size += high * (1 + (wide * bits + 7) // 8)
    return size


def _coded_length(coded: bytes, wanted: int) -> int:
    """Unpack piece by piece, keeping nothing; answer how many coded bytes it took."""
    unpacker, size, at = zlib.decompressobj(), 0, 0
    try:
        while at < len(coded) and not unpacker.eof and size <= wanted:
            packed = coded[at : at + _PIECE]
            while packed and not unpacker.eof and size <= wanted:
                size += len(unpacker.decompress(packed, 16 * _PIECE))
                packed = unpacker.unconsumed_tail
            at += _PIECE
    except zlib.error as error:
        raise BrokenError("pixels cannot be unpacked") from error
    if size != wanted or not unpacker.eof:
        raise BrokenError("other pixels than announced")
    return min(at, len(coded)) - len(unpacker.unused_data)


def opened(content: bytes) -> Image.Image:
    """Open a picture without decoding it.

    :raises BrokenError: if it cannot be read.
    :raises Image.DecompressionBombError: if it would unfold beyond all measure.
    """
    try:
        return Image.open(BytesIO(content), formats=["JPEG", "PNG"])
    except (OSError, ValueError, SyntaxError) as error:
        raise BrokenError("no picture") from error
