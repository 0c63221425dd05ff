"""The page of the digital economy: two methods apart, blank years, what targets ask."""

import csv
import io
import re

import pytest

from tests.foresight.test_account import NATION, PROVINCE, SOURCE, workbook
from tests.web.test_measures import TARGETS, _built, _clock, words  # noqa: F401
from tinhso.foresight import actions
from tinhso.foresight.types.account import InputKind, Method, Settings
from tinhso.kernel.actor import SYSTEM

ECONOMY = "/lam-viec/kinh-te-so"


@pytest.fixture
def desk(content, visit, leader):
    return visit(leader)


@pytest.fixture
def estimated(content, now):
    """Work a share of 2024 out of uploads; made-up ones where told."""

    def do(made_up=False):
        told = {"period": "2024", "actor": SYSTEM, "at": now, "made_up": made_up}
        for kind, place, rows in (
            (InputKind.IO_TABLE, "vn", NATION),
            (InputKind.VALUE_ADDED, "quang_ninh", PROVINCE),
        ):
            actions.take_account_input(
                kind=kind,
                place=place,
                content=workbook(kind.value, rows),
                name="x.xlsx",
                source=SOURCE,
                **told,
            )
        actions.estimate_share(
            method=Method.STATISTICS_OFFICE, settings=Settings(members=200), **told
        )

    return do


def panels(page):
    return re.findall(r'<section class="panel".*?</section>', page, re.DOTALL)


def test_the_two_methods_are_two_panels_and_never_one_line(desk):
    office, ministry = panels(desk.get(ECONOMY).content.decode())

    assert "13,17 %" in office
    assert "18,3 %" not in office
    assert "18,3 %" in ministry
    assert "12,87 %" not in ministry
    assert [one.count("<circle") for one in (office, ministry)] == [5, 3]


def test_a_year_that_nobody_states_breaks_the_line(desk):
    _, ministry = panels(desk.get(ECONOMY).content.decode())

    # 2021 and 2022 are joined; 2024 stands alone.
    assert len(re.findall(r"<polyline", ministry)) == 1


def test_the_provinces_missing_years_are_said(desk):
    text = words(desk.get(ECONOMY))

    assert "năm 2021: 3 % tổng sản phẩm của tỉnh" in text
    assert "năm 2020 đến 2025 chưa có số" in text
    assert "Để trống không có nghĩa là bằng không" in text


def test_the_page_says_what_the_targets_ask(desk):
    text = words(desk.get(ECONOMY))

    assert "gấp 6,67 lần trong 4 năm" in text
    assert "phải tăng 77 % một năm" in text
    assert "9,4–10 % tổng sản phẩm" in text
    assert "79 đến 84 % giá trị tăng thêm của ngành này" in text


def test_a_target_says_what_it_asks_and_leads_to_the_sum(desk):
    response = desk.get(TARGETS + "?ke-hoach=nq09_2025")

    assert "phải tăng 77 % một năm" in words(response)
    assert f"{ECONOMY}#muc-tieu" in response.content.decode()


def test_the_page_of_the_measure_leads_to_the_sum(desk):
    response = desk.get("/lam-viec/chi-tieu/digital_economy_share?ky=2025")

    assert f"{ECONOMY}#muc-tieu" in response.content.decode()


def test_what_was_worked_out_is_labelled_an_estimate(desk, estimated):
    estimated()

    text = words(desk.get(ECONOMY))

    assert "năm 2024: 54,5 % tổng sản phẩm của tỉnh ước tính" in text
    assert "Dữ liệu mô phỏng" not in text


def test_what_was_worked_out_of_made_up_data_carries_the_badge(
    desk, estimated, settings
):
    settings.TINHSO_DEMO = True
    estimated(made_up=True)

    assert "54,5 % tổng sản phẩm của tỉnh ước tính Dữ liệu mô phỏng" in words(
        desk.get(ECONOMY)
    )


def test_all_of_it_is_sent_as_a_table_with_method_and_source(desk, estimated):
    estimated()

    response = desk.get(f"{ECONOMY}.csv")

    text = response.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {one["method"] for one in rows} == {
        "statistics_office",
        "ministry",
        "unstated",
    }
    assert all(one["source"] for one in rows)
    blank = [one for one in rows if one["status"] == "missing"]
    assert {one["value"] for one in blank} == {""}
    assert [one["value"] for one in rows if one["status"] == "worked_out"] == ["54.5"]


def test_who_serves_no_province_does_not_get_in(content, visit, citizen):
    assert visit(citizen).get(ECONOMY).status_code in (302, 403)
