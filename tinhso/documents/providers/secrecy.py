"""Look for the mark of a secret document in a file, also in what only looks like text.

Text that is typed is read wherever it stands. Pictures, and pages of a PDF that show
pictures and have no text of their own, are read by `ocr`, the first two of them: a
mark stands on the first page (NĐ 30/2020, PL I), and reading a page takes half a
second.
"""

from io import BytesIO
from itertools import chain
from time import process_time

import pikepdf
from PIL import Image

from tinhso.documents.providers import cleaning, ocr, texts
from tinhso.documents.rules import marking_in, marking_read, stamp_read

SCANS = 2  # pages read by machine
_TEXT_SECONDS = 1.0  # of CPU for the pages of one PDF
_BARE = 12  # letters; a page with fewer has no text of its own


def marked_by_name(name: str) -> bool:
    """Tell whether the name of a file carries a mark."""
    plain = name.rpartition(".")[0] or name
    return bool(marking_in(part for part in plain.replace("_", " ").split(" - ")))


def marked_inside(content: bytes) -> bool:
    """Tell whether a document of Office, an archive or a plain text carries a mark."""
    return bool(marking_in(texts.of_other(content)))


def marked_pdf(content: bytes, pdf: pikepdf.Pdf) -> bool:
    """Tell whether a PDF carries a mark in text, notes, properties or scans.

    :raises ValueError: if its pages cannot be read at all.
    """
    if marking_in(texts.of_pdf(pdf)):
        return True
    pages = texts.Pages(content)
    try:
        if not pages.count:
            pages.close()
            pages = texts.Pages(_mended(pdf))
        return _marked_pages(pages)
    finally:
        pages.close()


def _mended(pdf: pikepdf.Pdf) -> bytes:
    """Write it anew: what is bent differently by two readers, both read then."""
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def _marked_pages(pages: texts.Pages) -> bool:
    if not pages.count:
        raise ValueError("no page can be read")
    start, scans = process_time(), 0
    for number in range(pages.count):
        lines = pages.text(number)
        if marking_in(lines):
            return True
        if scans < SCANS and sum(map(len, lines)) < _BARE:
            scan = _scan(pages, number)
            scans += scan is not None
            if scan is not None and _marked_scan(scan):
                return True
        elif process_time() - start > _TEXT_SECONDS:
            break
    return False


def _scan(pages: texts.Pages, number: int) -> Image.Image | None:
    if ocr.reader() is None:
        return None
    drawn = pages.picture(number, wide=ocr.WIDE, tall=ocr.TALL)
    if drawn is None:
        return None
    size, pixels = drawn
    return Image.frombuffer("RGB", size, pixels, "raw", "BGRX", 0, 1)


def marked_picture(content: bytes) -> bool:
    """Tell whether a picture carries a mark; False where nothing can read it.

    :raises OSError, ValueError: if it cannot be decoded.
    """
    with cleaning.opened(content) as picture:
        if ocr.reader() is None or ocr.too_small(picture.size):
            return False
        return _marked_scan(ocr.prepared(picture))


def _marked_scan(scan: Image.Image) -> bool:
    """Read a page upright; its stamps alone; turned, while it makes no sense."""
    reader = ocr.reader()
    if reader is None:
        return False
    page = ocr.darkest(scan)
    lines = reader.lines(page)
    sure = reader.sureness()
    if marking_read(lines):
        return True
    stamps = chain(ocr.red_strips(scan), ocr.framed_strips(page))
    if any(stamp_read(reader.line(stamp)) for stamp in stamps):
        return True
    # A page upside down or on its side is read with little confidence.
    turns = (180, 90, 270) if lines and sure < ocr.SURE else ()
    return any(
        marking_read(reader.lines(page.rotate(turn, expand=True))) for turn in turns
    )
