"""Manifest, worker and offline page know nobody."""

import pytest
from django.conf import settings

from tests.web.test_citizen import client_of


@pytest.fixture(autouse=True)
def _built(built):
    """Pages name their files by content, so the files come first."""


def test_what_the_worker_keeps_says_nothing_of_who_is_signed_in(citizen):
    client = client_of(citizen)

    for path in ("/ngoai-tuyen", "/sw.js", "/app.webmanifest"):
        answer = client.get(path)
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "Nguyễn Thị Hoa" not in text
        assert "csrf" not in text
        assert settings.CSRF_COOKIE_NAME not in answer.cookies
        assert settings.SESSION_COOKIE_NAME not in answer.cookies


@pytest.mark.django_db
def test_the_worker_is_asked_for_anew_and_names_files_by_content(client):
    answer = client.get("/sw.js")
    text = answer.content.decode()

    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "/ngoai-tuyen" in text
    assert "&quot;" not in text
    assert "/static/css/tinhso." in text


@pytest.mark.django_db
def test_the_manifest_is_as_browsers_want_it(client):
    manifest = client.get("/app.webmanifest", headers={"accept-language": "en"})

    assert manifest["Content-Type"] == "application/manifest+json"
    assert manifest.json()["display"] == "standalone"
    assert manifest.json()["lang"] == "en"
    assert manifest.json()["scope"] == "/"
