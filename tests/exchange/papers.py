"""Documents for the tests, made up, and certificates to sign them with."""

from dataclasses import replace
from datetime import UTC, date, datetime

from tinhso.exchange.providers import document_keys, edxml_writing, xml_signing
from tinhso.exchange.types import (
    Agency,
    AgencyDocument,
    Attachment,
    Business,
    DocumentKind,
    Named,
    OtherInfo,
    Signer,
    Staff,
    Trace,
)

AT = datetime(2026, 6, 16, 2, 0, tzinfo=UTC)
SENDER = Agency("G22", "Cơ quan A (mô phỏng)", email="a@example.vn")
RECEIVER = Agency("H49.06688", "Phường Hạ Long")
SCAN = b"%PDF-1.7 made up " + bytes(range(256))
PAPER = AgencyDocument(
    id="G22,2026/06/15,12/CQA-VP",
    sender=SENDER,
    receivers=(RECEIVER, Agency("H49", "Tỉnh Quảng Ninh")),
    number="12",
    notation="CQA-VP",
    place="Hà Nội",
    issued_on=date(2026, 6, 15),
    kind_name="Công văn",
    kind_code="1",
    kind_detail="0",
    subject="Về việc phối hợp số hóa hồ sơ <thử> & kiểm tra",
    content="Dòng một\nDòng hai",
    signer=Signer("Nguyễn Văn Thử", position="Chánh Văn phòng", competence="TL."),
    due=date(2026, 7, 1),
    to_places=("Như trên", "Lưu: VT"),
    other=OtherInfo(1, "Nội bộ", "NVT", 2, 3, ("Phụ lục I",)),
    response_for=(
        Named("H49", "7/UBND-VP", date(2026, 6, 1), "H49,2026/06/01,7/UBND-VP"),
    ),
    steering=1,
    business=Business(staff=Staff("Trần Thị Mẫu", "Văn thư", "", "b@example.vn")),
    trace=(Trace("G22", AT),),
    attachments=(
        Attachment("cong-van.pdf", "application/pdf", SCAN, "Bản chính"),
        Attachment("phu-luc.txt", "text/plain", b""),
    ),
)


def recalled(paper=PAPER, **more):
    """The message that recalls a document."""
    business = Business(DocumentKind.RECALL, "Ban hành nhầm", paper.id)
    return replace(paper, business=business, attachments=(), **more)


class Keys:
    """Keys of agencies in a folder of their own, and who is registered."""

    def __init__(self, home):
        self.home, self.known = home, {}

    def make(self, code="G22", *, at=AT):
        pem = document_keys.make(self.home, code, at=at)
        self.known[document_keys.read(pem).fingerprint] = pem
        return pem

    def sign(self, content, code="G22"):
        return xml_signing.sign(content, document_keys.load(self.home, code))

    def signed(self, paper=PAPER):
        return self.sign(edxml_writing.write_document(paper), paper.sender.code)

    def verify(self, content, *, at=AT, **more):
        return xml_signing.verify(content, find=self.known.get, at=at, **more)
