"""Look into one file of each kind, so that all parsers have loaded what they need.

Codecs, ciphers and plug-ins are loaded at their first use; an inspector can open no
file any more and would take its own lack for a fault of the file.
"""

import codecs
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from io import BytesIO

import pikepdf
from PIL import Image

from tinhso.documents.providers import inspection
from tinhso.documents.types import WHAT_PEOPLE_SEND
from tinhso.kernel.errors import Refused

_CODECS = (
    "ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "latin-1",
    "cp1252", "cp437", "pdfdoc", "idna",
)  # fmt: skip
# What pyHanko and cryptography import only when they verify.
_MODULES = (
    "python_calamine",
    "cryptography.hazmat.backends.openssl.backend",
    "pyhanko.pdf_utils.crypt",
    "pyhanko.pdf_utils.filters",
    "pyhanko.sign.ades.report",
    "pyhanko.sign.diff_analysis",
)
_PAGE = b"BT /F 12 Tf 40 700 Td (Rehearsal) Tj ET q 10 0 0 10 0 0 cm /I Do Q"
_ORIENTATION = 0x0112


def rehearse() -> None:
    """Look into one file of each kind; what is found does not matter."""
    for module in _MODULES:
        import_module(module)
    for name in _CODECS:
        with suppress(LookupError):
            codecs.lookup(name)
    for content in _samples():
        with suppress(Refused):
            inspection.inspect(
                content=content,
                name="thu",
                accepted=WHAT_PEOPLE_SEND,
                max_bytes=len(content),
            )


def _samples() -> Iterator[bytes]:
    yield from (_picture("PNG"), _picture("JPEG"), _picture("JPEG", progressive=True))
    for mode in ("P", "LA", "RGBA", "CMYK", "1", "I;16", "L"):
        yield _picture("JPEG" if mode == "CMYK" else "PNG", mode=mode)
    yield from (_pdf(), _pdf(is_blank=True), _pdf(encryption=pikepdf.Encryption()))
    yield _archive()
    yield b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Thử".encode("utf-16-le")
    yield "<p>Thử</p>".encode("utf-16")


def _picture(kind: str, *, mode: str = "RGB", progressive: bool = False) -> bytes:
    out = BytesIO()
    exif = Image.Exif()
    exif[_ORIENTATION] = 6
    picture = Image.new(mode, (80, 60))
    picture.save(out, kind, exif=exif, progressive=progressive)
    return out.getvalue()


def _pdf(
    *, is_blank: bool = False, encryption: pikepdf.Encryption | None = None
) -> bytes:
    out = BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        jpeg = pikepdf.Stream(pdf, _picture("JPEG"))
        jpeg.update(_image_words())
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
        )
        page.Resources = pikepdf.Dictionary(Font={"/F": font}, XObject={"/I": jpeg})
        page.Contents = pikepdf.Stream(pdf, _PAGE[-30:] if is_blank else _PAGE)
        pdf.docinfo["/Title"] = "Thử"
        with pdf.open_metadata() as metadata:
            metadata["dc:title"] = "Thử"
        pdf.save(out, encryption=encryption or False)
    return out.getvalue()


def _image_words() -> dict[str, object]:
    return {
        "/Type": pikepdf.Name.XObject,
        "/Subtype": pikepdf.Name.Image,
        "/Width": 80,
        "/Height": 60,
        "/BitsPerComponent": 8,
        "/ColorSpace": pikepdf.Name.DeviceRGB,
        "/Filter": pikepdf.Name.DCTDecode,
    }


def _archive() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/thử.xml", "<w:p><w:t>Thử &amp; thử</w:t></w:p>")
        archive.writestr("anh.pdf", _pdf())
    for kind in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with zipfile.ZipFile(out, "a", kind) as archive:
            archive.writestr(f"{kind}.xml", "<p>Thử</p>")
    return out.getvalue()
