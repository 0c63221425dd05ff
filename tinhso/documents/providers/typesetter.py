"""Typst: from a template and data to PDF/A, offline and without a look around."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst

from tinhso.documents.providers import fonts
from tinhso.documents.types import TextNotPrintable
from tinhso.kernel.ids import new_id

LIBRARY = Path(__file__).parents[1] / "typst" / "nd30.typ"
STANDARDS: list[Any] = ["a-2a", "ua-1"]
# Only here may a PDF carry a file (ISO 19005-3).
CARRYING: list[Any] = ["a-3a", "ua-1"]
_REMOTE_IMPORT = re.compile(r'"@[a-z]+/')


class TemplateBrokenError(RuntimeError):
    """A template does not compile; a fault of the content, found when it is checked."""


@dataclass(frozen=True, slots=True)
class Typeset:
    """A PDF, and where its signatures go: x, y in points from the top left corner."""

    pdf: bytes
    places: tuple[dict[str, Any], ...]


def typeset(
    *,
    text: str,
    data: Mapping[str, Any],
    document: Mapping[str, Any],
    home: Path,
    font_folder: Path,
    at: datetime,
) -> Typeset:
    """Fill a template.

    data reach typst as one JSON value, so that nothing in them is read as markup.
    :raises TextNotPrintable: if the font lacks a character of the data.
    :raises TemplateBrokenError: if the template does not compile.
    """
    main = _folder_of(text, home) / "main.typ"
    given = json.dumps({"data": data, "document": document}, ensure_ascii=False)
    # PDF dates know whole seconds and fixed offsets only.
    second = at.astimezone(UTC).replace(microsecond=0)
    standards = CARRYING if "evidence" in document else STANDARDS
    try:
        compiler = typst.Compiler(
            input=str(main),
            root=str(main.parent),
            font_paths=fonts.loaded(font_folder),
            sys_inputs={"tinhso": given},
            package_path=str(main.parent),
            package_cache_path=str(main.parent),
        )
        pdf = compiler.compile(format="pdf", pdf_standards=standards, timestamp=second)
        places = json.loads(compiler.query("<sign-place>", field="value"))
    except typst.TypstError as error:
        raise _named(error) from error
    assert isinstance(pdf, bytes)  # noqa: S101 - a list only for other formats
    return Typeset(pdf, tuple(places))


def qr_svg(text: str) -> str:
    """Draw a QR code as SVG, error correction M."""
    drawing = BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawing, kind="svg", xmldecl=False, border=1
    )
    return drawing.getvalue().decode("utf-8")


def _folder_of(text: str, home: Path) -> Path:
    """Lay out a template with the library beside it, in a folder of its own.

    Typst can read below this folder only, and finds nothing else in it.
    """
    if _REMOTE_IMPORT.search(text):
        raise TemplateBrokenError("a template imports from /nd30.typ only")
    library = LIBRARY.read_text("utf-8")
    digest = sha256(f"{text}\0{library}".encode()).hexdigest()
    folder = home / "typst" / digest
    if not (folder / "main.typ").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in (("nd30.typ", library), ("main.typ", text)):
            partial = folder / f".{new_id()}"
            partial.write_text(content, "utf-8")
            partial.rename(folder / name)
    return folder


def _named(error: typst.TypstError) -> Exception:
    said = str(error)
    if "could not be displayed" in said or "disallowed codepoint" in said:
        return TextNotPrintable()
    return TemplateBrokenError(said)
