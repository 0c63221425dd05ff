"""Look into a file at the door, without unfolding more of it than needed.

Runs in an inspector, a process without network, files or secrets: see `inspector`.
"""

import re
import zlib
from io import BytesIO

import filetype
import pikepdf
from filetype.types.archive import Pdf
from filetype.types.image import Jpeg, Png
from PIL import Image

from tinhso.documents.providers import cleaning, secrecy, texts
from tinhso.documents.rules import extension_fits
from tinhso.documents.types import (
    JPEG,
    PDF,
    PNG,
    FileActive,
    FileEmpty,
    FileEncrypted,
    FileNameMisleads,
    FileSecret,
    FileTooLarge,
    FileTooManyPixels,
    FileTruncated,
    FileTwoInOne,
    FileTypeNotAccepted,
    Inspected,
)

# An A3 page at 600 dpi has 70 million, an A4 page 35; a PNG is unfolded as a whole.
MOST_PIXELS = {JPEG: 60_000_000, PNG: 36_000_000}
_NAMES = {PDF: "PDF", JPEG: "JPEG (ảnh)", PNG: "PNG (ảnh)"}
# Whatever else a file may be, it is not accepted.
_KINDS = (Pdf(), Jpeg(), Png())
_MAX_TABLES = 64 * 2**20  # bytes of a PDF's own tables, unpacked
_ACTIVE = re.compile(
    rb"/(JavaScript|JS|Launch|ImportData|SubmitForm|RichMedia|Movie|Rendition|Sound"
    rb"|GoToR|GoToE|EmbeddedFiles?|EF|XFA)(?![A-Za-z0-9])"
)
# What opening the file may do by itself: turn to a page.
_HARMLESS = {"/GoTo", "/Named"}
_STREAM = re.compile(rb"stream\r?\n")


def inspect(
    *, content: bytes, name: str, accepted: tuple[str, ...], max_bytes: int
) -> Inspected:
    """Tell the media type of a file that may come in, and what may be stored of it.

    :raises FileEmpty, FileTooLarge, FileSecret, FileTypeNotAccepted,
        FileNameMisleads, FileEncrypted, FileTruncated, FileActive, FileTwoInOne,
        FileTooManyPixels: what is wrong.
    """
    if not content:
        raise FileEmpty(name=name)
    if len(content) > max_bytes:
        raise FileTooLarge(name=name, limit_mb=f"{max_bytes / 2**20:g}")
    media_type = _type_by_bytes(content)
    _refuse_secret(content, media_type, name)
    if media_type not in accepted:
        wanted = ", ".join(_NAMES.get(one, one) for one in accepted)
        raise FileTypeNotAccepted(name=name, accepted=wanted)
    if not extension_fits(name, media_type):
        actual = _NAMES.get(media_type, media_type)
        raise FileNameMisleads(name=name, actual=actual)
    return Inspected(media_type, _looked_into(content, media_type, name))


def _refuse_secret(content: bytes, media_type: str, name: str) -> None:
    """Refuse what is marked by its name, or in a kind of file that never comes in.

    Such a file is refused anyway, but its sender must learn the graver reason.
    """
    if secrecy.marked_by_name(name):
        raise FileSecret(name=name)
    if not media_type and secrecy.marked_inside(content):
        raise FileSecret(name=name)


def _type_by_bytes(content: bytes) -> str:
    kind = filetype.match(content[:8192], _KINDS)
    return str(kind.mime) if kind else ""


def _looked_into(content: bytes, media_type: str, name: str) -> bytes:
    if media_type == PDF:
        _look_into_pdf(content, name)
        return content
    if media_type in (JPEG, PNG):
        return _cleaned_image(content, media_type, name)
    return content


def _look_into_pdf(content: bytes, name: str) -> None:
    if b"%%EOF" not in content[-2048:] or _unfolds_too_far(content):
        raise FileTruncated(name=name)
    if texts.is_archive_too(content):
        raise FileTwoInOne(name=name)
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as pdf:
            _refuse_unfit(pdf, name)
            if secrecy.marked_pdf(content, pdf):
                raise FileSecret(name=name)
    except pikepdf.PasswordError as error:
        raise FileEncrypted(name=name) from error
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError) as error:
        raise FileTruncated(name=name) from error


def _refuse_unfit(pdf: pikepdf.Pdf, name: str) -> None:
    if pdf.is_encrypted:
        raise FileEncrypted(name=name)
    if not len(pdf.pages):
        raise FileTruncated(name=name)
    if _acts_when_opened(pdf) or any(_is_active(thing) for thing in pdf.objects):
        raise FileActive(name=name)


def _acts_when_opened(pdf: pikepdf.Pdf) -> bool:
    action = pdf.Root.get("/OpenAction")
    if not isinstance(action, pikepdf.Dictionary):
        return False  # a place in the file, or nothing
    kind = action.get("/S")
    return kind is not None and str(kind) not in _HARMLESS


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


def _cleaned_image(content: bytes, media_type: str, name: str) -> bytes:
    try:
        cleaned = _cleaned(content, media_type, name)
        if secrecy.marked_picture(cleaned):
            raise FileSecret(name=name)
    except Image.DecompressionBombError as error:
        raise FileTooManyPixels(name=name) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise FileTruncated(name=name) from error
    return cleaned


def _cleaned(content: bytes, media_type: str, name: str) -> bytes:
    if media_type == PNG:
        # Before its pixels are unpacked and counted.
        _refuse_too_many_pixels(cleaning.png_size(content), PNG, name)
        return cleaning.clean_png(content)
    cleaned = cleaning.clean_jpeg(content)
    with cleaning.opened(cleaned) as image:  # reads the head only
        _refuse_too_many_pixels(image.size, JPEG, name)
    return cleaned


def _refuse_too_many_pixels(size: tuple[int, int], media_type: str, name: str) -> None:
    if size[0] * size[1] > MOST_PIXELS[media_type]:
        raise FileTooManyPixels(name=name)
