"""Sign PDFs as PAdES B-LTA with pyHanko (ETSI EN 319 142-1)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import Image
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    SigDSSPlacementPreference,
    TimestampDSSContentSettings,
)
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext

from tinhso.documents.providers import signature_fields
from tinhso.documents.providers.base import Signer
from tinhso.documents.types import Signatory, SignatureRole

FIELD_NAMES = {SignatureRole.PERSONAL: "ChuKy", SignatureRole.SEAL: "ConDau"}


# All validation data come before the document timestamp, so that it covers every
# byte of the file and a later addition shows.
_VALIDATION_DATA = DSSContentSettings(
    include_vri=False,
    placement=SigDSSPlacementPreference.TOGETHER_WITH_NEXT_TS,
    next_ts_settings=TimestampDSSContentSettings(
        include_vri=False, update_before_ts=True
    ),
)
# It warns that fetching is off; here every list is at hand.
logging.getLogger("pyhanko.sign.signers").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a signature is seen; page counts from 0, box in points from bottom left.

    box: (left, bottom, right, top)
    """

    page: int
    box: tuple[int, int, int, int]


class _PdfSignerAt(PdfSigner):
    """Signs at a given moment; the library would look at the clock."""

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = at

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._at
        return session


def sign(
    *,
    pdf: bytes,
    credential: Any,
    signer: Signer,
    signatory: Signatory,
    role: SignatureRole,
    picture: Image.Image,
    places: Mapping[SignatureRole, Place],
    at: datetime,
) -> bytes:
    """Add a visible signature, its timestamp, validation data, a document timestamp.

    credential: the signatory's, of that same signer. What was signed before stays as
    it is: everything is appended.
    """
    # What is appended starts a line of its own (ISO 19005-2, 6.1.9); typst ends none.
    whole = pdf if pdf.endswith(b"\n") else pdf + b"\n"
    writer = IncrementalPdfFileWriter(BytesIO(whole), strict=False)
    fields = {of: _field(place, signatory, of) for of, place in places.items()}
    signature_fields.add_empty(writer, fields.values())
    pdf_signer = _PdfSignerAt(
        _metadata(signer, credential, signatory, role, at),
        signer=credential,
        timestamper=signer.timestamper(at=at),
        stamp_style=_style(picture),
        new_field_spec=fields[role],
        at=at,
    )
    signed = BytesIO()
    pdf_signer.sign_pdf(writer, output=signed)
    return signed.getvalue()


def _field(place: Place, signatory: Signatory, role: SignatureRole) -> SigFieldSpec:
    return SigFieldSpec(
        sig_field_name=FIELD_NAMES[role],
        on_page=place.page,
        box=place.box,
        readable_field_name=_label(signatory, role),
    )


def _metadata(
    signer: Signer,
    credential: Any,
    signatory: Signatory,
    role: SignatureRole,
    at: datetime,
) -> PdfSignatureMetadata:
    return PdfSignatureMetadata(
        field_name=FIELD_NAMES[role],
        name=_label(signatory, role),
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=True,
        use_pades_lta=True,
        dss_settings=_VALIDATION_DATA,
        validation_context=ValidationContext(
            trust_roots=list(signer.anchors()),
            crls=list(signer.revocation_lists(at=at)),
            other_certs=list(credential.cert_registry),
            moment=at,
            revocation_mode="require",
        ),
    )


def _label(signatory: Signatory, role: SignatureRole) -> str:
    if role == SignatureRole.SEAL:
        return signatory.organization_name
    return f"{signatory.title} {signatory.name}".strip()


def _style(picture: Image.Image) -> StaticStampStyle:
    return StaticStampStyle(
        border_width=0,
        background=PdfImage(picture),
        background_layout=SimpleBoxLayoutRule(
            AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins.uniform(0)
        ),
        background_opacity=1.0,
    )
