"""Read documents between agencies from edXML (QCVN 102:2016/BTTTT).

Elements and their nesting are those of published samples of the VXP SDK. What stands
twice where one is meant is refused: two readers would differ on which one counts.
Elements nobody here knows are passed over.
"""

import binascii
from base64 import b64decode
from datetime import date, datetime
from hashlib import sha256
from typing import TypeVar

from tinhso.exchange.providers.xml_reading import (
    Element,
    child,
    children,
    line,
    needed,
    needed_line,
    number,
    parse,
    texts,
    value,
)
from tinhso.exchange.rules.agency_codes import read_code
from tinhso.exchange.types import (
    Agency,
    AgencyDocument,
    Attachment,
    AttachmentMissing,
    AttachmentNotBase64,
    AttachmentSizeWrong,
    Business,
    DocumentKind,
    EdxmlElementMissing,
    EdxmlTooLarge,
    EdxmlValueWrong,
    Named,
    OtherInfo,
    Signer,
    Staff,
    StatusCode,
    StatusMessage,
    Trace,
)
from tinhso.kernel.clock import VIETNAM

# The regulation, as far as seen, states no size; ours stands in a namespace of our own.
OWN = "urn:tinhso:edxml:1"
BYTES, SHA256 = f"{{{OWN}}}bytes", f"{{{OWN}}}sha256"
HREF = "{http://www.w3.org/1999/xlink}href"
# Configuration; no source.
MOST_ATTACHMENTS, MOST_RECEIVERS, MOST_OF_ATTACHMENT = 100, 500, 40 * 2**20
# As samples write them; the first one is ours.
DAYS = ("%Y/%m/%d", "%d/%m/%Y", "%Y-%m-%d")
MOMENTS = tuple(f"{day} %H:%M:%S" for day in DAYS)
T = TypeVar("T")


def read_document(content: bytes) -> AgencyDocument:
    """Read a document; who signed it is not looked at here.

    :raises DocumentRefused: if anything of it cannot be; the subclass says what.
    """
    return document_of(parse(content))


def document_of(root: Element) -> AgencyDocument:
    """Read a document from its tree.

    :raises DocumentRefused: if anything of it cannot be; the subclass says what.
    """
    envelope = needed(root, "edXMLEnvelope")
    header = needed(envelope, "edXMLHeader")
    head = needed(header, "MessageHeader")
    traces = needed(header, "TraceHeaderList")
    return AgencyDocument(
        id=needed_line(head, "DocumentId"),
        sender=_agency(needed(head, "From")),
        receivers=_receivers(head),
        number=needed_line(head, "Code", "CodeNumber"),
        notation=needed_line(head, "Code", "CodeNotation"),
        place=line(head, "PromulgationInfo", "Place"),
        issued_on=_present(
            _day(head, "PromulgationInfo", "PromulgationDate"), "PromulgationDate"
        ),
        kind_name=line(head, "DocumentType", "TypeName"),
        kind_code=line(head, "DocumentType", "Type"),
        kind_detail=line(head, "DocumentType", "TypeDetail"),
        subject=needed_line(head, "Subject"),
        content=value(head, "Content"),
        signer=_signer(head),
        due=_day(head, "DueDate"),
        to_places=_lines(child(head, "ToPlaces"), "Place"),
        other=_other(child(head, "OtherInfo")),
        response_for=tuple(map(_named, children(head, "ResponseFor"))),
        steering=number(head, "SteeringType"),
        business=_business(needed(traces, "Bussiness")),
        trace=tuple(map(_trace, children(traces, "TraceHeader"))),
        attachments=_attachments(root, envelope),
    )


def is_status(root: Element) -> bool:
    """Tell whether an envelope tells a status, and holds no document."""
    return child(root, "edXMLEnvelope", "edXMLHeader", "Status") is not None


def status_of(root: Element) -> StatusMessage:
    """Read a status message from its tree.

    :raises DocumentRefused: if anything of it cannot be; the subclass says what.
    """
    status = needed(root, "edXMLEnvelope", "edXMLHeader", "Status")
    code = needed_line(status, "StatusCode").zfill(2)
    if code not in set(StatusCode):
        raise EdxmlValueWrong(name="StatusCode")
    return StatusMessage(
        about=_named(needed(status, "ResponseFor")),
        sender=_agency(needed(status, "From")),
        code=StatusCode(code),
        at=_present(_moment(status, "Timestamp"), "Timestamp"),
        description=value(status, "Description"),
        staff=_staff(child(status, "StaffInfo")),
    )


def texts_of(root: Element) -> tuple[str, ...]:
    """List all that an envelope says but for the files, known elements or not."""
    envelope = needed(root, "edXMLEnvelope")
    return tuple(one.strip() for one in texts(envelope) if one.strip())


def _present(found: T | None, name: str) -> T:
    if found is None:
        raise EdxmlElementMissing(name=name)
    return found


def _agency(element: Element) -> Agency:
    return Agency(
        code=read_code(needed_line(element, "OrganId")),
        name=needed_line(element, "OrganName"),
        in_charge=line(element, "OrganizationInCharge"),
        address=line(element, "OrganAdd"),
        email=line(element, "Email"),
        telephone=line(element, "Telephone"),
        fax=line(element, "Fax"),
        website=line(element, "Website"),
    )


def _receivers(head: Element) -> tuple[Agency, ...]:
    found = children(head, "To")
    if not found:
        raise EdxmlElementMissing(name="To")
    if len(found) > MOST_RECEIVERS:
        raise EdxmlTooLarge
    return tuple(map(_agency, found))


def _signer(head: Element) -> Signer:
    return Signer(
        full_name=line(head, "SignerInfo", "FullName"),
        position=line(head, "SignerInfo", "Position"),
        competence=line(head, "SignerInfo", "Competence"),
    )


def _other(element: Element | None) -> OtherInfo:
    if element is None:
        return OtherInfo()
    return OtherInfo(
        priority=number(element, "Priority"),
        sphere=line(element, "SphereOfPromulgation"),
        typist=line(element, "TyperNotation"),
        copies=number(element, "PromulgationAmount"),
        pages=number(element, "PageAmount"),
        appendixes=_lines(child(element, "Appendixes"), "Appendix"),
    )


def _lines(element: Element | None, name: str) -> tuple[str, ...]:
    if element is None:
        return ()
    return tuple(filter(None, map(line, children(element, name))))


def _named(element: Element) -> Named:
    number_, _, notation = line(element, "Code").partition("/")
    return Named(
        code=read_code(needed_line(element, "OrganId")),
        notation="/".join(filter(None, (number_, notation))),
        on=_day(element, "PromulgationDate"),
        document_id=needed_line(element, "DocumentId"),
    )


def _business(element: Element) -> Business:
    needed(element, "BussinessDocType")
    kind = number(element, "BussinessDocType")
    if kind not in set(DocumentKind):
        raise EdxmlValueWrong(name="BussinessDocType")
    affected = line(element, "DocumentId")
    if kind != DocumentKind.NEW and not affected:
        raise EdxmlElementMissing(name="Bussiness/DocumentId")
    return Business(
        kind=DocumentKind(kind),
        reason=line(element, "BussinessDocReason"),
        affected=affected,
        staff=_staff(child(element, "StaffInfo")),
        is_on_paper_too=number(element, "Paper") == 1,
    )


def _staff(element: Element | None) -> Staff:
    if element is None:
        return Staff()
    return Staff(
        name=line(element, "Staff"),
        department=line(element, "Department"),
        mobile=line(element, "Mobile"),
        email=line(element, "Email"),
    )


def _trace(element: Element) -> Trace:
    return Trace(
        code=read_code(needed_line(element, "OrganId")),
        at=_present(_moment(element, "Timestamp"), "Timestamp"),
    )


def _day(element: Element, *path: str) -> date | None:
    found = _read_as(line(element, *path), DAYS, path[-1])
    return found.date() if found else None


def _moment(element: Element, *path: str) -> datetime | None:
    found = _read_as(line(element, *path), MOMENTS, path[-1])
    return found.replace(tzinfo=VIETNAM) if found else None


def _read_as(text: str, forms: tuple[str, ...], name: str) -> datetime | None:
    """Read a moment in one of some forms; None if the text is empty."""
    if not text:
        return None
    for form in forms:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added
        except ValueError:
            continue
    raise EdxmlValueWrong(name=name)


def _attachments(root: Element, envelope: Element) -> tuple[Attachment, ...]:
    body = needed(envelope, "edXMLBody")
    manifest = child(body, "edXMLManifest")
    listed = [] if manifest is None else children(manifest, "Reference")
    encoded = child(root, "AttachmentEncoded")
    sent = [] if encoded is None else children(encoded, "Attachment")
    if max(len(listed), len(sent)) > MOST_ATTACHMENTS:
        raise EdxmlTooLarge
    files: dict[str, Element] = {}
    for one in sent:
        if files.setdefault(_content_id(one), one) is not one:
            raise AttachmentMissing(name=_file_name(one))
    found = tuple(_attachment(one, files) for one in listed)
    if files:  # each that was listed was taken out
        raise AttachmentMissing(name=_file_name(next(iter(files.values()))))
    return found


def _attachment(reference: Element, files: dict[str, Element]) -> Attachment:
    name = _file_name(reference)
    file = files.pop(_content_id(reference), None)
    if file is None:
        raise AttachmentMissing(name=name)
    content = _decoded(needed(file, "ContentTransferEncoded").text or "", name)
    _refuse_other_size(reference, content, name)
    return Attachment(
        name=name,
        content_type=line(reference, "ContentType") or line(file, "ContentType"),
        content=content,
        description=line(reference, "Description"),
    )


def _content_id(element: Element) -> str:
    given = line(element, "ContentId") or element.get(HREF, "").strip()
    found = given.removeprefix("cid:")
    if not found:
        raise EdxmlElementMissing(name="ContentId")
    return found


def _file_name(element: Element) -> str:
    """Read a name; what looks like a path ends at its last step."""
    name = needed_line(element, "AttachmentName").replace("\\", "/")
    return name.rpartition("/")[2][:200] or "?"


def _decoded(text: str, name: str) -> bytes:
    packed = "".join(text.split())
    if len(packed) * 3 // 4 > MOST_OF_ATTACHMENT:
        raise EdxmlTooLarge
    try:
        return b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        raise AttachmentNotBase64(name=name) from None


def _refuse_other_size(reference: Element, content: bytes, name: str) -> None:
    size, digest = reference.get(BYTES), reference.get(SHA256)
    if size is not None and size != str(len(content)):
        raise AttachmentSizeWrong(name=name)
    if digest is not None and digest != sha256(content).hexdigest():
        raise AttachmentSizeWrong(name=name)
