"""After submitting: follow, supplement, withdraw, hold the paper, verify it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client

from tests.web.test_citizen import client_of, words
from tinhso.kernel import clock
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.notify import actions as notify
from tinhso.procedures import actions, queries
from tinhso.procedures.types import ActionNotOffered, Channel

ENTRY = {"child_number": "022326999001", "register_book": "01/2026"}


@pytest.fixture(autouse=True)
def _built(built):
    """Pages name their files by content, so the files come first."""


@pytest.fixture(autouse=True)
def _at_nine(monkeypatch, now):
    """The door's clock stands one hour after the submission."""
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=1))


@pytest.fixture
def web(citizen):
    return client_of(citizen)


@pytest.fixture
def stranger(sign_in):
    return client_of(sign_in("Trần Quốc Hưng"))


@pytest.fixture
def dossier(citizen, ward, answers, now):
    return actions.submit_dossier(
        procedure_code="1.001193",
        organization_id=ward.id,
        channel=Channel.ONLINE,
        answers=answers,
        key=str(uuid4()),
        actor=citizen,
        at=now,
    )


@pytest.fixture
def act(now):
    def do(dossier, action, actor, **more):
        return actions.take_action(
            dossier_id=dossier.id,
            action_key=action,
            revision=dossier.revision,
            actor=actor,
            at=now + timedelta(minutes=10),
            **more,
        )

    return do


@pytest.fixture
def asked(dossier, act, clerk):
    """A dossier whose applicant must send a better picture."""
    reasons = {"birth_proof": "Ảnh bị mờ, hãy chụp lại.", "child_name": "Thiếu họ."}
    return act(dossier, "ask_supplement", clerk, reasons=reasons)


@pytest.fixture
def issued(dossier, act, clerk, officer, leader, registrar):
    """A dossier with its sealed result."""
    data = {**ENTRY, "signer": str(leader.person_id)}
    dossier = act(dossier, "receive", clerk)
    dossier = act(dossier, "draft_result", officer, data=data)
    dossier = act(dossier, "submit_for_signing", officer)
    dossier = act(dossier, "sign", leader)
    return act(dossier, "seal", registrar)


def hidden(page, name):
    return re.findall(f'name="{re.escape(name)}" value="([^"]*)"', page)


def test_a_dossier_says_who_has_it_and_until_when(web, dossier):
    assert dossier.code in words(web.get("/ho-so"))

    page = words(web.get(f"/ho-so/{dossier.id}"))

    assert "Đã nộp, chờ tiếp nhận" in page
    assert "Ủy ban nhân dân phường Hạ Long" in page
    assert "17:00 17/06/2026" in page
    assert "Phạm Gia Hân" in page
    assert "Dữ liệu mô phỏng" in page


def test_pages_with_personal_data_are_kept_out_of_caches(web, dossier):
    for address in ("/ho-so", f"/ho-so/{dossier.id}", "/giay-to", "/tin-nhan"):
        assert web.get(address)["Cache-Control"] == "no-store"


def test_a_return_says_what_happened_why_and_what_to_do(web, asked):
    page = words(web.get(f"/ho-so/{asked.id}"))

    assert "Hồ sơ cần bạn bổ sung" in page
    assert "Ảnh bị mờ, hãy chụp lại." in page
    assert f"/ho-so/{asked.id}/bo-sung" in page


def test_a_supplement_keeps_files_and_text_until_it_is_sent(web, asked, picture):
    address = f"/ho-so/{asked.id}/bo-sung"
    page = words(web.get(address))
    assert "Thiếu họ." in page
    kept = hidden(page, "kept.birth_proof")
    form = {"revision": asked.revision, "child_name": "Phạm Gia Hân 1"}

    file = SimpleUploadedFile("anh-moi.png", picture())
    page = words(
        web.post(address, {**form, "kept.birth_proof": kept, "birth_proof": file})
    )
    kept = hidden(page, "kept.birth_proof")
    assert len(kept) == 2
    assert 'value="Phạm Gia Hân 1"' in page

    wrong = web.post(address, {**form, "kept.birth_proof": kept, "send": "1"})
    assert wrong.status_code == 422
    assert "anh-moi.png" in words(wrong)

    form["child_name"] = "Phạm Gia Hân"
    sent = web.post(address, {**form, "kept.birth_proof": kept, "send": "1"})
    assert sent["Location"] == f"/ho-so/{asked.id}"
    assert "Đã nộp, chờ tiếp nhận" in words(web.get(sent["Location"]))
    assert "anh-moi.png" in words(web.get(sent["Location"]))


def test_a_bad_file_of_a_supplement_is_refused_at_its_field(web, asked):
    response = web.post(
        f"/ho-so/{asked.id}/bo-sung",
        {
            "revision": asked.revision,
            "birth_proof": SimpleUploadedFile("x.png", b"GIF89a"),
        },
    )

    assert response.status_code == 422
    assert 'href="#birth_proof"' in words(response)


def test_files_come_only_while_a_supplement_waits(citizen, dossier, picture, now):
    with pytest.raises(ActionNotOffered):
        actions.attach_supplement(
            dossier_id=dossier.id,
            field_key="birth_proof",
            name="a.png",
            content=picture(),
            actor=citizen,
            at=now,
        )


def test_a_withdrawal_needs_its_reason(web, dossier):
    address = f"/ho-so/{dossier.id}/rut"
    form = {"revision": dossier.revision, "reason": " "}

    assert web.post(address, form).status_code == 422
    web.post(address, {**form, "reason": "Tôi nộp nhầm phường."})

    page = words(web.get(f"/ho-so/{dossier.id}"))
    assert "Bạn đã rút hồ sơ" in page
    assert "Tôi nộp nhầm phường." in page


def test_a_refusal_shows_its_reason(web, dossier, act, clerk):
    act(dossier, "not_receive", clerk, note="Trẻ cư trú ở phường khác.")

    page = words(web.get(f"/ho-so/{dossier.id}"))

    assert "Không được tiếp nhận" in page
    assert "Trẻ cư trú ở phường khác." in page
    assert "Nộp hồ sơ mới" in page


def test_files_and_receipt_are_handed_out_as_downloads(web, citizen, dossier, now):
    actions.issue_receipt(dossier_id=dossier.id, actor=citizen, at=now)

    file = web.get(f"/ho-so/{dossier.id}/tep/{dossier.files[0].file_id}")
    receipt = web.get(f"/ho-so/{dossier.id}/giay-tiep-nhan.pdf")

    assert file["Content-Disposition"].startswith("attachment")
    assert receipt.content.startswith(b"%PDF")


def test_the_sealed_paper_is_held_and_verified_by_anybody(web, issued):
    papers = words(web.get("/giay-to"))
    code = re.search(r'href="/xac-minh/([^"]+)"', papers)[1]
    pdf = web.get(f"/giay-to/{issued.result_document_id}.pdf").content
    anybody = Client(headers={"accept-language": "vi"})

    by_code = words(anybody.get(f"/xac-minh/{code}"))
    good = anybody.post("/xac-minh", {"pdf": SimpleUploadedFile("a.pdf", pdf)})
    flipped = pdf[:2000] + bytes([pdf[2000] ^ 1]) + pdf[2001:]
    bad = anybody.post("/xac-minh", {"pdf": SimpleUploadedFile("a.pdf", flipped)})

    assert "Văn bản có thật và còn hiệu lực" in by_code
    assert "Nguyễn Thị Hoa" not in by_code
    assert "không có giá trị pháp lý" in by_code
    assert "Văn bản nguyên vẹn, chữ ký đúng" in words(good)
    assert "không có giá trị pháp lý" in words(good)
    assert "Văn bản nguyên vẹn" not in words(bad)


def test_a_draft_of_the_result_is_nobodys_paper(
    web, dossier, act, clerk, officer, leader
):
    data = {**ENTRY, "signer": str(leader.person_id)}
    dossier = act(dossier, "receive", clerk)
    dossier = act(dossier, "draft_result", officer, data=data)

    address = f"/giay-to/{dossier.result_document_id}.pdf"

    assert web.get(address).status_code == 404
    assert address not in words(web.get(f"/ho-so/{dossier.id}"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"%PDF-1.4 nothing", "Tệp này không phải là PDF đọc được"),
        ("a.png", b"\x89PNG", "Tệp này không phải là PDF đọc được"),
        ("<b>.pdf", b"", "Tệp này không phải là PDF đọc được"),
    ],
)
@pytest.mark.django_db
def test_verification_answers_junk_in_words(client, name, content, said):
    file = SimpleUploadedFile(name, content)

    response = client.post(
        "/xac-minh", {"pdf": file}, headers={"accept-language": "vi"}
    )

    assert said in words(response)
    assert "<b>.pdf" not in words(response)


@pytest.mark.django_db
def test_verification_without_a_file_asks_for_one(client):
    response = client.post("/xac-minh", headers={"accept-language": "vi"})

    assert response.status_code == 422
    assert "Hãy chọn một tệp PDF." in words(response)


def test_the_look_up_shows_only_code_and_completion(client, dossier):
    page = words(client.get(f"/tra-cuu?ma={dossier.code.lower()}"))
    unknown = client.get("/tra-cuu?ma=H49.06688-260616-9999")

    assert dossier.code in page
    assert "17 %" in page
    for secret in ("khai sinh", "Phạm Gia Hân", "Nguyễn Thị Hoa", "Hạ Long"):
        assert secret not in page
    assert unknown.status_code == 200
    assert "Chưa tìm thấy hồ sơ này" in words(unknown)
    assert words(client.get("/tra-cuu?ma=%00%27")).count("Chưa tìm thấy") == 1


@pytest.mark.django_db
def test_an_unknown_document_is_told_apart_from_a_genuine_one(client):
    response = client.get("/xac-minh/KHONG-CO", headers={"accept-language": "vi"})

    assert response.status_code == 404
    assert "Không có văn bản mang mã này" in words(response)


def test_messages_are_read_once_and_counted(web, citizen, dossier, now):
    sent = notify.send_message(
        template_key="dossier_submitted",
        person_id=citizen.person_id,
        params=AnyParam(),
        subject_id=dossier.id,
        dedupe_key="m",
        actor=citizen,
        at=now,
    )
    assert 'class="count">1<' in words(web.get("/tin-nhan"))

    page = words(web.get(f"/tin-nhan/{sent.id}"))

    assert f"/ho-so/{dossier.id}" in page
    assert 'class="count"' not in words(web.get("/tin-nhan"))


class AnyParam(dict):
    """A value for every placeholder."""

    def __getitem__(self, name):
        return f"<{name}>"

    def __contains__(self, name):
        return True

    def get(self, name, default=None):
        return self[name]


ADDRESSES = [
    "/ho-so/{dossier}",
    "/ho-so/{dossier}/bo-sung",
    "/ho-so/{dossier}/rut",
    "/ho-so/{dossier}/giay-tiep-nhan.pdf",
    "/ho-so/{dossier}/tep/{file}",
    "/giay-to/{document}.pdf",
    "/nop-ho-so/{draft}",
    "/nop-ho-so/{draft}/noi-tiep-nhan",
    "/nop-ho-so/{draft}/trang/child_name",
    "/nop-ho-so/{draft}/kiem-tra",
    "/nop-ho-so/{draft}/da-nop",
    "/nop-ho-so/{draft}/xoa",
]


@pytest.fixture
def places(issued, citizen, now):
    draft = actions.start_draft(procedure_code="1.001193", actor=citizen, at=now)
    return {
        "dossier": issued.id,
        "file": issued.files[0].file_id,
        "document": issued.result_document_id,
        "draft": draft.id,
    }


def test_what_is_anothers_is_not_there(stranger, places):
    for address in ADDRESSES:
        assert stranger.get(address.format(**places)).status_code == 404, address
    for deed in ("nop", "xoa", "cap-nhat", "trang/child_name"):
        address = f"/nop-ho-so/{places['draft']}/{deed}"
        assert stranger.post(address).status_code == 404, address


def test_strangers_are_led_to_sign_in(client, places):
    addresses = [*ADDRESSES, "/ho-so", "/ho-so-nhap", "/tin-nhan", "/giay-to"]
    for address in addresses:
        response = client.get(address.format(**places))
        assert response.status_code == 302, address
        assert response["Location"].startswith("/tai-khoan/dang-nhap"), address


@pytest.mark.django_db
def test_health_speaks_of_the_database(client, monkeypatch):
    assert client.get("/suc-khoe").content == b"ok"

    def fail():
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", fail)
    assert client.get("/suc-khoe").status_code == 503


def test_the_header_knows_citizens_and_officers(web, clerk, dossier):
    assert "Giấy tờ của tôi" in words(web.get("/thu-tuc"))
    assert "Bàn làm việc" not in words(web.get("/thu-tuc"))
    assert "Bàn làm việc" in words(client_of(clerk).get("/thu-tuc"))


def test_an_answer_that_opens_a_question_shows_it_before_it_is_sent(
    web, dossier, act, clerk, picture
):
    reasons = {"requester_relation": "Ghi sai quan hệ."}
    asked = act(dossier, "ask_supplement", clerk, reasons=reasons)
    address = f"/ho-so/{asked.id}/bo-sung"
    assert "authorization" not in words(web.get(address))
    form = {"revision": asked.revision, "requester_relation": "caretaker"}

    wrong = web.post(address, {**form, "send": "1"})

    assert wrong.status_code == 422
    assert 'href="#authorization"' in words(wrong)
    assert 'name="also" value="authorization"' in words(wrong)

    file = SimpleUploadedFile("uy-quyen.png", picture())
    form["also"] = "authorization"
    sent = web.post(address, {**form, "authorization": file, "send": "1"})
    assert sent["Location"] == f"/ho-so/{asked.id}"
    assert "uy-quyen.png" in words(web.get(sent["Location"]))


def test_officers_read_at_their_desk_and_not_by_the_applicants_addresses(
    clerk, issued, happened
):
    # There a second factor is asked for, and each reading is noted for the owner.
    desk = client_of(clerk)
    [receipt, *_] = queries.printed_papers(dossier_id=issued.id, actor=clerk)
    for address in (
        f"/ho-so/{issued.id}/tep/{issued.files[0].file_id}",
        f"/ho-so/{issued.id}/giay/{receipt.document_id}.pdf",
        f"/ho-so/{issued.id}/danh-gia",
        f"/giay-to/{issued.result_document_id}.pdf",
    ):
        assert desk.get(address).status_code == 404, address


@pytest.fixture
def happened(issued, now):
    for event in OutboxEvent.objects.order_by("id"):
        events.deliver(event_id=event.id, at=now)


def test_nothing_told_to_somebody_known_is_kept_in_caches(web, client):
    for address in ("/thu-tuc", "/lam-viec", "/khong-co"):
        assert web.get(address)["Cache-Control"] == "no-store", address
    assert "Cache-Control" not in client.get("/thu-tuc").headers


def test_who_signs_in_without_a_password_is_led_to_their_keys(web):
    answer = web.get("/tai-khoan/mat-khau", follow=True)

    assert answer.redirect_chain == [("/tai-khoan/bao-mat/", 302)]
    assert "không có mật khẩu để đổi" in words(answer)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/procedures?q=khai%00sinh", 200),
        ("/api/v1/procedures/%00", 404),
        ("/thu-tuc?q=%00", 200),
        ("/thu-tuc/%00x", 404),
        ("/api/v1/journal/consistency?first=%00&second=1", 422),
    ],
)
def test_what_the_database_cannot_hold_is_dropped_from_addresses(
    content, client, address, status
):
    assert client.get(address).status_code == status
