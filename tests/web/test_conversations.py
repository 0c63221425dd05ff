"""The conversation on a dossier, through the pages of both sides."""

# ruff: noqa: F811

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.web.test_citizen import client_of, words
from tests.web.test_citizen_after import (  # noqa: F401
    _at_nine,
    _built,
    act,
    dossier,
    stranger,
    web,
)
from tinhso.procedures.models import DossierRow


@pytest.fixture
def desk(clerk, settings):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False
    return client_of(clerk)


def test_a_question_goes_to_the_desk_and_its_answer_comes_back(
    web,
    desk,
    dossier,
    picture,
):
    own, theirs = f"/ho-so/{dossier.id}", f"/lam-viec/ho-so/{dossier.id}"
    page = words(web.get(own))
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    typed = {"text": "Tôi cần mang bản gốc không?", "key": key}
    file = SimpleUploadedFile("ảnh.png", picture())

    sent = web.post(f"{own}/trao-doi", {**typed, "files": file})
    web.post(f"{own}/trao-doi", typed)

    assert sent["Location"] == f"{own}#trao-doi"
    assert "tin nhắn chưa đọc" in words(desk.get("/lam-viec"))
    page = words(desk.get(theirs))
    assert page.count("Tôi cần mang bản gốc không?") == 1
    assert "Tin nhắn không thay yêu cầu bổ sung." in page
    assert "tin nhắn chưa đọc" not in words(desk.get("/lam-viec"))
    link = re.search(rf'href="({theirs}/trao-doi/[^"]+)"', page)[1]
    handed = desk.get(link)
    assert handed.content.startswith(b"\x89PNG")
    assert handed["Content-Disposition"].startswith("attachment")

    desk.post(f"{theirs}/trao-doi", {"text": "Không cần.", "key": "a"})

    assert "tin nhắn chưa đọc" in words(web.get("/ho-so"))
    page = words(web.get(own))
    assert "Không cần." in page
    assert "đã xem lúc" in page
    assert "tin nhắn chưa đọc" not in words(web.get("/ho-so"))


def test_what_was_typed_stays_when_it_is_refused(web, dossier):
    address = f"/ho-so/{dossier.id}/trao-doi"
    long = "Tôi hỏi. " * 300

    refused = web.post(address, {"text": long, "key": "k"})

    page = words(refused)
    assert refused.status_code == 422
    assert long.strip() in page
    assert 'href="#text"' in page
    for n in range(20):
        web.post(address, {"text": f"Lần {n}", "key": str(n)})
    late = web.post(address, {"text": "Lần nữa", "key": "late"})
    assert late.status_code == 429
    assert ">Lần nữa</textarea>" in words(late)


def test_a_conversation_is_nobody_elses(web, stranger, desk, dossier):
    for address in (f"/ho-so/{dossier.id}/trao-doi",):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"text": "a"}).status_code == 404
        # Officers come by the address of the desk.
        assert desk.get(address).status_code == 404
    other = f"/lam-viec/ho-so/{dossier.id}/trao-doi"
    assert web.get(other).status_code == 403
    assert DossierRow.objects.get(pk=dossier.id).unread_at_desk == 0


def test_a_closed_conversation_says_so_and_keeps_the_text(
    web,
    act,
    clerk,
    dossier,
    now,
    monkeypatch,
):
    act(dossier, "not_receive", clerk, note="Trẻ cư trú ở phường khác.")
    DossierRow.objects.filter(pk=dossier.id).update(ended_at=now.replace(year=2025))

    answer = web.post(
        f"/ho-so/{dossier.id}/trao-doi", {"text": "Còn hỏi được không?", "key": "k"}
    )

    assert answer.status_code == 409
    assert "không nhận thêm tin nhắn" in words(answer)
    assert "Còn hỏi được không?" in words(answer)
