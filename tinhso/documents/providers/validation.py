"""Verify signed PDFs with pyHanko, offline, without trusting anything in the file."""

import logging
from base64 import b64decode, b64encode
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, TypeVar

from asn1crypto.cms import ContentInfo
from asn1crypto.crl import CertificateList
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import (
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tinhso.documents.providers.base import Signer
from tinhso.documents.providers.certificates import DEMO_OU
from tinhso.documents.types import SignatureReport, SignatureRole, Verdict

# The library tells about junk input on its log; the verdict tells it better.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

MAX_SIGNATURES = 50  # a file with more is an attempt to keep us busy
TIMESTAMP = "timestamp"
ENTIRE_FILE = "entire file"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom the platform trusts, and what was revoked, as asn1crypto has them."""

    roots: tuple[Any, ...]
    lists: tuple[Any, ...]

    @classmethod
    def of(cls, signer: Signer, at: datetime) -> "Trust":
        """Take it from the provider of signatures."""
        return cls(signer.anchors(), signer.revocation_lists(at=at))

    @classmethod
    def from_words(cls, words: Mapping[str, Sequence[str]]) -> "Trust":
        """Read what `words` wrote."""
        return cls(
            tuple(Certificate.load(b64decode(one)) for one in words["roots"]),
            tuple(CertificateList.load(b64decode(one)) for one in words["lists"]),
        )

    def words(self) -> dict[str, list[str]]:
        """Write it for another process."""
        return {
            "roots": [b64encode(one.dump()).decode() for one in self.roots],
            "lists": [b64encode(one.dump()).decode() for one in self.lists],
        }


def verify(
    *, content: bytes, trust: Trust, at: datetime
) -> tuple[Verdict, tuple[SignatureReport, ...]]:
    """Tell a verdict of a file and a report of each signature and timestamp in it.

    Never raises, whatever the bytes are.
    """
    if not content.startswith(b"%PDF-"):
        return Verdict.NOT_A_PDF, ()
    try:
        return _judged(PdfFileReader(BytesIO(content), strict=True), trust, at)
    except Exception:  # noqa: BLE001 - hostile bytes find every hole of a parser
        return unreadable(content), ()


def _judged(
    reader: PdfFileReader, trust: Trust, at: datetime
) -> tuple[Verdict, tuple[SignatureReport, ...]]:
    embedded = list(reader.embedded_signatures)
    if not embedded:
        return Verdict.NOT_SIGNED, ()
    if len(embedded) > MAX_SIGNATURES:
        return Verdict.ALTERED, ()
    reports = _driven(_reports(embedded, _Contexts(reader, trust, at)))
    return _verdict(reports), reports


def _driven(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that waits for nothing: all it needs lies in memory."""
    try:
        work.send(None)
    except StopIteration as done:
        found: T = done.value
        return found
    work.close()
    raise RuntimeError("the library waits for something")


def unreadable(content: bytes) -> Verdict:
    """A broken file with the marks of a signature was signed, and then altered."""
    return Verdict.ALTERED if b"/ByteRange" in content else Verdict.NOT_A_PDF


async def _reports(
    embedded: Sequence[Any], contexts: "_Contexts"
) -> tuple[SignatureReport, ...]:
    return tuple([await _report(one, contexts) for one in embedded])


class _Contexts:
    """Trust of the platform; the file adds only revocation lists and certificates."""

    def __init__(self, reader: PdfFileReader, trust: Trust, at: datetime) -> None:
        self._roots = list(trust.roots)
        self._lists = list(trust.lists)
        self._certificates: list[Any] = []
        self.now = at
        with suppress(NoDSSFoundError):
            store = DocumentSecurityStore.read_dss(reader)
            self._certificates = list(store.load_certs())
            self._lists += [_list_in(reference) for reference in store.crls]

    def at(self, moment: datetime) -> ValidationContext:
        """Trust as it stood at a moment that a timestamp proves."""
        return ValidationContext(
            trust_roots=self._roots,
            other_certs=self._certificates,
            crls=self._lists,
            moment=moment,
            revocation_mode="require",
            # A later list still says that a certificate was not revoked before.
            retroactive_revinfo=True,
        )


def _list_in(reference: Any) -> Any:
    stream = reference.get_object()
    return CertificateList.load(stream.read_data(DecodePurpose.CRL))


async def _report(embedded: Any, contexts: _Contexts) -> SignatureReport:
    try:
        if _hides_something(embedded):
            return _broken(embedded)
        if embedded.sig_object_type == "/DocTimeStamp":
            return await _timestamp_report(embedded, contexts)
        return await _signature_report(embedded, contexts)
    except Exception:  # noqa: BLE001 - hostile bytes find every hole of a parser
        return _broken(embedded)


async def _timestamp_report(embedded: Any, contexts: _Contexts) -> SignatureReport:
    # What was added later is judged at the signatures, which the timestamp protects.
    status = await async_validate_pdf_timestamp(
        embedded, contexts.at(contexts.now), skip_diff=True
    )
    fine = status.intact and status.valid
    return SignatureReport(
        role=TIMESTAMP,
        name=_subject(embedded, "common_name"),
        organization=_subject(embedded, "organization_name"),
        signed_at=status.timestamp,
        intact=fine,
        trusted=status.trusted,
        timestamp_ok=fine and status.trusted,
        coverage=_coverage(status),
        is_demo=_is_demo(embedded),
    )


async def _signature_report(embedded: Any, contexts: _Contexts) -> SignatureReport:
    stamped = _stamped_at(embedded) or contexts.now
    status = await async_validate_pdf_signature(
        embedded,
        signer_validation_context=contexts.at(stamped),
        ts_validation_context=contexts.at(contexts.now),
    )
    proof = status.timestamp_validity
    return SignatureReport(
        role=_role(embedded),
        name=_subject(embedded, "common_name"),
        organization=_subject(embedded, "organization_name"),
        signed_at=proof.timestamp if proof else status.signer_reported_dt,
        intact=status.intact and status.valid and bool(status.docmdp_ok),
        trusted=status.trusted,
        timestamp_ok=bool(proof and proof.valid and proof.intact and proof.trusted),
        coverage=_coverage(status),
        is_demo=_is_demo(embedded),
    )


def _hides_something(embedded: Any) -> bool:
    """Tell whether the room left after a signature, which none covers, is not empty."""
    content = bytes(embedded.pkcs7_content)
    used = len(ContentInfo.load(content).dump())
    return any(content[used:])


def _broken(embedded: Any) -> SignatureReport:
    return SignatureReport(
        role=_quietly(_role, embedded),
        name=_quietly(_subject, embedded, "common_name"),
        organization=_quietly(_subject, embedded, "organization_name"),
        signed_at=None,
        intact=False,
        trusted=False,
        timestamp_ok=False,
        coverage="unclear",
        is_demo=_quietly(_is_demo, embedded) is True,
    )


def _quietly(read: Callable[..., Any], *args: Any) -> Any:
    try:
        return read(*args)
    except Exception:  # noqa: BLE001 - as above
        return ""


def _stamped_at(embedded: Any) -> datetime | None:
    """Read when a timestamp says it was signed; whether it is true is checked later."""
    for token in extract_tst_data_iter(embedded.signer_info, signed=False):
        moment = token["encap_content_info"]["content"].parsed["gen_time"].native
        return moment if isinstance(moment, datetime) else None
    return None


def _subject(embedded: Any, field: str) -> str:
    value = embedded.signer_cert.subject.native.get(field, "")
    return str(value[0] if isinstance(value, list) else value)


def _role(embedded: Any) -> str:
    """Tell whose certificate it is: an agency's carries its own name twice."""
    name = _subject(embedded, "common_name")
    seal = name == _subject(embedded, "organization_name")
    return (SignatureRole.SEAL if seal else SignatureRole.PERSONAL).value


def _is_demo(embedded: Any) -> bool:
    return _subject(embedded, "organizational_unit_name") == DEMO_OU


def _coverage(status: Any) -> str:
    return {
        SignatureCoverageLevel.ENTIRE_FILE: ENTIRE_FILE,
        SignatureCoverageLevel.ENTIRE_REVISION: "revision",
    }.get(status.coverage, "unclear")


def _verdict(reports: Sequence[SignatureReport]) -> Verdict:
    signatures = [report for report in reports if report.role != TIMESTAMP]
    if not signatures:
        return Verdict.NOT_SIGNED
    whole = reports[-1].coverage == ENTIRE_FILE
    clear = all(report.coverage != "unclear" for report in reports)
    if not (whole and clear and all(report.intact for report in reports)):
        return Verdict.ALTERED
    trusted = all(report.trusted for report in reports)
    proven = all(report.timestamp_ok for report in reports)
    return Verdict.VALID if trusted and proven else Verdict.UNKNOWN_SIGNER
