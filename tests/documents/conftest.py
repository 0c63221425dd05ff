"""A template, a person, an agency and those who sign for it."""

import json
from hashlib import sha256
from io import BytesIO
from uuid import UUID

import pikepdf
import pytest
from PIL import Image

from tinhso.documents import actions
from tinhso.documents.types import NumberSeries, Signatory, SignatureRole
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.ids import new_id
from tinhso.kernel.packs.types import Content
from tinhso.people.models import PersonRow

AGENCY = UUID("0198a000-0000-7000-8000-000000000001")
LEADER = Signatory(
    person_id=UUID("0198a000-0000-7000-8000-000000000002"),
    organization_id=AGENCY,
    name="Nguyễn Thị Bình",
    title="Chủ tịch",
    organization_name="Ủy ban nhân dân phường Hạ Long",
)
SOURCE = """
#import "/nd30.typ": *
#show: nd30
#letterhead(
  parent: "Tỉnh Quảng Ninh", agency: "Ủy ban nhân dân phường Hạ Long",
  number: document-info.number, place: "Hạ Long", date: data.date,
)
#document-title("Giấy xác nhận", about: "Về việc thử")
#field("Họ và tên", data.name)
#closing(
  left: recipients(("Như trên", "Lưu: VT")),
  signer(authority: "TM.", title: "Ủy ban nhân dân", name: "Nguyễn Thị Bình"),
)
"""
SCHEMA = {
    "type": "object",
    "required": ["name", "date"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "date": {"type": "string", "format": "date"},
    },
}
EXAMPLE = {"name": "Trần Văn An", "date": "2026-06-06"}


def template_content(*, text=SOURCE, version=1, **changes):
    body = {
        "key": "confirmation",
        "title": {"vi": "Giấy xác nhận", "en": "Confirmation"},
        "kind": "GXN",
        "source_file": "confirmation.typ",
        "data_schema": SCHEMA,
        "example": EXAMPLE,
        "source": "Mẫu thử",
        "valid_from": "2025-07-01",
        **changes,
    }
    digest = sha256(json.dumps([body, text]).encode()).hexdigest()
    return Content(
        pack="test",
        kind="templates",
        key=body["key"],
        body=body,
        attachments={"source_file": text},
        version=version,
        digest=digest,
    )


@pytest.fixture
def template(db, now):
    actions.TEMPLATES.apply(template_content(), SYSTEM, now)


@pytest.fixture
def person(db):
    return PersonRow.objects.create(
        id=new_id(), full_name="Trần Văn An", sort_name="an tran van"
    )


@pytest.fixture
def render(template, person, now):
    def make(**changes):
        wanted = {
            "template_key": "confirmation",
            "template_version": None,
            "data": EXAMPLE,
            "title": "Giấy xác nhận",
            "kind": "GXN",
            "organization_id": AGENCY,
            "owner_id": person.id,
            "synthetic": True,
            "number_series": NumberSeries("GXN", "{number}/GXN-UBND"),
            "replaces": None,
            "look_up": "http://localhost:8000/tra-cuu?ma=H49.06688-260616-0001",
            "actor": SYSTEM,
            "at": now,
        }
        return actions.render_document(**{**wanted, **changes})

    return make


@pytest.fixture
def sign(now):
    def make(document, role, **changes):
        wanted = {"signatory": LEADER, "role": role, "actor": SYSTEM, "at": now}
        return actions.sign_document(document_id=document.id, **{**wanted, **changes})

    return make


@pytest.fixture
def issued(render, sign):
    document = render()
    sign(document, SignatureRole.PERSONAL)
    return sign(document, SignatureRole.SEAL)


def pdf_bytes(*, change=lambda pdf: None, **saving):
    pdf = pikepdf.new()
    pdf.add_blank_page()
    change(pdf)
    out = BytesIO()
    pdf.save(out, **saving)
    return out.getvalue()


def image_bytes(kind="PNG", size=(40, 30)):
    out = BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(out, kind)
    return out.getvalue()
