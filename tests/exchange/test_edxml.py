"""Documents as edXML: written and read back, and what is foul refused by name."""

import re
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange.papers import AT, PAPER, RECEIVER, SCAN, SENDER, recalled
from tinhso.exchange.providers import edxml, edxml_writing, xml_reading
from tinhso.exchange.rules.secrecy import mark_in
from tinhso.exchange.types import (
    Attachment,
    AttachmentMissing,
    AttachmentNotBase64,
    AttachmentSizeWrong,
    DocumentRefused,
    EdxmlElementMissing,
    EdxmlElementTwice,
    EdxmlNamespaceWrong,
    EdxmlTooLarge,
    EdxmlUnreadable,
    EdxmlUnsafe,
    EdxmlValueWrong,
    Named,
    OtherInfo,
    Signer,
    Staff,
    StatusCode,
    StatusMessage,
)
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.text import clean

WRITTEN = edxml_writing.write_document(PAPER).decode()
NS = "http://www.mic.gov.vn/TBT/QCVN_102_2016"


def read(text):
    return edxml.read_document(text.encode())


def without(text, name):
    """Take an element out, with all it holds."""
    start = re.search(f"<edXML:{name}[ >]", text).start()
    end = text.index(f"</edXML:{name}>", start) + len(f"</edXML:{name}>")
    return text[:start] + text[end:]


def test_a_document_comes_back_as_it_was_written():
    assert read(WRITTEN) == PAPER
    assert read(edxml_writing.write_document(recalled()).decode()) == recalled()


def test_elements_stand_in_the_order_of_the_published_samples():
    head = xml_reading.needed(
        xml_reading.parse(WRITTEN.encode()),
        "edXMLEnvelope",
        "edXMLHeader",
        "MessageHeader",
    )

    assert [one.tag.removeprefix(f"{{{NS}}}") for one in head] == [
        *("From", "To", "To", "Code", "PromulgationInfo", "DocumentType", "Subject"),
        *("Content", "SignerInfo", "DueDate", "ToPlaces", "OtherInfo", "ResponseFor"),
        *("SteeringType", "DocumentId"),
    ]
    assert "<edXML:Bussiness>" in WRITTEN
    assert "<edXML:BussinessDocType>0<" in WRITTEN


LINES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])).map(clean)
FILES = st.builds(
    Attachment,
    name=st.from_regex(r"[a-z]{1,8}\.pdf", fullmatch=True),
    content_type=st.just("application/pdf"),
    content=st.binary(max_size=200),
    description=LINES,
)
PAPERS = st.builds(
    replace,
    st.just(PAPER),
    subject=LINES.filter(bool),
    content=LINES,
    place=LINES,
    due=st.none() | st.dates(date(1900, 1, 1)),
    issued_on=st.dates(date(1900, 1, 1)),
    signer=st.builds(Signer, LINES, LINES, LINES),
    other=st.builds(
        OtherInfo,
        st.integers(0, 9),
        LINES,
        LINES,
        st.integers(0, 999),
        st.integers(0, 999),
        st.lists(LINES.filter(bool), max_size=3).map(tuple),
    ),
    attachments=st.lists(FILES, max_size=3).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(PAPERS)
def test_any_document_comes_back_as_it_was_written(paper):
    assert edxml.read_document(edxml_writing.write_document(paper)) == paper


def test_the_samples_of_others_are_read():
    """Default namespace on the root, prefix below; day and trace as SDKs write them."""
    sample = f"""<edXML xmlns="{NS}">
      <e:edXMLEnvelope xmlns:e="{NS}"><e:edXMLHeader><e:MessageHeader>
        <e:From><e:OrganId>000.00.00.G22</e:OrganId><e:OrganName>A</e:OrganName></e:From>
        <e:To><e:OrganId>000.01.22.H49</e:OrganId><e:OrganName>B</e:OrganName></e:To>
        <e:DocumentId>x</e:DocumentId>
        <e:Code><e:CodeNumber>1</e:CodeNumber><e:CodeNotation>QĐ</e:CodeNotation></e:Code>
        <e:PromulgationInfo><e:PromulgationDate>15/06/2026</e:PromulgationDate>
        </e:PromulgationInfo><e:Subject>  S
          T </e:Subject><e:Direction>false</e:Direction></e:MessageHeader>
        <e:TraceHeaderList><e:Bussiness><e:BussinessDocType>0</e:BussinessDocType>
        </e:Bussiness><e:TraceHeader><e:OrganId>G22</e:OrganId>
        <e:Timestamp>2026/06/15 07:30:00</e:Timestamp></e:TraceHeader>
        </e:TraceHeaderList></e:edXMLHeader><e:edXMLBody>
        <e:edXMLManifest version="1.0"><e:Reference xmlns:l="http://www.w3.org/1999/xlink"
          l:href="cid:f"><e:AttachmentName>C:\\tmp\\a.txt</e:AttachmentName></e:Reference>
        </e:edXMLManifest></e:edXMLBody></e:edXMLEnvelope>
      <AttachmentEncoded><Attachment><ContentId>cid:f</ContentId>
        <AttachmentName>a.txt</AttachmentName><ContentType>text/plain</ContentType>
        <ContentTransferEncoded>YWJj
        ZA==</ContentTransferEncoded></Attachment></AttachmentEncoded></edXML>"""

    found = read(sample)

    assert (found.sender.code, found.receivers[0].code) == ("G22", "H49.22.01")
    assert (found.issued_on, found.subject) == (date(2026, 6, 15), "S T")
    assert found.trace[0].at == datetime(2026, 6, 15, 7, 30, tzinfo=VIETNAM)
    assert found.attachments == (Attachment("a.txt", "text/plain", b"abcd"),)


def test_a_status_comes_back_as_it_was_written():
    status = StatusMessage(
        about=Named("G22", "12/CQA-VP", date(2026, 6, 15), PAPER.id),
        sender=RECEIVER,
        code=StatusCode.REFUSED,
        at=AT,
        description="Thiếu phụ lục",
        staff=Staff("Vũ Thị Lan", "Một cửa"),
    )
    root = xml_reading.parse(edxml_writing.write_status(status))

    assert edxml.is_status(root)
    assert edxml.status_of(root) == status
    assert not edxml.is_status(xml_reading.parse(WRITTEN.encode()))


@pytest.mark.parametrize("code", ["07", "14", "17", "1a", "００"])
def test_a_status_nobody_knows_is_refused(code):
    status = StatusMessage(
        Named("G22", "12/CQA-VP", None, PAPER.id), SENDER, StatusCode.DONE, AT
    )
    text = edxml_writing.write_status(status).decode()

    with pytest.raises(EdxmlValueWrong):
        edxml.status_of(xml_reading.parse(text.replace(">06<", f">{code}<").encode()))


ENTITIES = "".join(f'<!ENTITY {n} "{f"&{chr(ord(n) - 1)};" * 10}">' for n in "bcdefghi")
BOMB = f'<!DOCTYPE b [<!ENTITY a "ha">{ENTITIES}]>'
FOUL = {
    "a bomb of entities": (
        WRITTEN.replace("?>\n", f"?>\n{BOMB}", 1).replace("Dòng một", "&i;"),
        EdxmlUnsafe,
    ),
    "a file of the machine": (
        WRITTEN.replace(
            "?>\n", '?>\n<!DOCTYPE b [<!ENTITY f SYSTEM "file:///etc/passwd">]>', 1
        ).replace("Dòng một", "&f;"),
        EdxmlUnsafe,
    ),
    "a document type elsewhere": (
        WRITTEN.replace("?>\n", '?>\n<!DOCTYPE b SYSTEM "http://x.example/b.dtd">', 1),
        EdxmlUnsafe,
    ),
    "another namespace": (WRITTEN.replace("2016", "2010"), EdxmlNamespaceWrong),
    "no namespace": (WRITTEN.replace("edXML:", "").replace(NS, "n"), DocumentRefused),
    "no XML": ("PK\x03\x04", EdxmlUnreadable),
    "a broken end": (WRITTEN[:-9], EdxmlUnreadable),
    "an encoding nobody has": (WRITTEN.replace("UTF-8", "KOI-9"), EdxmlUnreadable),
    "too deep": (
        WRITTEN.replace("Dòng một", "<edXML:a>" * 30 + "</edXML:a>" * 30),
        EdxmlTooLarge,
    ),
    "too many elements": (WRITTEN.replace("Dòng một", "<a/>" * 20_001), EdxmlTooLarge),
    "elements in a value": (WRITTEN.replace("Dòng một", "<a/>"), EdxmlValueWrong),
    "a value without end": (
        WRITTEN.replace("Dòng một", "a" * 20_001),
        EdxmlValueWrong,
    ),
    "a subject twice": (
        WRITTEN.replace("<edXML:Subject>", "<edXML:Subject>X</edXML:Subject>" * 2, 1)
        .replace("Về việc", "<edXML:Subject>Về việc", 1),
        EdxmlElementTwice,
    ),
    "no such day": (WRITTEN.replace("2026/06/15<", "2026/02/30<"), EdxmlValueWrong),
    "no number": (WRITTEN.replace("Amount>2<", "Amount>-2<"), EdxmlValueWrong),
    "an act nobody knows": (
        WRITTEN.replace("DocType>0<", "DocType>9<"),
        EdxmlValueWrong,
    ),
    "a recall of nothing": (
        WRITTEN.replace("DocType>0<", "DocType>1<"),
        EdxmlElementMissing,
    ),
    "no agency": (WRITTEN.replace(">H49.06688<", ">../H49<"), DocumentRefused),
    "no base64": (WRITTEN.replace("JVBERi", "JVBE*i"), AttachmentNotBase64),
    "base64 cut off": (WRITTEN.replace("JVBERi", "JVBER"), AttachmentNotBase64),
    "another size": (
        WRITTEN.replace(f'bytes="{len(SCAN)}"', 'bytes="9"'),
        AttachmentSizeWrong,
    ),
    "another content": (WRITTEN.replace("JVBERi", "JVBESi"), AttachmentSizeWrong),
    "a file nobody listed": (without(WRITTEN, "Reference"), AttachmentMissing),
    "a file that is not there": (without(WRITTEN, "Attachment"), AttachmentMissing),
    "a file twice": (
        WRITTEN.replace("<edXML:Attachment>", "<edXML:Attachment><edXML:ContentId>cid:1"
        "</edXML:ContentId><edXML:AttachmentName>x</edXML:AttachmentName>"
        "</edXML:Attachment><edXML:Attachment>", 1),
        AttachmentMissing,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", FOUL)
def test_what_is_foul_is_refused_by_name(what):
    text, refusal = FOUL[what]
    assert text != WRITTEN

    with pytest.raises(refusal):
        read(text)


@pytest.mark.parametrize(
    "name",
    [
        *("From", "To", "Code", "CodeNotation", "PromulgationDate", "Subject"),
        *("DocumentId", "TraceHeaderList", "Bussiness", "BussinessDocType"),
        *("edXMLBody", "ContentTransferEncoded", "AttachmentName"),
    ],
)
def test_what_is_missing_is_named(name):
    text = WRITTEN
    while f"<edXML:{name}>" in text:
        text = without(text, name)

    with pytest.raises(EdxmlElementMissing) as refused:
        read(text)

    assert name in str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1", "utf-7"])
def test_other_letters_than_those_of_utf_8_are_refused(encoding):
    """Two readers could take the same bytes for other letters."""
    plain = WRITTEN.replace("Dòng một", "a").encode("ascii", "xmlcharrefreplace")
    text = plain.decode().replace("UTF-8", encoding.upper())

    for content in (text.encode(encoding), text.encode()):
        with pytest.raises(EdxmlUnreadable):
            edxml.read_document(content)
    assert edxml.read_document(b"\xef\xbb\xbf" + plain).content == "a\nDòng hai"


def test_more_than_a_limit_is_never_read(monkeypatch):
    monkeypatch.setattr(xml_reading, "MOST_BYTES", len(WRITTEN.encode()) - 1)
    with pytest.raises(EdxmlTooLarge):
        read(WRITTEN)
    monkeypatch.undo()
    monkeypatch.setattr(edxml, "MOST_OF_ATTACHMENT", 100)
    with pytest.raises(EdxmlTooLarge):
        read(WRITTEN)
    monkeypatch.undo()
    monkeypatch.setattr(edxml, "MOST_RECEIVERS", 1)
    with pytest.raises(EdxmlTooLarge):
        read(WRITTEN)


def test_what_xml_cannot_hold_is_not_written():
    with pytest.raises(EdxmlValueWrong):
        edxml_writing.write_document(replace(PAPER, content="a\x00b"))


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("MẬT", "MẬT"),
        ("mật", "MẬT"),
        ("T Ố I  M Ậ T", "TỐI MẬT"),
        ("TUYET MAT", "TUYỆT MẬT"),
        ("(TUYỆT MẬT) Kế hoạch", "TUYỆT MẬT"),
        ("Kế hoạch [MẬT]", "MẬT"),
        ("TỐI MẬT: kế hoạch", "TỐI MẬT"),
        ("Độ mật: Tối mật", "TỐI MẬT"),
        ("M\u200bẬT", "MẬT"),
        ("Về bảo mật hệ thống", ""),
        ("Quy chế quản lý tài liệu Mật, Tối mật", ""),
        ("Hợp tác xã mật ong", ""),
        ("Lê Văn Mật", ""),
        ("QUY CHẾ BẢO VỆ TÀI LIỆU MẬT", ""),
        ("Mat", ""),
    ],
)
def test_marks_of_secrets_are_seen_in_a_header(line, mark):
    assert mark_in(["12", f"Kính gửi\n{line}"]) == mark


def test_a_mark_in_an_element_nobody_knows_is_seen():
    text = WRITTEN.replace(
        "<edXML:Subject>", "<edXML:Secrecy>TUYỆT MẬT</edXML:Secrecy><edXML:Subject>"
    )

    found = edxml.texts_of(xml_reading.parse(text.encode()))

    assert mark_in(found) == "TUYỆT MẬT"
    assert mark_in(edxml.texts_of(xml_reading.parse(WRITTEN.encode()))) == ""
