"""Signatures in a PDF (ISO 32000-2, 12.8; ETSI EN 319 142-1), read without a library.

It looks for signatures in the bytes themselves: what each covers, that nothing but
more signatures, their marks and validation data came after the seal, and the data
that the sealed part carries.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from tinhso_verify import cms
from tinhso_verify.faults import BrokenError

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_OBJECT = re.compile(rb"(?:^|[\r\n])(\d+) (\d+) obj\b")
_EMBEDDED = re.compile(rb"/EmbeddedFile\b.{0,300}?stream\r?\n", re.DOTALL)
_KEPT = {
    # What an object may not say otherwise when it is written anew after the seal.
    b"/Catalog": (b"/Pages", b"/Names", b"/AF", b"/OpenAction", b"/AA"),
    b"/Page": (b"/Contents", b"/Resources", b"/MediaBox", b"/CropBox", b"/AA"),
}
_UNSEEN = re.compile(rb"/Rect\s*\[\s*0 0 0 0\s*\]")
_VALIDATION_DATA = re.compile(rb"<<\s*(/Type\s*/DSS\s*)?/(Certs|CRLs|OCSPs|VRI)\b")
TIMESTAMP = b"/ETSI.RFC3161"


@dataclass(frozen=True, slots=True)
class Found:
    """A signature that holds; end: how many bytes of the file it covers.

    is_trusted: it leads to an anchor, and so do all timestamps.
    """

    name: str
    organization: str
    at: datetime
    is_timestamped: bool
    is_trusted: bool
    end: int


@dataclass(frozen=True, slots=True)
class _Place:
    end: int
    covered: bytes
    signature: bytes
    is_timestamp: bool


def verify(data: bytes, anchors: Sequence[x509.Certificate]) -> list[Found]:
    """Check every signature of a PDF, in the order they were made; the seal is last.

    :raises BrokenError: if there is none, one does not hold, or the file was
        changed since.
    """
    places = sorted(_places(data), key=lambda place: place.end)
    signatures = [place for place in places if not place.is_timestamp]
    if not signatures:
        raise BrokenError("no signature")
    if data[places[-1].end :].strip():
        raise BrokenError("bytes were added after the last signature")
    _refuse_changes(data, signatures[-1].end)
    stamps = [_stamp(place) for place in places if place.is_timestamp]
    are_trusted = all(cms.is_trusted_stamp(one, anchors) for one in stamps)
    return [_checked(place, anchors, are_trusted) for place in signatures]


def carried(data: bytes, found: Found) -> bytes:
    """Take out the file that the part covered by a signature carries.

    :raises BrokenError: if it is not just one.
    """
    sealed = data[: found.end]
    starts = [match.end() for match in _EMBEDDED.finditer(sealed)]
    if len(starts) != 1:
        raise BrokenError(f"{len(starts)} files inside where one is expected")
    start = starts[0]
    content = sealed[start : sealed.index(b"endstream", start)]
    head = sealed[sealed.rindex(b" obj", 0, start) : start]
    return (
        zlib.decompress(content) if b"/FlateDecode" in head else content.rstrip(b"\n")
    )


def _places(data: bytes) -> list[_Place]:
    return [_place(data, match) for match in _RANGE.finditer(data)]


def _place(data: bytes, match: re.Match[bytes]) -> _Place:
    first, length, second, rest = map(int, match.groups())
    hole = data[first + length : second]
    is_whole = hole.startswith(b"<") and hole.endswith(b">")
    if first or not is_whole or second + rest > len(data):
        raise BrokenError("a signature does not cover the file from its first byte on")
    start = data.rindex(b" obj", 0, match.start())
    about = data[start : data.index(b"endobj", second)]
    try:
        written = hole[1:-1].decode("ascii")
        signature = bytes.fromhex(written)
    except ValueError:
        raise BrokenError("a signature cannot be read") from None
    if written not in (written.lower(), written.upper()):
        raise BrokenError("a signature was written over")  # the same number otherwise
    return _Place(
        end=second + rest,
        covered=data[:length] + data[second : second + rest],
        signature=signature,
        is_timestamp=TIMESTAMP in about,
    )


def _stamp(place: _Place) -> cms.Signed:
    """Check a timestamp over the whole file."""
    stamp = cms.verify(place.signature, detached=None)
    cms.refuse_other(stamp, place.covered)
    return stamp


def _checked(
    place: _Place, anchors: Sequence[x509.Certificate], are_stamps_trusted: bool
) -> Found:
    signed = cms.verify(place.signature, detached=place.covered)
    if signed.at is None:
        raise BrokenError("nothing says when it was signed")
    subject = signed.signer.subject
    return Found(
        name=_said(subject, x509.NameOID.COMMON_NAME),
        organization=_said(subject, x509.NameOID.ORGANIZATION_NAME),
        at=signed.at,
        is_timestamped=signed.stamp is not None,
        is_trusted=cms.is_trusted(signed, anchors, at=signed.at) and are_stamps_trusted,
        end=place.end,
    )


def _said(subject: x509.Name, kind: x509.ObjectIdentifier) -> str:
    found = subject.get_attributes_for_oid(kind)
    return str(found[0].value) if found else ""


def _refuse_changes(data: bytes, end: int) -> None:
    """Refuse a file in which something that was sealed looks otherwise now.

    What may follow the seal: validation data, a timestamp in a field nobody sees, the
    lists that name it, and metadata.
    """
    before, after = _objects(data[:end]), _objects(data[end:])
    for number, text in after.items():
        if number in before:
            _refuse_other(number.decode(), before[number], text)
        elif b"/ObjStm" in text or (b"/Rect" in text and not _UNSEEN.search(text)):
            raise BrokenError("something that can be seen was added after the seal")


def _refuse_other(number: str, before: bytes, after: bytes) -> None:
    kind = next((kind for kind in _KEPT if _is(before, kind)), b"")
    if _is(before, b"/Metadata") or b"/CreationDate" in before:
        return
    if _VALIDATION_DATA.match(before) and _VALIDATION_DATA.match(after):
        return
    if not kind and b"/SigFlags" not in before and before != after:
        raise BrokenError(f"object {number} was changed after the seal")
    for name in _KEPT.get(kind, ()):
        if _value(before, name) != _value(after, name):
            raise BrokenError(f"{name.decode()} was changed after the seal")
    listed = _value(after, b"/Annots")
    if (
        not listed.startswith(_value(before, b"/Annots").rstrip(b"] "))
        or b"<<" in listed
    ):
        raise BrokenError("/Annots was changed after the seal")


def _is(text: bytes, kind: bytes) -> bool:
    return re.search(rb"/Type\s*" + kind + rb"\b", text) is not None


def _value(text: bytes, name: bytes) -> bytes:
    """Read what a dictionary says under a name: a reference, an array, a word."""
    found = re.search(
        re.escape(name) + rb"\s*(<<.*?>>|\[.*?\]|\d+ \d+ R|[^\s/<>\[\]]+)",
        text,
        re.DOTALL,
    )
    return b" ".join(found[1].split()) if found else b""


def _objects(data: bytes) -> dict[bytes, bytes]:
    """Read the objects of a part of the file, the newest of each number."""
    starts = list(_OBJECT.finditer(data))
    found = {}
    for match in starts:
        end = data.find(b"endobj", match.end())
        found[match[1]] = data[match.end() : end if end > 0 else len(data)].strip()
    return found
