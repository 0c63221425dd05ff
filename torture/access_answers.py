"""What the victims answer, and the paper they hand in. No database, no clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bench.submissions import one_page
from tinhso.kernel.clock import local

BIRTH, SINGLE = "1.001193", "1.004873"
# What officers add to the result, by procedure.
ENTRIES: Mapping[str, Mapping[str, str]] = {
    BIRTH: {"child_number": "022326999001", "register_book": "01/2026"},
    SINGLE: {"status_text": "Hiện tại chưa đăng ký kết hôn với ai."},
}
# Somebody who is no victim.
NEUTRAL = {
    "number": "022195999773",
    "phone": "0911111111",
    "name": "Lê Thị Thử",
    "residence": "Khu 1",
    "child": "Lê Văn Thử",
    "answer": "Bệnh viện tỉnh",
}
FONTS = (
    b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1"
    b" /BaseFont /Helvetica >> >> >>"
)


def pdf(text: str) -> bytes:
    """Write a PDF of one page that says a text."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    return one_page(stream, fonts=FONTS)


def birth(told: Mapping[str, str], at: datetime) -> dict[str, Any]:
    """Answer a birth registration in full, but for its file; at: when it is sent."""
    return {
        "requester_name": told["name"],
        "requester_number": told["number"],
        "requester_residence": told["residence"],
        "requester_phone": told["phone"],
        "requester_relation": "mother",
        "mother_known": True,
        "mother_name": told["name"],
        "mother_birth_date": "1995-03-12",
        "mother_number": told["number"],
        "mother_residence": told["residence"],
        "father_known": False,
        "child_name": told["child"],
        "child_birth_date": f"{local(at).date() - timedelta(20)}",
        "child_gender": "female",
        "child_birth_place": told["answer"],
        "child_ethnicity": "Kinh",
        "child_nationality": "Việt Nam",
        "child_home_town": "Tỉnh Quảng Ninh",
        "birth_proof_kind": "notice",
        "copies": 0,
        "pledge": True,
    }


def single(told: Mapping[str, str]) -> dict[str, Any]:
    """Answer an application for a certificate of marital status in full."""
    return {
        "full_name": told["name"],
        "birth_date": "1995-03-12",
        "gender": "female",
        "personal_number": told["number"],
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "residence": told["residence"],
        "phone": told["phone"],
        "status": "single",
        "purpose": "marriage",
        "spouse_name": told["child"],
        "marriage_office": "UBND phường",
        "had_before": False,
        "pledge": True,
    }
