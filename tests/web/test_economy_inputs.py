"""Inputs of the digital economy in the browser: templates out, workbooks in, shares."""

import html
import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from tests.foresight.test_account import NATION, PROVINCE, SOURCE, workbook
from tests.web.test_economy import ECONOMY
from tests.web.test_measures import _built, _clock, words  # noqa: F401
from tinhso.foresight.models import AccountEstimateRow, AccountInputRow

INPUTS = f"{ECONOMY}/so-dau-vao"


@pytest.fixture
def controller(content, visit, sign_in, settings):
    # What made-up people send is made up; so is what a demo shows.
    settings.TINHSO_DEMO = True
    return visit(sign_in("Mai Thị Ngọc"))


def send(client, layout, rows, **more):
    file = SimpleUploadedFile("so-lieu.xlsx", workbook(layout, rows))
    told = {"kind": layout, "place": "quang_ninh", "year": "2024", "source": SOURCE}
    return client.post(f"{ECONOMY}/nhap", {**told, "sheet": file, **more})


def test_workbooks_go_in_and_an_estimate_comes_out(controller):
    assert send(controller, "io_table", NATION, place="vn").status_code == 302
    send(controller, "value_added", PROVINCE)
    send(controller, "firms", [["Mã"], ["62", "", 40], ["01", "", 1960]])

    page = words(controller.get(INPUTS))
    assert "2024 Cả nước 1 3 ngành" in page
    assert "2000 doanh nghiệp, 40 thuộc ngành số cốt lõi cấp 2" in page
    assert SOURCE in page

    told = {"of_year": "2024", "method": "statistics_office", "through": "leontief"}
    done = controller.post(f"{ECONOMY}/uoc-tinh", told, follow=True)

    [row] = AccountEstimateRow.objects.all()
    assert row.settings["through"] == "leontief"
    assert "Đã ước tính năm 2024" in words(done)
    # Who sent it is made up, and so is all that comes of it.
    assert AccountInputRow.objects.filter(is_synthetic=True).count() == 3


def test_a_template_is_filled_in_and_taken_as_it_is(controller):
    sent = controller.get(f"{ECONOMY}/mau/e_invoices.xlsx?nam=2025").content
    book = load_workbook(BytesIO(sent))
    for row in book.active.iter_rows(min_row=3):
        row[2].value = 100
    filled = BytesIO()
    book.save(filled)

    file = SimpleUploadedFile("hoa-don.xlsx", filled.getvalue())
    told = {"kind": "e_invoices", "place": "quang_ninh", "year": "2025"}
    controller.post(f"{ECONOMY}/nhap", {**told, "source": SOURCE, "sheet": file})

    assert "từ 2021Q1 đến 2025Q4" in words(controller.get(INPUTS))


def test_wrong_cells_are_listed_and_nothing_is_written(controller):
    page = send(controller, "firms", [["Mã"], ["62", "", "nhiều"], ["01", "", -1]])

    text = words(page)
    assert page.status_code == 422
    assert "C3 nhiều Là chữ, không phải số" in text
    assert "C4 -1.0 Số liệu không được âm." in text or "C4 -1 Số liệu" in text
    assert text.count("Tệp có ô chưa đúng nên chưa ghi gì.") >= 1
    assert not AccountInputRow.objects.exists()
    assert SOURCE in html.unescape(page.content.decode())


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"year": "hai nghìn"}, "Hãy nhập một năm, ví dụ 2024."),
        ({"kind": "weather"}, "Hãy chọn một loại số liệu."),
        ({"place": "nowhere"}, "không có địa phương này"),
        ({"source": " "}, "Hãy ghi nguồn của số liệu"),
        ({"sheet": ""}, "Không đọc được tệp."),
    ],
)
def test_what_is_missing_is_said_at_the_top_and_beside_its_field(
    controller, told, message
):
    page = send(controller, "firms", [["Mã"], ["62", "", 4]], **told)

    assert page.status_code == 422
    assert words(page).count(message) == 2
    assert not AccountInputRow.objects.exists()


def test_an_estimate_without_inputs_says_which(controller):
    page = controller.post(
        f"{ECONOMY}/uoc-tinh", {"of_year": "2024", "method": "ministry"}
    )

    assert page.status_code == 409
    assert "Chưa nhập components" in words(page)


def test_leaders_read_and_do_not_send(content, visit, leader):
    client = visit(leader)

    page = client.get(INPUTS).content.decode()

    assert not re.search(r"<form[^>]+kinh-te-so", page)
    assert send(client, "firms", [["Mã"], ["62", "", 4]]).status_code == 403
    assert client.get(f"{ECONOMY}/mau/weather.xlsx").status_code == 404
