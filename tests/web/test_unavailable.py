"""While the database is away people are told so, and lose nothing they typed."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError
from django.test import Client

from tests.web.test_citizen import client_of, words
from tinhso.documents.types import StorageUnavailable
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.notify import actions as notify
from tinhso.people.models import PersonRow
from tinhso.procedures import actions, queries
from tinhso.procedures.models import DraftRow


def away(*args, **more):
    raise OperationalError("the database system is shutting down")


@pytest.fixture(autouse=True)
def _built(built):
    """Pages name their files by content, so the files come first."""


@pytest.fixture
def web(citizen):
    return client_of(citizen)


@pytest.fixture
def page(citizen):
    draft = actions.start_draft(
        procedure_code="1.001193", actor=citizen, at=clock.now()
    )
    return f"/nop-ho-so/{draft.id}/trang/child_name"


def test_a_page_says_503_and_when_to_come_back(web, monkeypatch):
    monkeypatch.setattr(queries, "drafts_of", away)

    response = web.get("/ho-so-nhap")

    assert (response.status_code, response["Retry-After"]) == (503, "20")
    assert "Bản nháp của bạn được giữ nguyên" in words(response)


def test_what_was_typed_comes_back_in_a_form_that_sends_it_again(
    web, page, monkeypatch
):
    monkeypatch.setattr(actions, "save_page", away)
    typed = {"child_name": 'Phạm "Gia" Hân & Bình', "asked": "child_name"}

    response = web.post(page, typed)

    assert response.status_code == 503
    text = response.content.decode()
    assert 'value="Phạm &quot;Gia&quot; Hân &amp; Bình"' in text
    assert f'<form method="post" action="{page}">' in text
    assert 'name="csrfmiddlewaretoken"' in text
    assert "Gửi lại" in text
    assert response["Cache-Control"] == "no-store"


def test_the_form_of_the_page_is_taken_once_the_database_is_back(
    citizen, page, monkeypatch
):
    web = client_of(citizen)
    web.handler.enforce_csrf_checks = True
    with monkeypatch.context() as outage:
        outage.setattr(actions, "save_page", away)
        web.handler.enforce_csrf_checks = False
        told = web.post(page, {"child_name": "Phạm Gia Hân", "asked": "child_name"})
        web.handler.enforce_csrf_checks = True
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', told.content.decode()))

    response = web.post(page, hidden)

    assert response.status_code == 302
    assert DraftRow.objects.get().answers["child_name"] == "Phạm Gia Hân"


def test_secrets_are_not_written_into_the_page(web, page, monkeypatch):
    monkeypatch.setattr(actions, "save_page", away)

    response = web.post(page, {"child_name": "Hân", "signing_secret": "394857"})

    assert "394857" not in response.content.decode()


def test_a_password_is_not_written_into_the_page(client, db, monkeypatch):
    monkeypatch.setattr("allauth.account.forms.LoginForm.clean", away)

    response = client.post(
        "/tai-khoan/dang-nhap", {"login": "hoa", "password": "tinh-so-mo-phong"}
    )

    assert response.status_code == 503
    assert "tinh-so-mo-phong" not in response.content.decode()


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
def test_a_session_that_cannot_be_read_is_no_bare_500(web, monkeypatch, fault):
    def lost(*args):
        raise fault

    monkeypatch.setattr(SessionStore, "_get_session_from_db", lost)
    web.raise_request_exception = False

    response = web.get("/ho-so-nhap")

    assert (response.status_code, response["Retry-After"]) == (503, "20")


def test_a_session_that_cannot_be_written_is_no_bare_500(web, monkeypatch, settings):
    monkeypatch.setattr(SessionStore, "save", away)
    settings.SESSION_SAVE_EVERY_REQUEST = True
    web.raise_request_exception = False

    assert web.get("/thu-tuc").status_code == 503


def test_another_fault_is_still_a_500(web, monkeypatch):
    monkeypatch.setattr(queries, "drafts_of", lambda **more: 1 / 0)
    web.raise_request_exception = False

    assert web.get("/ho-so-nhap").status_code == 500


def test_machines_are_told_in_their_form(db, monkeypatch):
    monkeypatch.setattr(queries, "search_procedures", away)

    response = Client().get("/api/v1/procedures")

    assert (response.status_code, response["Retry-After"]) == (503, "20")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "urn:tinhso:refused:Unavailable"


def test_a_store_that_fails_says_when_to_come_back(db, monkeypatch):
    def full(**more):
        raise StorageUnavailable

    monkeypatch.setattr(queries, "search_procedures", full)

    response = Client().get("/api/v1/procedures")

    assert (response.status_code, response["Retry-After"]) == (503, "20")
    assert response.json()["type"] == "urn:tinhso:refused:StorageUnavailable"


@pytest.mark.parametrize(("age", "is_said"), [(30, False), (120, True)])
def test_a_letter_that_does_not_leave_is_said_to_be_late(web, citizen, age, is_said):
    PersonRow.objects.filter(pk=citizen.person_id).update(email="hoa@example.org")
    written = notify.send_message(
        template_key="dossier_submitted",
        person_id=citizen.person_id,
        params={"code": "H49-1", "due": "17/06/2026"},
        subject_id=None,
        dedupe_key="late",
        actor=SYSTEM,
        at=clock.now() - timedelta(seconds=age),
    )

    assert ("thư điện tử gửi chậm" in words(web.get("/tin-nhan"))) is is_said
    message = words(web.get(f"/tin-nhan/{written.id}"))
    assert ("dịch vụ thư đang gián đoạn" in message) is is_said
