"""Gather the text of a file, line by line, wherever it hides; nothing is rendered.

PDF: pages, notes, fields, properties. Word, Excel, PowerPoint and OpenDocument: every
part that holds text, headers, comments and hidden sheets included, by searching and
without an XML parser, which could be made to fetch or to unfold. Archives: what is in
them, within bounds.
"""

import html
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import pikepdf
import pypdfium2.raw as pdfium

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_PAGES = 200
_MOST_UNPACKED = 24 * 2**20  # bytes of all parts of an archive that are looked at
_MOST_OF_A_PART = 12 * 2**20
_PIECE, _LAP = 2**20, 2_000  # letters searched at once; where one starts in the last
_MOST_PARTS, _DEEPEST = 3_000, 4
_MOST_LETTERS = 200_000  # of one page
_MOST_METADATA = 2**20
_SAID = (
    "/Contents",
    "/V",
    "/TU",
    "/Title",
    "/Subject",
    "/Keywords",
    "/Author",
    "/Subj",
)
_PART = re.compile(r"\.(xml|vml|rels|html?|txt|rtf|csv)$", re.IGNORECASE)
# Where a paragraph, a cell or a property starts or ends; runs within it are joined.
_BREAK = re.compile(
    r"</?(?:\w+:)?(?:p|h|si|is|c|tc|row|tr|td|li|div|text|comment|txbxContent|br|cr"
    r"|(?:odd|even|first)(?:Header|Footer)|title|subject|keywords|description|creator"
    r"|category|contentStatus|lpwstr|Company|Manager|sheet)(?:\s[^<>]{0,5000})?/?>"
)
_TAB = re.compile(r"<(?:\w+:)?tab\s*/>")
# Words that stand in attributes: WordArt of watermarks, names of sheets, alt texts.
_NAMED = re.compile(r'\s(?:string|name|title|descr|val|alt)="([^"<>]{1,200})"')
_TAG = re.compile(r"<[^<>]*>")
_FIELD_CODE = re.compile(r'&[LCRBIUEXYSPDTNFAGZ]|&"[^"]*"|&\d{1,3}|&K[0-9A-F]{6}')


@dataclass(slots=True)
class Budget:
    """What unfolding an archive may still take; spent as it goes."""

    unpacked: int = _MOST_UNPACKED
    parts: int = _MOST_PARTS
    depth: int = field(default=_DEEPEST)


def of_pdf(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Give what notes, fields and properties of a PDF say; pages: see `Pages`."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary):
            yield from _said(thing)
    for page in list(pdf.pages)[:MOST_PAGES]:
        for note in _direct(page.obj, "/Annots"):
            yield from _said(note)
    yield from _properties(pdf)


def _direct(thing: pikepdf.Object, name: str) -> list[pikepdf.Object]:
    found = thing.get(name)
    if not isinstance(found, pikepdf.Array):
        return []
    return [one for one in found if isinstance(one, pikepdf.Dictionary)]


def _said(thing: pikepdf.Object) -> Iterator[str]:
    for name in _SAID:
        value = thing.get(name)
        if isinstance(value, pikepdf.String):
            yield from str(value).splitlines()


def _properties(pdf: pikepdf.Pdf) -> Iterator[str]:
    for value in (pdf.trailer.get("/Info") or {}).values():
        if isinstance(value, pikepdf.String):
            yield from str(value).splitlines()
    metadata = pdf.Root.get("/Metadata")
    if isinstance(metadata, pikepdf.Stream):
        raw = metadata.read_raw_bytes()
        if "/Filter" in metadata:
            raw = _unpacked(raw, _MOST_METADATA)
        yield from _of_xml(raw[:_MOST_METADATA].decode("utf-8", "replace"))


def _unpacked(raw: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(raw, most)
    except zlib.error:
        return b""


class Pages:
    """The pages of a PDF as PDFium sees them; close it when done."""

    def __init__(self, content: bytes) -> None:
        self._content = content  # PDFium reads from it as long as it is open
        self._document = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
        count = pdfium.FPDF_GetPageCount(self._document) if self._document else 0
        self.count = min(count, MOST_PAGES)

    def text(self, number: int) -> list[str]:
        """Give the lines of a page; empty if nothing is written on it."""
        page = pdfium.FPDF_LoadPage(self._document, number)
        if not page:
            return []
        letters = pdfium.FPDFText_LoadPage(page)
        count = min(pdfium.FPDFText_CountChars(letters), _MOST_LETTERS)
        lines = _letters(letters, count) if count > 0 else []
        pdfium.FPDFText_ClosePage(letters)
        pdfium.FPDF_ClosePage(page)
        return lines

    def picture(
        self, number: int, *, wide: int, tall: int
    ) -> tuple[tuple[int, int], bytes] | None:
        """Draw a page that shows pictures; its size and its pixels as BGRx.

        None if it shows none: a page without pictures holds no scan.
        """
        page = pdfium.FPDF_LoadPage(self._document, number)
        if not page:
            return None
        drawn = _drawn(page, wide, tall) if _has_picture(page) else None
        pdfium.FPDF_ClosePage(page)
        return drawn

    def close(self) -> None:
        """Let PDFium forget it."""
        if self._document:
            pdfium.FPDF_CloseDocument(self._document)


def _letters(letters: object, count: int) -> list[str]:
    buffer = (pdfium.c_ushort * (count + 1))()
    pdfium.FPDFText_GetText(letters, 0, count, buffer)
    text = bytes(buffer)[: count * 2].decode("utf-16-le", "replace")
    # Hyphens at line ends come as U+0002.
    return text.replace("\x02", "-").splitlines()


def _has_picture(page: object) -> bool:
    """Tell whether a page holds pictures, or forms, which may hold some."""
    count = min(pdfium.FPDFPage_CountObjects(page), 1_000)
    holds = {pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM}
    return any(
        pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page, place)) in holds
        for place in range(count)
    )


def _drawn(page: object, wide: int, tall: int) -> tuple[tuple[int, int], bytes] | None:
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    if width <= 0 or height <= 0:
        return None
    share = min(wide / min(width, height), tall / max(width, height))
    size = (max(1, int(width * share)), max(1, int(height * share)))
    bitmap = pdfium.FPDFBitmap_Create(*size, 0)
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, *size, 0xFFFFFFFF)
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, *size, 0, pdfium.FPDF_ANNOT)
    row = pdfium.FPDFBitmap_GetStride(bitmap)
    held = pdfium.FPDFBitmap_GetBuffer(bitmap)
    pixels = pdfium.ctypes.string_at(held, row * size[1])
    pdfium.FPDFBitmap_Destroy(bitmap)
    return size, pixels


def of_other(content: bytes, budget: Budget | None = None) -> Iterator[str]:
    """Give the lines of a file that is no PDF and no picture, as far as it is read."""
    if content.startswith(ZIP):
        yield from _of_archive(content, budget or Budget())
    elif content.startswith(OLE):
        yield from _of_ole(content)
    else:
        yield from _of_plain(content)


def _of_archive(content: bytes, budget: Budget) -> Iterator[str]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for part in archive.infolist():
                budget.parts -= 1
                if budget.parts < 0 or budget.unpacked <= 0:
                    return
                yield part.filename.rsplit("/")[-1].rsplit(".", 1)[0]
                yield from _of_part(archive, part, budget)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, OSError):
        return
    except (NotImplementedError, RuntimeError, EOFError, zlib.error):
        return


def _of_part(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, budget: Budget
) -> Iterator[str]:
    if part.flag_bits & 1 or part.is_dir():
        return
    try:
        with archive.open(part) as opened:
            body = opened.read(min(budget.unpacked, _MOST_OF_A_PART))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, OSError):
        return
    budget.unpacked -= max(len(body), 1)
    if body.startswith((ZIP, OLE)) and budget.depth > 0:
        budget.depth -= 1
        yield from of_other(body, budget)
        budget.depth += 1
    elif body.startswith(b"%PDF-"):
        yield from _of_packed_pdf(body)
    elif _PART.search(part.filename):
        yield from _of_plain(body)


def _of_packed_pdf(content: bytes) -> Iterator[str]:
    pages = Pages(content)
    try:
        for number in range(min(pages.count, 20)):
            yield from pages.text(number)
    finally:
        pages.close()


def _of_ole(content: bytes) -> Iterator[str]:
    """Search the old formats of Office, whose text lies there in two bytes a letter."""
    for start in (0, 1):
        text = content[start:_MOST_UNPACKED].decode("utf-16-le", "ignore")
        yield from re.split(r"[\x00-\x1f\ufffd]+", text)


def _of_plain(body: bytes) -> Iterator[str]:
    text = _decoded(body)
    if "<" in text[:2_000]:
        yield from _of_xml(text)
    else:
        yield from text.splitlines()


def _decoded(body: bytes) -> str:
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace")
    return body.decode("utf-8", "replace")


def _of_xml(text: str) -> Iterator[str]:
    """Search piece by piece: a copy of the whole would not fit into an inspector."""
    for start in range(0, len(text), _PIECE):
        yield from _of_piece(text[max(0, start - _LAP) : start + _PIECE])


def _of_piece(text: str) -> Iterator[str]:
    for named in _NAMED.finditer(text):
        yield html.unescape(named[1])
    parted = _BREAK.sub("\n", _TAB.sub("\t", text))
    for line in html.unescape(_TAG.sub("", parted)).splitlines():
        yield _FIELD_CODE.sub("", line) if "&" in line else line


def is_archive_too(content: bytes) -> bool:
    """Tell whether a file of another kind opens as an archive as well."""
    if b"PK\x05\x06" not in content[-66_000:]:
        return False
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return bool(archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
