"""Papers with and without a mark of secrecy, made anew from a seed at each run.

Marked ones in every place where a mark can stand, ordinary ones full of words that
only look alike. Each carries a canary, a word that stands nowhere else.
"""

import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

import openpyxl
import pikepdf
import typst
from openpyxl.comments import Comment
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tinhso.documents.providers import fonts

ROOT = Path(__file__).resolve().parents[1]
CANARY = "KIMTUOC"
_SMOOTH = Image.Resampling.BICUBIC
MARKS = ("MẬT", "TỐI MẬT", "TUYỆT MẬT")


@dataclass(frozen=True, slots=True)
class Paper:
    """A file, how it was made, and the word that must stand nowhere afterwards."""

    how: str
    name: str
    content: bytes
    canary: str


Make = Callable[[Random, str, str], tuple[str, bytes]]

AGENCIES = ("SỞ NỘI VỤ", "SỞ TÀI CHÍNH", "SỞ Y TẾ", "VĂN PHÒNG", "SỞ CÔNG THƯƠNG")
SENTENCES = (
    "Thực hiện chỉ đạo của Ủy ban nhân dân tỉnh, đơn vị báo cáo kết quả sáu tháng.",
    "Các phòng chuyên môn phối hợp rà soát, hoàn thành trước ngày 30 tháng 9.",
    "Đề nghị các đơn vị nghiêm túc triển khai và báo cáo kết quả thực hiện.",
    "Kinh phí thực hiện được bố trí trong dự toán ngân sách năm 2026.",
    "Số hộ tham gia tăng 12% so với cùng kỳ, vượt kế hoạch đã đề ra.",
)
# What must raise no alarm: the words stand there, the mark does not.
ALIKE = (
    "Quy chế bảo mật thông tin cá nhân của người dùng.",
    "Cơ sở sản xuất mật ong rừng Ba Chẽ đạt chuẩn OCOP bốn sao.",
    "Mật độ dân số của phường là 2.350 người trên một ki-lô-mét vuông.",
    "Không chia sẻ mật khẩu và mã xác thực với bất kỳ ai.",
    "Hai bên cam kết giữ bí mật kinh doanh trong thời hạn năm năm.",
    "Ông Nguyễn Văn Mật và bà Trần Thị Mật là vợ chồng.",
    "NGUYỄN VĂN MẬT",
    "BẢO MẬT THÔNG TIN",
    "CÔNG TY TNHH MẬT ONG HẠ LONG",
    "QUY CHẾ BẢO VỆ BÍ MẬT NHÀ NƯỚC",
    "Luật Bảo vệ bí mật nhà nước quy định ba độ: tuyệt mật, tối mật và mật.",
    "Dấu “MẬT”, “TỐI MẬT”, “TUYỆT MẬT” do người có thẩm quyền quyết định.",
    "Cán bộ làm công tác văn thư bảo mật được hưởng phụ cấp theo quy định.",
    "Tài liệu tuyệt mật, tối mật không được gửi qua dịch vụ công trực tuyến.",
    "BÊN B CÓ TRÁCH NHIỆM BẢO MẬT MỌI THÔNG TIN",
    "Bệnh nhân phẫu thuật nội soi cắt túi mật, xuất viện sau ba ngày.",
    "SỎI TÚI MẬT",
    "Mặt trận Tổ quốc Việt Nam phường Hạ Long",
    "Giấy phép xây dựng tại mặt đường Trần Phú, mật độ xây dựng 70%.",
    "Tên tôi là Lê Mật, sinh năm 1990, nghề nghiệp: nuôi ong lấy mật.",
    "MẬT KHẨU MẶC ĐỊNH ĐƯỢC CẤP KHI ĐĂNG KÝ",
    "MẬT ĐỘ XÂY DỰNG: 70%",
    "Họ và tên người khai: PHẠM THỊ MẬT",
    "HỢP ĐỒNG BẢO MẬT VÀ KHÔNG CẠNH TRANH",
    "CAM KẾT BẢO MẬT",
    "Mùa này ong cho mật nhiều, giá mật tối thiểu 200.000 đồng một lít.",
)


def marked(*, seed: int, count: int, run: str = "") -> Iterator[Paper]:
    """Make marked papers of text, the ways to mark them in turn."""
    return _made(MARKED, f"{seed} marked", count, run)


def ordinary(*, seed: int, count: int, run: str = "") -> Iterator[Paper]:
    """Make ordinary papers of text."""
    return _made(ORDINARY, f"{seed} ordinary", count, run)


def marked_scans(*, seed: int, count: int, run: str = "") -> Iterator[Paper]:
    """Make marked papers as a scanner or a telephone gives them."""
    return _made({"scan": _marked_scan}, f"{seed} scans", count, run)


def ordinary_scans(*, seed: int, count: int, run: str = "") -> Iterator[Paper]:
    """Make ordinary papers so, too."""
    return _made({"scan": _ordinary_scan}, f"{seed} ordinary scans", count, run)


def _made(ways: dict[str, Make], seed: str, count: int, run: str) -> Iterator[Paper]:
    """Make papers; run: what the canaries of this run have in common."""
    random, named = Random(seed), list(ways.items())
    for number in range(count):
        how, make = named[number % len(named)]
        canary = f"{CANARY}{run}x{random.getrandbits(40):010x}"
        name, content = make(random, canary, random.choice(MARKS))
        yield Paper(how, name, _labelled(content, canary.encode()), canary)


def _labelled(content: bytes, canary: bytes) -> bytes:
    """Put the canary into the plain bytes, too; packed text is found by no search."""
    if content.startswith(b"PK"):
        out = BytesIO(content)
        with zipfile.ZipFile(out, "a") as archive:
            archive.comment = canary
        return out.getvalue()
    if content.startswith(b"%PDF"):
        return content + b"%" + canary + b"\n%%EOF\n"
    return content + canary


def _written(random: Random, mark: str) -> str:
    """Write a mark as people do: wide, small, composed or not, with frames."""
    spaced = " ".join(mark.replace(" ", "  "))
    forms = [mark, mark, spaced, f"[ {mark} ]", f"* {mark} *", f"({mark})"]
    forms.append(f"Độ mật: {mark}")
    if mark != "MẬT":
        forms += [mark.capitalize(), mark.title(), f"{AGENCIES[0]}   {mark}"]
    form = random.choice([*forms, f"Độ mật: {mark.capitalize()}", f"ĐỘ MẬT: {mark}"])
    return unicodedata.normalize(random.choice(("NFC", "NFD")), form)


def _body(random: Random, canary: str) -> list[str]:
    return [
        *random.sample(SENTENCES, 3),
        f"Ghi chú {canary}.",
        *random.sample(ALIKE, 2),
    ]


def _typeset(lines: str, random: Random) -> bytes:
    family = random.choice(("Tinos", "Tinos", "DejaVu Sans Mono", "Libertinus Serif"))
    size = random.choice((10, 12, 13, 14))
    page = '#set page(paper: "a4", margin: 2cm)\n'
    source = f'{page}#set text(font: ("{family}", "Tinos"), size: {size}pt)\n{lines}'
    made = typst.compile(source.encode(), font_paths=_fonts())
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(font_paths=[str(_folder())])


@cache
def _folder() -> Path:
    return fonts.prepare(home=ROOT / "var", root=ROOT)


def _head(mark: str, random: Random) -> str:
    """Lay out the head of a letter (NĐ 30/2020, PL I), the mark where it belongs."""
    agency, day = random.choice(AGENCIES), random.randrange(1, 28)
    left = f"UBND TỈNH QUẢNG NINH \\ *{agency}* \\ Số: {day}/BC-SNV \\ {mark}"
    right = (
        "*CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM* \\ *Độc lập - Tự do - Hạnh phúc* \\"
        f" _Quảng Ninh, ngày {day} tháng 6 năm 2026_"
    )
    return (
        f"#grid(columns: (1fr, 1.4fr), align(center)[{left}], align(center)[{right}])\n"
    )


def _text(lines: Sequence[str]) -> str:
    return "\n\n".join(_typst(line) for line in lines)


def _typst(line: str) -> str:
    return "".join(f"\\{c}" if c in "*_#$@<>[]\\=~`-/" else c for c in line)


def _pdf_head(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    inks = ("red", "black", "rgb(200,60,60)")
    style = f"fill: {random.choice(inks)}, tracking: {random.choice((0, 1, 3))}pt"
    box = f"#box(stroke: 1pt, inset: 3pt)[#text({style})[*{mark}*]]"
    plain = f"#text({style})[{mark}]"
    head = _head(random.choice((box, plain)), random)
    return "bao-cao.pdf", _typeset(head + _text(_body(random, canary)), random)


def _pdf_line(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    lines = _body(random, canary)
    lines.insert(random.randrange(len(lines)), _written(random, mark))
    return "cong-van.pdf", _typeset(_text(lines), random)


def _pdf_header(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    where = random.choice(("header", "footer"))
    page = f"#set page({where}: align(center)[{_typst(_written(random, mark))}])\n"
    return "a.pdf", _typeset(page + _text(_body(random, canary)), random)


def _pdf_late(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    pages = "\n#pagebreak()\n".join(_text(_body(random, canary)) for _ in range(4))
    return "a.pdf", _typeset(f"{pages}\n\n{_typst(_written(random, mark))}", random)


def _pdf_turned(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    angle = random.choice((-8, 5, 30, 45))
    stamp = f"#rotate({angle}deg)[#text(size: 30pt)[{mark}]]\n\n"
    return "a.pdf", _typeset(stamp + _text(_body(random, canary)), random)


def _pdf_hidden(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    """Mark a PDF in a note, a field or a property."""
    out, place = BytesIO(), random.choice(("note", "field", "title", "xmp"))
    clean = _typeset(_text(_body(random, canary)), random)
    with pikepdf.open(BytesIO(clean)) as pdf:
        if place == "title":
            pdf.docinfo["/Subject"] = mark
        elif place == "xmp":
            with pdf.open_metadata() as metadata:
                metadata["dc:description"] = mark
        else:
            kind = Name.FreeText if place == "note" else Name.Widget
            note = Dictionary(Type=Name.Annot, Subtype=kind, Rect=[0, 0, 90, 20])
            note["/Contents" if place == "note" else "/V"] = String(mark)
            pdf.pages[0].obj.Annots = notes = Array([pdf.make_indirect(note)])
            pdf.Root.AcroForm = Dictionary(Fields=notes if place == "field" else [])
        pdf.save(out)
    return "a.pdf", out.getvalue()


def _docx(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    """Mark a document of Word in one of its places, its runs cut anywhere."""
    place = random.choice(
        ("body", "header1", "footer1", "comments", "textbox", "table", "watermark")
    )
    written = _written(random, mark)
    lines = [_paragraph(random, line) for line in _body(random, canary)]
    parts = {}
    if place in ("header1", "footer1", "comments"):
        parts[f"word/{place}.xml"] = f"<w:hdr>{_paragraph(random, written)}</w:hdr>"
    else:
        lines.insert(
            random.randrange(len(lines)), _placed(random, place, written, mark)
        )
    parts["word/document.xml"] = (
        f"<w:document><w:body>{''.join(lines)}</w:body></w:document>"
    )
    return "bao-cao.docx", _office(parts)


def _placed(random: Random, place: str, written: str, mark: str) -> str:
    line = _paragraph(random, written)
    if place == "textbox":
        inner = f"<wps:txbx><w:txbxContent>{line}</w:txbxContent></wps:txbx>"
        return f"<w:p><w:r><w:t>Trước </w:t>{inner}<w:t> sau</w:t></w:r></w:p>"
    if place == "table":
        return f"<w:tbl><w:tr><w:tc>{line}</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    if place == "watermark":
        return f'<w:p><w:r><w:pict><v:textpath string="{mark}"/></w:pict></w:r></w:p>'
    return line


def _paragraph(random: Random, line: str) -> str:
    cut = random.randrange(len(line))
    bold, runs = "<w:rPr><w:b/></w:rPr>", (escape(line[:cut]), escape(line[cut:]))
    told = "".join(f"<w:r>{bold}<w:t>{run}</w:t></w:r>" for run in runs)
    return f"<w:p>{told}</w:p>"


def _pptx(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    places = ("slides/slide2", "notesSlides/notesSlide1", "comments/comment1")
    place = random.choice(places)
    lines = "".join(map(_said, _body(random, canary)))
    stamp = _said(_written(random, mark))
    parts = {"ppt/slides/slide1.xml": f"<p:sld>{lines}</p:sld>"}
    parts[f"ppt/{place}.xml"] = f"<p:sld>{stamp}</p:sld>"
    return "trinh-chieu.pptx", _office(parts)


def _said(line: str) -> str:
    return f"<a:p><a:r><a:t>{escape(line)}</a:t></a:r></a:p>"


def _office(parts: dict[str, str]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return out.getvalue()


def _xlsx(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    """Mark a workbook: a cell, a hidden sheet, a note, a header, a sheet's name."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for line in _body(random, canary):
        sheet.append([line, 1, 2.5])
    written = _written(random, mark)
    match random.choice(("cell", "hidden", "note", "header", "sheet")):
        case "cell":
            sheet["D9"] = written
        case "hidden":
            hidden = book.create_sheet("An")
            hidden.sheet_state = "veryHidden"
            hidden["B2"] = written
        case "note":
            sheet["A1"].comment = Comment(written, "a")
        case "header":
            header = sheet.HeaderFooter.oddHeader
            assert header is not None
            header.center.text = mark
        case _:
            book.create_sheet(mark)
    out = BytesIO()
    book.save(out)
    return "danh-sach.xlsx", out.getvalue()


def _nested(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    name, content = random.choice((_docx, _pdf_line, _xlsx))(random, canary, mark)
    for level in range(random.randrange(1, 4)):
        out = BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(name, content)
        name, content = f"goi-{level}.zip", out.getvalue()
    return name, content


def _named(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    return f"{mark} - {canary}.pdf", _typeset(_text(_body(random, canary)), random)


MARKED: dict[str, Make] = {
    "pdf head": _pdf_head,
    "pdf line": _pdf_line,
    "pdf header": _pdf_header,
    "pdf late page": _pdf_late,
    "pdf turned": _pdf_turned,
    "pdf hidden": _pdf_hidden,
    "docx": _docx,
    "pptx": _pptx,
    "xlsx": _xlsx,
    "nested": _nested,
    "name": _named,
}


def _plain_pdf(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    lines = [*_body(random, canary), *random.sample(ALIKE, 4)]
    random.shuffle(lines)
    head = random.choice((_head("", random), ""))
    return "giay.pdf", _typeset(head + _text(lines), random)


def _narrow_pdf(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    """Set the words that look alike in narrow columns, so that they break anywhere."""
    lines = [*random.sample(ALIKE, 8), canary]
    columns = f"#set page(columns: {random.choice((2, 3))})\n"
    return "giay.pdf", _typeset(columns + _text(lines), random)


def _titled_pdf(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    title, out = random.choice(ALIKE), BytesIO()
    clean = _typeset(f"= {_typst(title)}\n" + _text(_body(random, canary)), random)
    with pikepdf.open(BytesIO(clean)) as pdf:
        pdf.docinfo["/Title"] = title
        pdf.save(out)
    return "giay.pdf", out.getvalue()


ORDINARY: dict[str, Make] = {
    "pdf": _plain_pdf,
    "narrow pdf": _narrow_pdf,
    "titled pdf": _titled_pdf,
}


def _marked_scan(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    """Print a letter, stamp it by hand, and scan it badly."""
    printed = random.random() < 0.4
    box = (
        f"#box(stroke: 1.5pt + red, inset: 4pt)[#text(fill: red, size: 15pt)[*{mark}*]]"
    )
    page = _drawn(_head(box if printed else "", random), random, canary)
    if not printed:
        page = _stamped(page, mark, random)
    return _scanned(page, random)


def _ordinary_scan(random: Random, canary: str, mark: str) -> tuple[str, bytes]:
    page = _drawn(_head("", random), random, canary)
    if random.random() < 0.5:
        words = random.choice(("ĐÃ NHẬN", "CÔNG VĂN ĐẾN", "HỎA TỐC"))
        page = _stamped(page, words, random)
    return _scanned(page, random)


def _drawn(head: str, random: Random, canary: str) -> Image.Image:
    lines = [*_body(random, canary), *random.sample(SENTENCES, 2)]
    source = (
        '#set page(paper: "a4", margin: 2cm)\n#set text(font: "Tinos", size: 13pt)\n'
        f"{head}\n#v(1.6cm)\n#align(center)[*BÁO CÁO*]\n{_text(lines)}"
    )
    made = typst.compile(source.encode(), format="png", ppi=200, font_paths=_fonts())
    assert isinstance(made, bytes)
    return Image.open(BytesIO(made)).convert("RGB")


def _stamped(page: Image.Image, words: str, random: Random) -> Image.Image:
    """Press a red stamp with a frame onto the upper part, a little askew."""
    font = ImageFont.truetype(
        f"{_folder()}/Tinos_700Bold.ttf", random.randrange(38, 60)
    )
    left, top, right, bottom = (int(edge) for edge in font.getbbox(words))
    stamp = Image.new("RGBA", (right - left + 50, bottom - top + 44), (0, 0, 0, 0))
    draw = ImageDraw.Draw(stamp)
    ink = (random.randrange(180, 230), random.randrange(10, 70), 50, 235)
    draw.rectangle((3, 3, stamp.width - 4, stamp.height - 4), outline=ink, width=4)
    draw.text((25 - left, 20 - top), words, font=font, fill=ink)
    turned = stamp.rotate(random.uniform(-7, 7), _SMOOTH, expand=True)
    place = (random.randrange(100, 420), random.randrange(290, 400))
    page.paste(turned, place, turned)
    return page


def _scanned(page: Image.Image, random: Random) -> tuple[str, bytes]:
    """Turn, blur, shrink and speckle it, and put it into a file."""
    dpi = random.choice((100, 120, 150, 200))
    turned = page.rotate(random.uniform(-2.5, 2.5), _SMOOTH, fillcolor="white")
    small = turned.resize((int(page.width * dpi / 200), int(page.height * dpi / 200)))
    blur = random.choice((0, 0.4, 0.8)) * dpi / 150
    small = small.filter(ImageFilter.GaussianBlur(blur))
    noisy = Image.blend(
        small, _noise(small.size, random), random.choice((0, 0.06, 0.12))
    )
    if random.random() < 0.25:
        noisy = noisy.convert("L").convert("RGB")
    out, kind = BytesIO(), random.choice(("JPEG", "PDF", "PNG"))
    noisy.save(out, kind, quality=random.choice((35, 60, 85)), resolution=dpi)
    return f"ban-quet.{kind.lower().replace('jpeg', 'jpg')}", out.getvalue()


def _noise(size: tuple[int, int], random: Random) -> Image.Image:
    small = (size[0] // 2, size[1] // 2)
    pixels = random.randbytes(small[0] * small[1])
    return Image.frombytes("L", small, pixels).resize(size).convert("RGB")
