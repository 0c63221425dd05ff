"""The pages of open data: found, filtered, drawn, downloaded; officers publish."""

import csv
import json
import re
from io import BytesIO, StringIO

import openpyxl
import pyarrow.parquet as pq
import pytest

from tests.opendata.places import body, figures, stay
from tests.web.conftest import built, visit  # noqa: F401
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.opendata import actions, queries
from tinhso.opendata.types import TooManyRowsForSheet


@pytest.fixture(autouse=True)
def _here(built, monkeypatch, now, settings):  # noqa: F811
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def page(client):
    def get(address, status=200, language="vi", **headers):
        headers = {"accept-language": language, **headers}
        answer = client.get(address, headers=headers)
        assert answer.status_code == status, answer.content[:500]
        return answer.content.decode()

    return get


def content(client, form):
    answer = client.get(f"/du-lieu-mo/luu-tru/1/du-lieu.{form}")
    assert answer.status_code == 200
    return answer, b"".join(answer.streaming_content)


def test_a_dataset_is_found_with_and_without_marks(published_stays, page):
    for words in ("lưu trú", "luu tru", "LUU", "tourism"):
        assert "Lượt lưu trú" in page(f"/du-lieu-mo?q={words}")
    assert "Chưa tìm thấy" in page("/du-lieu-mo?q=zzzz")
    assert "Chưa tìm thấy" in page("/du-lieu-mo?q=%27%3A*%26%7C!()%3Cx")


def test_facets_narrow_and_can_be_taken_back(published_stays, page):
    text = page("/du-lieu-mo?co-quan=H49&ban-do=True")

    assert text.count('aria-current="true"') == 2
    assert 'href="?co-quan=H49"' in text
    assert "Có 0 bộ dữ liệu" in page("/du-lieu-mo?ban-do=False")


def test_what_was_never_published_is_not_there(stays, enter, page):
    enter()

    assert "Lượt lưu trú" not in page("/du-lieu-mo")
    page("/du-lieu-mo/luu-tru", status=404)


def test_a_dataset_shows_rows_columns_chart_map_and_where_it_comes_from(
    published_stays, page
):
    text = page("/du-lieu-mo/luu-tru")

    assert "Có 40 hàng." in text
    assert len(re.findall(r"<tr data-row", text)) == 25
    # All stays are at one place, which is drawn once.
    assert text.count("<circle") == 1 + text.count('r="3"')
    assert "<h1>Lượt lưu trú</h1>" in text
    assert published_stays.sha256 in text
    assert str(published_stays.id) in text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text)


def test_the_address_says_which_rows_in_which_order(published_stays, page):
    text = page("/du-lieu-mo/luu-tru?cot=nights&gia-tri=6&sap=-commune&ve=reason")

    rows = re.findall(r"<tr data-row>.*?</tr>", text)
    assert "Có 4 hàng." in text
    assert ["06706" in row for row in rows] == [True, True, False, False]
    assert '<option value="reason" selected>' in text


def test_a_value_that_cannot_be_is_told_above_the_rows(published_stays, page):
    text = page("/du-lieu-mo/luu-tru?cot=nights&gia-tri=nhiều")

    assert "Không thực hiện được" in text or "không thể có giá trị" in text
    assert "<h1>" in text


def test_the_second_page_has_the_rest(published_stays, page):
    text = page("/du-lieu-mo/luu-tru?trang=2")

    assert len(re.findall(r"<tr data-row", text)) == 15
    assert 'rel="prev"' in text
    assert 'rel="next"' not in text


def test_htmx_gets_the_part_that_changes(published_stays, page):
    text = page("/du-lieu-mo/luu-tru?q=tham", **{"HX-Target": "du-lieu"})

    assert "<html" not in text
    assert "Có 20 hàng." in text


def test_a_file_of_values_opens_as_no_formula(published_stays, client):
    answer, told = content(client, "csv")
    rows = list(csv.DictReader(StringIO(told.decode("utf-8-sig"))))

    assert len(rows) == 40
    assert {row["reason"] for row in rows} == {"'=1+1", "thăm thân"}
    assert "luu-tru-1.csv" in answer["Content-Disposition"]


def test_a_workbook_holds_texts_and_numbers_and_no_formula(published_stays, client):
    _, told = content(client, "xlsx")
    sheet = openpyxl.load_workbook(BytesIO(told)).active
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]

    assert sheet.max_row == 41
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert any(cell.value == "=1+1" for cell in cells)


def test_parquet_is_the_frozen_file_and_geojson_has_a_feature_a_row(
    published_stays, client
):
    _, frozen = content(client, "parquet")
    _, shapes = content(client, "geojson")

    assert pq.read_table(BytesIO(frozen)).num_rows == 40
    told = json.loads(shapes)
    assert len(told["features"]) == 40
    assert told["features"][0]["geometry"] == {
        "type": "Point",
        "coordinates": [107.08, 20.95],
    }


def test_a_form_it_has_not_is_not_found(stays, enter, publish, page):
    stays(*(stay() for _ in range(6)))
    enter(body("commune"))
    publish()

    page("/du-lieu-mo/luu-tru/1/du-lieu.geojson", status=404)
    page("/du-lieu-mo/luu-tru/1/du-lieu.exe", status=404)
    page("/du-lieu-mo/luu-tru/7/du-lieu.csv", status=404)


def test_more_rows_than_a_worksheet_holds_are_refused_by_name(
    published_stays, page, monkeypatch
):
    monkeypatch.setattr("tinhso.opendata.providers.handing_out.MOST_IN_SHEET", 39)

    text = page("/du-lieu-mo/luu-tru/1/du-lieu.xlsx", status=422)

    assert "39" in text
    assert TooManyRowsForSheet.status == 422


def test_made_up_data_says_so_on_its_page_and_in_its_files(
    stays, enter, publish, page, client
):
    stays(*(stay(is_synthetic=True) for _ in range(6)))
    enter(body("commune", "lon", "lat", synthetic=True))
    publish()

    assert "Dữ liệu mô phỏng" in page("/du-lieu-mo/luu-tru")
    assert "Dữ liệu mô phỏng" in page("/du-lieu-mo")
    answer, told = content(client, "geojson")
    assert "luu-tru-mo-phong-1" in answer["Content-Disposition"]
    assert json.loads(told)["synthetic"] is True


def test_figures_are_drawn_without_their_totals(stays, enter, publish, page):
    stays(*(stay(reason="thăm thân") for _ in range(9)), *(stay() for _ in range(7)))
    enter(figures())
    publish()

    text = page("/du-lieu-mo/luu-tru?ve=reason")

    chart = text[text.index("Số liệu của biểu đồ") :]
    assert re.findall(r'class="number">(\d+)<', chart)[:2] == ["9", "7"]


def test_an_old_version_keeps_its_address_and_a_withdrawn_one_says_why(
    published_stays, publish, page, now
):
    publish()
    assert "phiên bản cũ" in page("/du-lieu-mo/luu-tru/1")

    actions.withdraw(slug="luu-tru", number=1, reason="Sai số.", actor=SYSTEM, at=now)

    assert "Sai số." in page("/du-lieu-mo/luu-tru/1", status=410)
    page("/du-lieu-mo/luu-tru/1/du-lieu.csv", status=410)
    assert "Có 40 hàng." in page("/du-lieu-mo/luu-tru")


def test_english_is_complete(published_stays, page):
    text = page("/du-lieu-mo/luu-tru", language="en")

    assert "Stays" in text
    assert "Download" in text
    assert "There are 40 rows." in text
    assert "Columns" in text
    assert "Tải về" not in text


def test_everybody_sees_which_agencies_publish_and_which_are_late(
    published_stays, page, monkeypatch, now
):
    text = page("/du-lieu-mo/co-quan")
    row = text[text.index("Ủy ban nhân dân tỉnh Quảng Ninh") :][:300]
    assert "Đã công bố" in row
    assert "Chưa công bố" in text

    monkeypatch.setattr(clock, "now", lambda: now.replace(year=2027))
    [state] = [one for one in queries.agencies(at=clock.now()) if one.code == "H49"]
    assert state.is_late
    assert "Chậm cập nhật" in page("/du-lieu-mo/co-quan")


def test_a_head_publishes_and_withdraws_on_the_desk(
    stays,
    enter,
    visit,  # noqa: F811
    leader,
    ward,
    page,
):
    stays(*(stay() for _ in range(6)))
    enter(body("commune", publisher=ward.code))
    browser = visit(leader)

    assert "Lượt lưu trú" in page("/lam-viec/du-lieu-mo")
    done = browser.post("/lam-viec/du-lieu-mo/luu-tru/cong-bo", follow=True)
    assert "Đã công bố phiên bản 1, 6 hàng." in done.content.decode()
    gone = browser.post(
        "/lam-viec/du-lieu-mo/luu-tru/1/thu-hoi", {"reason": "Sai."}, follow=True
    )
    assert "Đã thu hồi phiên bản 1." in gone.content.decode()
    browser.post("/lam-viec/du-lieu-mo/luu-tru/1/thu-hoi", {"reason": "Sai."})
    assert queries.get_version(slug="luu-tru", number=1).reason == "Sai."


def test_whoever_would_be_singled_out_is_told_on_the_desk_and_nothing_comes_out(
    stays,
    enter,
    visit,  # noqa: F811
    leader,
    ward,
):
    stays(*(stay() for _ in range(6)), stay(birth_year=1931))
    privacy = {"quasi_identifiers": ["commune", "birth_year"]}
    enter(body(publisher=ward.code, privacy=privacy))

    done = visit(leader).post("/lam-viec/du-lieu-mo/luu-tru/cong-bo", follow=True)

    assert "06688 × 1931" in done.content.decode()
    assert queries.versions_of(slug="luu-tru") == ()


def test_a_clerk_publishes_nothing(stays, enter, visit, clerk):  # noqa: F811
    enter()
    browser = visit(clerk)

    assert browser.get("/lam-viec/du-lieu-mo").status_code == 403
    assert browser.post("/lam-viec/du-lieu-mo/luu-tru/cong-bo").status_code == 403
