"""While the disk is nearly full pages can be read, and say why no more can be done."""

import pytest
from django.test import Client

from tests.web.test_citizen import client_of, words

EMPTY, FULL = 100.0, 0.0001  # watermarks that no disk, and every disk, has passed


@pytest.fixture(autouse=True)
def _this_disk(settings, tmp_path):
    settings.TINHSO_DISKS = [tmp_path]
    settings.TINHSO_UPLOADS_UNTIL_PERCENT = settings.TINHSO_WRITES_UNTIL_PERCENT = EMPTY


@pytest.fixture
def no_files(settings):
    settings.TINHSO_UPLOADS_UNTIL_PERCENT = FULL


@pytest.fixture
def read_only(settings, no_files):
    settings.TINHSO_WRITES_UNTIL_PERCENT = FULL


@pytest.fixture
def web(built, citizen):
    return client_of(citizen)


def test_without_files_work_goes_on_and_the_banner_says_so(no_files, web):
    assert web.post("/thu-tuc/1.001193/bat-dau").status_code == 302
    assert "tạm thời chưa nhận tệp" in words(web.get("/thu-tuc"))


def test_reading_goes_on_with_a_banner_and_nothing_is_written(read_only, web):
    page = web.get("/thu-tuc")
    assert page.status_code == 200
    assert "tạm thời chỉ cho xem" in words(page)

    refused = web.post("/thu-tuc/1.001193/bat-dau")

    assert (refused.status_code, refused["Retry-After"]) == (503, "20")
    assert "đang hết chỗ lưu" in words(refused)


def test_machines_are_told_by_name(read_only, db):
    response = Client().post("/api/v1/dossiers")

    assert (response.status_code, response["Retry-After"]) == (503, "20")
    assert response.json()["type"] == "urn:tinhso:refused:StorageReadOnly"


def test_signing_in_goes_on(read_only, web, client):
    assert client.post("/tai-khoan/dang-nhap", {"login": "x"}).status_code == 200


def test_with_space_again_all_is_as_before(read_only, web, settings):
    settings.TINHSO_WRITES_UNTIL_PERCENT = settings.TINHSO_UPLOADS_UNTIL_PERCENT = EMPTY

    assert web.post("/thu-tuc/1.001193/bat-dau").status_code == 302
    assert "chỉ cho xem" not in words(web.get("/thu-tuc"))
