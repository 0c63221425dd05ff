"""Papers people hold: how long they are valid, and the reminder that goes with them."""

from datetime import timedelta

import pytest

from tests.web.test_citizen import client_of, words
from tinhso.documents import queries as documents
from tinhso.kernel import clock


@pytest.fixture(autouse=True)
def _built(built):
    """Pages name their files by content, so the files come first."""


@pytest.fixture
def at(monkeypatch, now):
    """Set the clock of the doors to some days after the issue."""

    def set_(days):
        monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=days))

    set_(1)
    return set_


def test_a_paper_says_until_when_it_is_valid(at, single, citizen):
    web = client_of(citizen)

    assert "Còn hiệu lực đến 16/12/2026" in words(web.get("/giay-to"))
    at(184)
    page = words(client_of(citizen).get("/giay-to"))
    assert "Hết hiệu lực" in page
    assert "Tắt lời nhắc" not in page


def test_the_reminder_of_a_paper_is_switched_off_and_on(at, single, citizen, sign_in):
    web = client_of(citizen)
    address = f"/giay-to/{single.result_document_id}/nhac"

    web.post(address, {"wanted": "no"})
    assert "Bạn đã tắt lời nhắc cho giấy này." in words(web.get("/giay-to"))
    web.post(address, {"wanted": "yes"})
    assert "Tắt lời nhắc" in words(web.get("/giay-to"))
    stranger = client_of(sign_in("Trần Quốc Hưng"))
    assert stranger.post(address, {"wanted": "no"}).status_code == 404


def test_who_verifies_an_expired_paper_is_told(at, single, client):
    code = documents.get_document(document_id=single.result_document_id).code
    headers = {"accept-language": "vi"}

    good = words(client.get(f"/xac-minh/{code}", headers=headers))
    at(184)
    over = words(client.get(f"/xac-minh/{code}", headers=headers))

    assert "Văn bản có thật và còn hiệu lực" in good
    assert "16/12/2026" in good
    assert "Văn bản có thật nhưng đã hết hiệu lực" in over
