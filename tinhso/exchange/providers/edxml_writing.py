"""Write documents between agencies as edXML (QCVN 102:2016/BTTTT), yet unsigned.

The order is that of the published samples. A place for the signature is left in the
header; `xml_signing` fills it.
"""

import re
from base64 import b64encode
from datetime import date, datetime
from hashlib import sha256
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from tinhso.exchange.providers.edxml import BYTES, DAYS, MOMENTS, OWN, SHA256
from tinhso.exchange.providers.xml_reading import EDXML, name
from tinhso.exchange.types import (
    Agency,
    AgencyDocument,
    Attachment,
    Business,
    EdxmlValueWrong,
    Named,
    OtherInfo,
    Staff,
    StatusMessage,
)
from tinhso.kernel.clock import local

SIGNATURES = "http://www.w3.org/2000/09/xmldsig#"
PLACEHOLDER = "placeholder"
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
for _prefix, _space in (("edXML", EDXML), ("ds", SIGNATURES), ("tinhso", OWN)):
    register_namespace(_prefix, _space)


def write_document(document: AgencyDocument) -> bytes:
    """Write a document, with room for a signature.

    :raises EdxmlValueWrong: if a text holds what XML cannot.
    """
    root = Element(name("edXML"))
    envelope = SubElement(root, name("edXMLEnvelope"))
    header = SubElement(envelope, name("edXMLHeader"))
    _write_head(SubElement(header, name("MessageHeader")), document)
    traces = SubElement(header, name("TraceHeaderList"))
    for trace in document.trace:
        one = SubElement(traces, name("TraceHeader"))
        _put(one, OrganId=trace.code, Timestamp=_moment(trace.at))
    _write_business(traces, document.business)
    _leave_room(header)
    body = SubElement(envelope, name("edXMLBody"))
    manifest = SubElement(body, name("edXMLManifest"), version="1.0")
    encoded = SubElement(root, name("AttachmentEncoded"))
    for place, file in enumerate(document.attachments, start=1):
        _write_attachment(manifest, encoded, f"cid:{place}", file)
    return _written(root)


def write_status(status: StatusMessage) -> bytes:
    """Write a status message, with room for a signature.

    :raises EdxmlValueWrong: if a text holds what XML cannot.
    """
    root = Element(name("edXML"))
    header = SubElement(SubElement(root, name("edXMLEnvelope")), name("edXMLHeader"))
    told = SubElement(header, name("Status"))
    _write_named(told, status.about)
    _write_agency(told, "From", status.sender)
    _write_staff(told, status.staff)
    _put(told, StatusCode=status.code.value, Description=status.description)
    _put(told, Timestamp=_moment(status.at))
    _leave_room(header)
    return _written(root)


def _written(root: Element) -> bytes:
    written: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _leave_room(header: Element) -> None:
    SubElement(header, f"{{{SIGNATURES}}}Signature", Id=PLACEHOLDER)


def _put(parent: Element, **values: str) -> None:
    """Add elements, in the order given; empty ones stand there, too."""
    for key, text in values.items():
        if _UNWRITABLE.search(text):
            raise EdxmlValueWrong(name=key)
        SubElement(parent, name(key)).text = text


def _write_head(head: Element, document: AgencyDocument) -> None:
    _write_agency(head, "From", document.sender)
    for receiver in document.receivers:
        _write_agency(head, "To", receiver)
    code = SubElement(head, name("Code"))
    _put(code, CodeNumber=document.number, CodeNotation=document.notation)
    issued = SubElement(head, name("PromulgationInfo"))
    _put(issued, Place=document.place, PromulgationDate=_day(document.issued_on))
    kind = SubElement(head, name("DocumentType"))
    _put(kind, Type=document.kind_code, TypeDetail=document.kind_detail)
    _put(kind, TypeName=document.kind_name)
    _put(head, Subject=document.subject, Content=document.content)
    signer = SubElement(head, name("SignerInfo"))
    _put(signer, Competence=document.signer.competence)
    _put(signer, Position=document.signer.position, FullName=document.signer.full_name)
    _put(head, DueDate=_day(document.due))
    _put_each(head, "ToPlaces", "Place", document.to_places)
    _write_other(head, document.other)
    for named in document.response_for:
        _write_named(head, named)
    _put(head, SteeringType=str(document.steering), DocumentId=document.id)


def _write_agency(parent: Element, key: str, agency: Agency) -> None:
    _put(
        SubElement(parent, name(key)),
        OrganId=agency.code,
        OrganizationInCharge=agency.in_charge,
        OrganName=agency.name,
        OrganAdd=agency.address,
        Email=agency.email,
        Telephone=agency.telephone,
        Fax=agency.fax,
        Website=agency.website,
    )


def _write_other(head: Element, other: OtherInfo) -> None:
    element = SubElement(head, name("OtherInfo"))
    _put(
        element,
        Priority=str(other.priority),
        SphereOfPromulgation=other.sphere,
        TyperNotation=other.typist,
        PromulgationAmount=str(other.copies),
        PageAmount=str(other.pages),
    )
    _put_each(element, "Appendixes", "Appendix", other.appendixes)


def _put_each(parent: Element, key: str, each: str, texts: tuple[str, ...]) -> None:
    element = SubElement(parent, name(key))
    for text in texts:
        _put(element, **{each: text})


def _write_named(parent: Element, named: Named) -> None:
    _put(
        SubElement(parent, name("ResponseFor")),
        OrganId=named.code,
        Code=named.notation,
        PromulgationDate=_day(named.on),
        DocumentId=named.document_id,
    )


def _write_business(traces: Element, business: Business) -> None:
    element = SubElement(traces, name("Bussiness"))
    _put(element, BussinessDocType=str(business.kind.value))
    _put(element, BussinessDocReason=business.reason, DocumentId=business.affected)
    _write_staff(element, business.staff)
    _put(element, Paper=str(int(business.is_on_paper_too)))


def _write_staff(parent: Element, staff: Staff) -> None:
    _put(
        SubElement(parent, name("StaffInfo")),
        Department=staff.department,
        Staff=staff.name,
        Mobile=staff.mobile,
        Email=staff.email,
    )


def _write_attachment(
    manifest: Element, encoded: Element, content_id: str, file: Attachment
) -> None:
    told = {BYTES: str(len(file.content)), SHA256: sha256(file.content).hexdigest()}
    reference = SubElement(manifest, name("Reference"), told)
    _put(reference, ContentId=content_id, ContentType=file.content_type)
    _put(reference, AttachmentName=file.name, Description=file.description)
    one = SubElement(encoded, name("Attachment"))
    _put(one, ContentId=content_id, AttachmentName=file.name)
    _put(one, ContentType=file.content_type)
    _put(one, ContentTransferEncoded=b64encode(file.content).decode())


def _day(day: date | None) -> str:
    return day.strftime(DAYS[0]) if day else ""


def _moment(at: datetime) -> str:
    return local(at).strftime(MOMENTS[0])
