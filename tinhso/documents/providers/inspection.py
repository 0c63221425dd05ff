"""Look into a file at the door, without unfolding more of it than needed."""

import re
import zlib
from io import BytesIO

import filetype
import pikepdf
from filetype.types.archive import Pdf
from filetype.types.image import Jpeg, Png
from PIL import Image

from tinhso.documents.rules import MAX_PIXELS, extension_fits
from tinhso.documents.types import (
    JPEG,
    PDF,
    PNG,
    FileActive,
    FileEmpty,
    FileEncrypted,
    FileNameMisleads,
    FileTooLarge,
    FileTooManyPixels,
    FileTruncated,
    FileTypeNotAccepted,
)

_NAMES = {PDF: "PDF", JPEG: "JPEG (ảnh)", PNG: "PNG (ảnh)"}
# Whatever else a file may be, it is not accepted.
_KINDS = (Pdf(), Jpeg(), Png())
_MAX_TABLES = 64 * 2**20  # bytes of a PDF's own tables, unpacked
_ACTIVE = re.compile(
    rb"/(JavaScript|JS|Launch|ImportData|SubmitForm|RichMedia|Movie|Rendition"
    rb"|EmbeddedFiles?|EF|XFA)(?![A-Za-z0-9])"
)
_STREAM = re.compile(rb"stream\r?\n")
_STANDALONE_MARKERS = {0x01, *range(0xD0, 0xD9)}
_START_OF_SCAN = 0xDA


def inspect(
    *, content: bytes, name: str, accepted: tuple[str, ...], max_bytes: int
) -> str:
    """Tell the media type of a file that may come in.

    :raises FileEmpty, FileTooLarge, FileTypeNotAccepted, FileNameMisleads,
        FileEncrypted, FileTruncated, FileActive, FileTooManyPixels: what is wrong.
    """
    if not content:
        raise FileEmpty(name=name)
    if len(content) > max_bytes:
        raise FileTooLarge(name=name, limit_mb=f"{max_bytes / 2**20:g}")
    media_type = _type_by_bytes(content)
    if media_type not in accepted:
        wanted = ", ".join(_NAMES.get(one, one) for one in accepted)
        raise FileTypeNotAccepted(name=name, accepted=wanted)
    if not extension_fits(name, media_type):
        actual = _NAMES.get(media_type, media_type)
        raise FileNameMisleads(name=name, actual=actual)
    _look_inside(content, media_type, name)
    return media_type


def _type_by_bytes(content: bytes) -> str:
    kind = filetype.match(content[:8192], _KINDS)
    return str(kind.mime) if kind else ""


def _look_inside(content: bytes, media_type: str, name: str) -> None:
    if media_type == PDF:
        _look_into_pdf(content, name)
    elif media_type in (JPEG, PNG):
        _look_into_image(content, media_type, name)


def _look_into_pdf(content: bytes, name: str) -> None:
    if b"%%EOF" not in content[-2048:] or _unfolds_too_far(content):
        raise FileTruncated(name=name)
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise FileEncrypted(name=name)
            if not len(pdf.pages):
                raise FileTruncated(name=name)
            if any(_is_active(thing) for thing in pdf.objects):
                raise FileActive(name=name)
    except pikepdf.PasswordError as error:
        raise FileEncrypted(name=name) from error
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError) as error:
        raise FileTruncated(name=name) from error


def _is_active(thing: pikepdf.Object) -> bool:
    """Search the dictionaries; qpdf writes names in one form, however disguised."""
    if isinstance(thing, pikepdf.Stream):
        return bool(_ACTIVE.search(thing.stream_dict.unparse()))
    if isinstance(thing, (pikepdf.Dictionary, pikepdf.Array)):
        return bool(_ACTIVE.search(thing.unparse(resolved=True)))
    return False


def _unfolds_too_far(content: bytes) -> bool:
    """Tell whether the packed tables of a PDF, which qpdf unpacks, are a bomb."""
    left = _MAX_TABLES
    for match in _STREAM.finditer(content):
        head = content[max(0, match.start() - 400) : match.start()]
        if b"ObjStm" in head or b"XRef" in head or b"#" in head:
            left -= _unpacked_size(content, match.end(), left)
        if left <= 0:
            return True
    return False


def _unpacked_size(content: bytes, start: int, limit: int) -> int:
    unpacker, size, packed = zlib.decompressobj(), 0, memoryview(content)[start:]
    try:
        while packed and size < limit and not unpacker.eof:
            size += len(unpacker.decompress(packed, 2**20))
            packed = memoryview(unpacker.unconsumed_tail)
    except zlib.error:
        return size
    return size


def _look_into_image(content: bytes, media_type: str, name: str) -> None:
    whole = _png_is_whole if media_type == PNG else _jpeg_is_whole
    if not whole(content):
        raise FileTruncated(name=name)
    try:
        # Reads the head only; decoding a scan would cost a hundred times as much.
        with Image.open(BytesIO(content), formats=["JPEG", "PNG"]) as image:
            width, height = image.size
    except Image.DecompressionBombError as error:
        raise FileTooManyPixels(name=name) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise FileTruncated(name=name) from error
    if width * height > MAX_PIXELS:
        raise FileTooManyPixels(name=name)


def _png_is_whole(content: bytes) -> bool:
    """Walk the chunks to the end and check their sums (PNG, 5.3)."""
    at, view = 8, memoryview(content)
    while at + 12 <= len(content):
        length = int.from_bytes(view[at : at + 4], "big")
        end = at + 8 + length
        if zlib.crc32(view[at + 4 : end]) != int.from_bytes(view[end : end + 4], "big"):
            return False
        if content[at + 4 : at + 8] == b"IEND":
            return True
        at = end + 4
    return False


def _jpeg_is_whole(content: bytes) -> bool:
    """Walk the segments to the scan, then look for the end (JPEG, B.1.1)."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == _START_OF_SCAN:
            # Coded data never hold FF D9: every FF in them is followed by 00.
            return content.find(b"\xff\xd9", at) > 0
        if marker in _STANDALONE_MARKERS or marker == 0xFF:
            at += 1 if marker == 0xFF else 2
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return False
