"""Names of files, codes and numbers of documents: values in, values out."""

import re
import unicodedata
from base64 import b32encode
from collections.abc import Iterable
from hashlib import sha256

from tinhso.documents.types import JPEG, PDF, PNG
from tinhso.kernel.text import clean

MAX_NAME = 150
CODE_BYTES = 10  # 80 bits: 16 letters of base 32

EXTENSIONS: dict[str, tuple[str, ...]] = {
    PDF: ("pdf",),
    JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    PNG: ("png",),
}
_PERSONAL_NUMBER = re.compile(r"(?:PNOVN-|IDCVN-|CCCD:)(\d{12})")
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]+')


def clean_file_name(name: str, media_type: str = "") -> str:
    r"""Make a name that is safe to show and to save under, at most 150 characters.

    Folders, control and direction-changing characters go; the extension stays.

    >>> clean_file_name("../../etc/khai\u202esinh.pdf")
    'khaisinh.pdf'
    """
    # A name of megabytes must not cost time; nobody's real name is that long.
    last = re.split(r"[\\/]", name[-10_000:])[-1]
    visible = clean(_NOT_IN_NAMES.sub("_", last)).rstrip(". ")
    stem, dot, extension = visible.rpartition(".")
    if not dot or len(extension) > 10:
        stem, extension = visible, EXTENSIONS.get(media_type, ("",))[0]
    ending = f".{extension}" if extension else ""
    stem = _cut(stem.lstrip(". "), MAX_NAME - len(ending))
    return f"{stem or 'tep'}{ending}"


def extension_fits(name: str, media_type: str) -> bool:
    """Tell whether the ending of a name belongs to a type; no ending always does."""
    _, dot, extension = name.rpartition(".")
    known = EXTENSIONS.get(media_type)
    return not dot or known is None or extension.casefold() in known


def verification_code(random: bytes) -> str:
    """Write 80 random bits in groups of four letters.

    >>> verification_code(bytes(10))
    'AAAA-AAAA-AAAA-AAAA'
    """
    letters = b32encode(random[:CODE_BYTES]).decode("ascii")
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def same_code(typed: str) -> str:
    """Bring a typed code to the form it is stored in: `abcd efgh…` → `ABCD-EFGH-…`.

    What the alphabet of base 32 lacks is read as what it looks like: 0 O, 1 I, 8 B.
    """
    letters = re.sub(r"[^A-Z0-9]", "", typed[:100].upper())
    letters = letters.translate(str.maketrans("018", "OIB"))
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def written_number(number: int, symbol: str, year: int) -> str:
    """Write a number of a register; those below 10 carry a 0 (NĐ 30/2020, PL I).

    >>> written_number(7, "{number}/{year}-GKS", 2026)
    '07/2026-GKS'
    """
    return symbol.replace("{number}", f"{number:02d}").replace("{year}", str(year))


def masked_name(name: str) -> str:
    """Show a name without telling it: first letters and the last word.

    >>> masked_name("Nguyễn Thị Bình")
    'N*** T*** Bình'
    """
    *others, last = name.split() or [""]
    return " ".join([*(f"{word[0]}***" for word in others), last])


def certificate_serial(*parts: str) -> int:
    """Make a serial number of a certificate, positive and below 159 bits."""
    return int.from_bytes(sha256("|".join(parts).encode()).digest()[:19], "big") | 1


def same_name(certified: str, wanted: str) -> bool:
    """Tell whether a certificate's name is the wanted one; X.520 ends it at 64 letters.

    >>> same_name("NGUYỄN THỊ  HOA", "Nguyễn Thị Hoa")
    True
    """
    return clean(certified).casefold() == clean(wanted)[:64].strip().casefold()


def personal_number_in(names: Iterable[str]) -> str:
    """Read the twelve digits of a person out of a certificate; empty if there are none.

    Written `PNOVN-…` (ETSI EN 319 412-1, 5.1.3) or `CCCD:…`, as some authorities do.

    >>> personal_number_in(["PNOVN-022195999001"])
    '022195999001'
    """
    for name in names:
        found = _PERSONAL_NUMBER.fullmatch(name.strip())
        if found:
            return found[1]
    return ""


def _cut(text: str, length: int) -> str:
    """Cut without parting a letter from its marks."""
    shorter = text[:length]
    if len(text) > length and unicodedata.combining(text[length]):
        shorter = shorter[:-1]
    return shorter.rstrip()
