"""What a signed result costs, beside the same work with nothing around it."""

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from time import perf_counter, process_time
from uuid import UUID

import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from bench.report import line
from tinhso.documents.providers import (
    demo,
    fonts,
    inspection,
    inspectors,
    pades,
    pictures,
    store,
    typesetter,
    validation,
)
from tinhso.documents.types import PDF, Signatory, SignatureRole

ROUNDS = 15
AT = datetime(2026, 6, 16, 2, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[1]
TEXT = """
#import "/nd30.typ": *
#show: nd30
#letterhead(parent: "Tỉnh Quảng Ninh", agency: "Ủy ban nhân dân phường Hạ Long",
  number: document-info.number, place: "Hạ Long", date: "2026-06-16")
#document-title("Giấy xác nhận")
#field("Họ và tên", data.name)
#lorem(200)
#closing(signer(authority: "TM.", title: "Ủy ban nhân dân", name: "Nguyễn Thị Bình"))
"""
LEADER = Signatory(
    UUID(int=1), UUID(int=2), "Nguyễn Thị Bình", "Chủ tịch", "UBND phường Hạ Long"
)


def main() -> None:
    """Print one JSON line a benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        bench = _Bench(home, fonts.prepare(home=home, root=ROOT))
        bench.rendering_and_signing()
        bench.verification()
        bench.storing()


def milliseconds(work: Callable[[], object]) -> float:
    """Take the median CPU time of a piece of work, in ms, once it is warm."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = process_time()
        work()
        times.append((process_time() - start) * 1000)
    return sorted(times)[ROUNDS // 2]


def elapsed(work: Callable[[], object]) -> float:
    """Take the median time of a piece of work, in ms, once it is warm."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work()
        times.append((perf_counter() - start) * 1000)
    return sorted(times)[ROUNDS // 2]


def _scan() -> bytes:
    """Make a PDF of one scanned page, 200 kB."""
    page, file = BytesIO(), BytesIO()
    Image.effect_noise((520, 520), 90).save(page, "JPEG", quality=85)
    with pikepdf.new() as pdf:
        scan = pdf.make_stream(page.getvalue(), Type=Name.XObject, Subtype=Name.Image)
        pdf.add_blank_page().Resources = Dictionary(XObject=Dictionary(Scan=scan))
        pdf.save(file)
    return file.getvalue()


class _Bench:
    def __init__(self, home: Path, font_folder: Path) -> None:
        self.home, self.fonts = home, font_folder
        self.signer = demo.DemoSigner(home=home)
        self.count = 0

    def rendering_and_signing(self) -> None:
        """A page and two visible B-LTA signatures; peer: one plain B-B signature."""
        plain = self.render()
        render = milliseconds(self.render)
        peer = milliseconds(lambda: self.sign_plainly(plain))
        line("pdf_page", render, "ms CPU", peer="B-B signature", peer_value=peer)
        both = milliseconds(lambda: self.sign(self.render()))
        line("pdf_with_two_lta", both, "ms CPU", peer="B-B signature", peer_value=peer)

    def verification(self) -> None:
        """Both signatures and timestamps; peer: pyHanko on a single B-B signature."""
        signed, plain = self.sign(self.render()), self.sign_plainly(self.render())
        trust = validation.Trust.of(self.signer, AT)
        ours = milliseconds(
            lambda: validation.verify(content=signed, trust=trust, at=AT)
        )
        peer = milliseconds(lambda: self.verify_plainly(plain))
        line("verify_two_lta", ours, "ms CPU", peer="verify B-B", peer_value=peer)

    def storing(self) -> None:
        """Inspect and keep a page of text; peer: write and fsync the same bytes."""
        content = self.render()
        ours = milliseconds(lambda: self.keep(content))
        peer = milliseconds(lambda: self.write(content))
        line("store_file", ours, "ms CPU", peer="write, fsync", peer_value=peer)
        self.inspecting("inspect_text", content)
        self.inspecting("inspect_scan", _scan())

    def inspecting(self, name: str, content: bytes) -> None:
        """Time until an inspector has answered; peer: the same in this process."""
        asked = {"name": "a.pdf", "accepted": (PDF,), "max_bytes": 2**20}

        def here() -> object:
            return inspection.inspect(content=content, **asked)

        def there() -> object:
            return inspectors.begin(content=content, **asked).outcome()

        line(name, elapsed(there), "ms", peer="in process", peer_value=elapsed(here))

    def render(self) -> bytes:
        self.count += 1  # another name each time, so that typst has no page at hand
        about = {
            "code": "AAAA-AAAA-AAAA-AAAA",
            "verify_url": "http://localhost:8000/xac-minh/AAAA-AAAA-AAAA-AAAA",
            "qr": typesetter.qr_svg(f"http://localhost:8000/xac-minh/{self.count}"),
            "number": f"{self.count:02d}/XN",
            "title": "Giấy xác nhận",
            "synthetic": True,
        }
        return typesetter.typeset(
            text=TEXT,
            data={"name": f"Trần Văn An {self.count}"},
            document=about,
            home=self.home,
            font_folder=self.fonts,
            at=AT,
        ).pdf

    def sign(self, pdf: bytes) -> bytes:
        signature = pictures.signature(name=LEADER.name, font_folder=self.fonts)
        seal = pictures.seal(name=LEADER.organization_name, font_folder=self.fonts)
        place = pades.Place(0, (300, 300, 436, 396))
        for role, picture in (
            (SignatureRole.PERSONAL, signature),
            (SignatureRole.SEAL, seal),
        ):
            pdf = pades.sign(
                pdf=pdf,
                credential=self.signer.credential(signatory=LEADER, role=role, at=AT),
                signer=self.signer,
                signatory=LEADER,
                role=role,
                picture=picture,
                places=dict.fromkeys(SignatureRole, place),
                at=AT,
            )
        return pdf

    def sign_plainly(self, pdf: bytes) -> bytes:
        credential = self.signer.credential(
            signatory=LEADER, role=SignatureRole.PERSONAL, at=AT
        )
        out = sign_pdf(
            IncrementalPdfFileWriter(BytesIO(pdf)),
            PdfSignatureMetadata(field_name="Plain"),
            signer=credential,
        )
        return bytes(out.getvalue())

    def verify_plainly(self, pdf: bytes) -> None:
        (embedded,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
        trust = ValidationContext(trust_roots=list(self.signer.anchors()))
        assert validate_pdf_signature(embedded, trust).bottom_line

    def keep(self, content: bytes) -> None:
        self.count += 1
        # Other bytes each time, so that the store has to write them.
        fresh = content + b"%" + str(self.count).encode() + b"\n%%EOF\n"
        found = inspection.inspect(
            content=fresh, name="a.pdf", accepted=(PDF,), max_bytes=2**20
        )
        store.keep(home=self.home, content=found.content)

    def write(self, content: bytes) -> None:
        self.count += 1
        with (self.home / f"plain-{self.count}").open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


if __name__ == "__main__":
    main()
