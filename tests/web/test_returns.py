"""An agency's returns at the desk, the approver's, and the number made of them."""

import html
import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from tinhso.indicators.models import ReturnRow
from tinhso.security.models import Account

LIST = "/lam-viec/bao-cao"
MEASURE = "/lam-viec/chi-tieu/files_online_commune"
FIGURES = {"numerator": "12.500", "denominator": "13000", "remark": "", "do": "send"}


@pytest.fixture(autouse=True)
def _built(built):
    """Pages name their files by content, so the files come first."""


@pytest.fixture(autouse=True)
def _clock(monkeypatch, settings, now):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False
    settings.TINHSO_DEMO = True
    monkeypatch.setattr("tinhso.kernel.clock.now", lambda: now + timedelta(minutes=5))


@pytest.fixture
def visit():
    """Sign people in, each in a browser of their own."""

    def as_(actor):
        browser = Client()
        browser.force_login(Account.objects.get(pk=actor.id))
        browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "vi"
        return browser

    return as_


@pytest.fixture
def address(ward):
    return f"{LIST}/files_online_commune/2026Q1/{ward.id}"


@pytest.fixture
def reviewer(sign_in, visit):
    return visit(sign_in("Vi Thị Thanh Tâm"))


@pytest.fixture
def sent(visit, officer, address):
    """The ward's return, sent through its page."""
    browser = visit(officer)
    browser.post(f"{address}/nhap", FIGURES)
    return browser


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(text))


def test_the_list_says_what_is_owed_until_when(visit, officer, address):
    page = visit(officer).get(LIST)

    text = words(page)
    assert "Hồ sơ công việc cấp xã xử lý trên môi trường mạng, quý 1/2026" in text
    assert "hạn gửi 09/04/2026" in text
    assert "quá hạn" in text
    assert f'href="{address}"' in page.content.decode()
    assert "Chờ cơ quan bạn duyệt" not in text


def test_a_return_is_filled_in_and_sent_in_one_step(sent, address, reviewer):
    text = words(sent.get(address))
    assert "đã gửi, chờ duyệt" in text
    assert "gửi chậm" in text
    assert "12.500 / 13.000" in text

    assert "Chờ cơ quan bạn duyệt" in words(reviewer.get(LIST))
    assert "Duyệt, tính vào số liệu" in words(reviewer.get(address))


def test_what_is_wrong_is_said_beside_its_field_and_stays_typed(
    visit, officer, address
):
    browser = visit(officer)

    for figures, told in (
        ({"numerator": "12,5"}, "Hãy nhập một số nguyên"),
        ({"numerator": "1.5"}, "Hãy nhập một số nguyên"),
        ({"numerator": "-1"}, "Số liệu không được âm"),
        ({"numerator": "14000"}, "Số đạt không được lớn hơn tổng số"),
        ({"numerator": ""}, "Hãy nhập số liệu"),
    ):
        page = browser.post(f"{address}/nhap", FIGURES | figures)
        assert page.status_code == 422
        assert told in words(page)
        assert f'value="{figures["numerator"]}"' in page.content.decode()
    assert not ReturnRow.objects.filter(state="sent").exists()


def test_sent_back_corrected_accepted_and_shown(sent, address, reviewer):
    page = reviewer.post(f"{address}/tra-lai", {"reason": ""})
    assert "Hãy nêu lý do" in words(page)
    reviewer.post(f"{address}/tra-lai", {"reason": "Thiếu phòng Văn hóa."})
    assert "Thiếu phòng Văn hóa." in words(sent.get(address))
    sent.post(f"{address}/nhap", FIGURES | {"numerator": "13000"})
    reviewer.post(f"{address}/duyet")

    measure = words(reviewer.get(f"{MEASURE}?xem=bang"))

    assert "Số liệu quý 1/2026" in measure
    assert "1/54 cơ quan đã báo cáo và được duyệt" in measure
    assert "Chưa đủ báo cáo" in measure
    assert "13.000 / 13.000" in measure
    assert "UBND phường Hạ Long 100 %" in measure
    assert "Dữ liệu mô phỏng" in measure
    assert "Sửa báo cáo đã duyệt" in words(sent.get(address))


def test_a_year_lists_the_returns_of_its_quarters(sent, address, reviewer):
    reviewer.post(f"{address}/duyet")

    page = reviewer.get(f"{MEASURE}?ky=2026")

    # Four quarters of 54 communes.
    assert "1/216 báo cáo của các kỳ bên trong đã được duyệt" in words(page)
    assert (
        "Ủy ban nhân dân phường Hạ Long , quý 1/2026 12.500 / 13.000 gửi chậm"
        in words(page)
    )
    assert "Ủy ban nhân dân phường Bãi Cháy , quý 1/2026 – quá hạn chưa nhập" in words(
        page
    )
    assert f'href="{LIST}/con-thieu"' in page.content.decode()


def test_drafts_of_others_are_not_shown_beside_the_number(
    visit, officer, address, reviewer
):
    visit(officer).post(f"{address}/nhap", FIGURES | {"do": "save"})

    text = words(reviewer.get(f"{MEASURE}?ky=2026Q1"))

    assert "đang nhập, chưa gửi" in text
    assert "12.500" not in text


def test_who_owes_is_listed_by_agency(reviewer, sent):
    text = words(reviewer.get(f"{LIST}/con-thieu?ky=2026Q1"))

    assert "Từng báo cáo (53)" in text
    assert "UBND phường Bãi Cháy 1 1 09/04/2026" in text
    assert "UBND phường Hạ Long" not in text
    assert reviewer.get(f"{LIST}/con-thieu?ky=tháng").status_code == 404


def test_another_agency_sees_nothing(visit, sign_in, sent, address):
    keeper = visit(sign_in("Cao Thị Hằng"))

    assert keeper.get(address).status_code == 404
    assert keeper.post(f"{address}/nhap", FIGURES).status_code == 404
    assert keeper.post(f"{address}/duyet").status_code == 404


def test_files_come_along_and_are_handed_out(visit, officer, ward, picture):
    browser = visit(officer)
    address = f"{LIST}/officials_trained/2025/{ward.id}"
    page = browser.post(f"{address}/nhap", FIGURES)
    assert "phải có ít nhất một tệp minh chứng" in words(page)
    file = BytesIO(picture())
    file.name = "ds.png"
    browser.post(f"{address}/nhap", FIGURES | {"files": file, "do": "save"})

    text = browser.get(address).content.decode()

    [href] = re.findall(rf'href="({address}/minh-chung/[^"]+)"', text)
    assert browser.get(href).headers["Content-Type"] == "image/png"
    [remove] = re.findall(r'name="remove" value="([^"]+)"', text)
    browser.post(f"{address}/bo-tep", {"remove": remove})
    assert "ds.png" not in browser.get(address).content.decode()


def test_a_workbook_goes_out_and_comes_back_with_its_wrong_cells(visit, officer, ward):
    browser = visit(officer)
    sheet = f"{LIST}/ky/2026Q1/{ward.id}"
    book = load_workbook(BytesIO(browser.get(f"{sheet}.xlsx").content))

    def send(cell, value):
        book.active[cell] = value
        buffer = BytesIO()
        book.save(buffer)
        buffer.seek(0)
        buffer.name = "bao-cao.xlsx"
        return browser.post(f"{sheet}/nap", {f"sheet-2026Q1-{ward.id}": buffer})

    send("F3", 10)
    page = send("D3", "7,5")
    assert page.status_code == 422
    assert "D3 7,5 Có dấu phẩy thập phân" in words(page)

    assert send("D3", 8).status_code == 302

    assert "8 / 10" in words(browser.get(LIST))
    [row] = ReturnRow.objects.filter(indicator="files_online_commune")
    assert (row.numerator, row.denominator, row.state) == (8, 10, "draft")


def test_the_reader_of_english_finds_it_in_english(visit, officer, address):
    browser = visit(officer)
    browser.cookies["django_language"] = "en"

    assert "Working files handled online in the quarter" in words(browser.get(address))
