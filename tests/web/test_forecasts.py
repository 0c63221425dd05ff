"""What pages say of the future: a number's, the targets', the board's."""

import csv
import io
from datetime import timedelta

import pytest

from tests.indicators.acts import count, hand_in
from tests.lake.conftest import forget
from tests.web.test_measures import (  # noqa: F401
    BOARD,
    ON_TIME,
    TARGETS,
    _built,
    _clock,
    words,
)
from tinhso.foresight import actions
from tinhso.kernel.packs import versions
from tinhso.kernel.packs.types import Content

PROMISED = {
    "key": "plan",
    "source": "Kế hoạch thử",
    "due": "2026",
    "clauses": [
        {
            "number": 1,
            "pillar": "government",
            "clause": {"vi": "Đúng hạn", "en": "On time"},
            "targets": [{"key": "t", "indicator": "dossiers_on_time", "at_least": 90}],
        }
    ],
}


@pytest.fixture
def foretold(content, now, monkeypatch):
    """Shares in time of five months that fall; 90 % promised for the year."""
    kept = versions.in_force

    def in_force(*, kind):
        plan = Content("test", "targets", "nq09_2025", PROMISED)
        found = kept(kind=kind)
        if kind != "targets":
            return found
        return (plan, *(one for one in found if one.key != plan.key))

    monkeypatch.setattr(versions, "in_force", in_force)
    for back, in_time in enumerate([4, 5, 7, 8, 9], start=1):
        at = now - timedelta(days=30 * back)
        for number in range(10):
            told = "on_time" if number < in_time else "late"
            hand_in(at, action="seal", resolved=told)
    count(now)
    actions.forecast_all(at=now)
    yield
    forget()


@pytest.fixture
def desk(foretold, visit, leader):
    return visit(leader)


def test_a_number_tells_its_forecast_in_words(desk):
    text = words(desk.get(ON_TIME))

    assert "Dự báo tháng 6/2026:" in text
    assert "khoảng 80 lần số thật nằm trong khoảng từ" in text
    assert "Thử lại trên quá khứ" in text
    assert "mức gần đây đã làm trơn" in text


def test_the_forecast_is_drawn_as_a_dotted_line_in_a_band(desk):
    page = desk.get(ON_TIME).content.decode()

    assert 'class="fan"' in page
    assert 'class="ahead"' in page
    assert "tháng 6/2026: dự báo" in page


def test_a_number_tells_how_likely_its_target_is_met(desk):
    text = words(desk.get(ON_TIME))

    assert "ít nhất 90 %, năm 2026" in text
    assert "khó đạt" in text or "nghiêng về không đạt" in text


def test_a_number_of_too_few_values_says_so(desk):
    text = words(desk.get("/lam-viec/chi-tieu/digital_economy_share"))

    assert "Chưa dự báo: mới có" in text
    assert "cần ít nhất 3 kỳ" in text


def test_a_target_that_documents_speak_of_leads_to_its_page(desk):
    page = desk.get(TARGETS + "?ke-hoach=nq09_2030").content.decode()

    assert "/lam-viec/chi-tieu/digital_economy_share?ky=2030" in page


def test_the_targets_tell_the_chance_and_lead_to_the_forecast(desk):
    response = desk.get(TARGETS + "?ke-hoach=nq09_2025")

    assert "Xác suất đạt mục tiêu:" in words(response)
    assert "/lam-viec/chi-tieu/dossiers_on_time?ky=2026#du-bao" in (
        response.content.decode()
    )


def test_a_target_more_likely_missed_than_met_is_an_exception_on_the_board(desk):
    text = words(desk.get(BOARD))

    assert "Mục tiêu khó đạt theo dự báo" in text
    assert "xác suất đạt" in text


def test_the_forecast_is_sent_as_a_table(desk):
    response = desk.get("/lam-viec/chi-tieu/dossiers_on_time/du-bao.csv")

    text = response.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["value"] for row in rows[:5]] == [
        "90.0",
        "80.0",
        "70.0",
        "50.0",
        "40.0",
    ]
    ahead = [row for row in rows if row["mean"]]
    assert ahead[0]["period"] == "2026-06"
    assert all(float(r["low"]) <= float(r["mean"]) <= float(r["high"]) for r in ahead)


def test_earlier_forecasts_stand_below_the_newest(desk, now):
    hand_in(now - timedelta(days=30), action="seal", resolved="on_time")
    count(now + timedelta(minutes=1))
    actions.forecast_all(at=now + timedelta(minutes=2))

    text = words(desk.get(ON_TIME))

    assert "Những lần dự báo trước" in text


def test_forecasts_of_made_up_numbers_carry_the_badge(desk, now, settings):
    settings.TINHSO_DEMO = True
    for back, in_time in enumerate([4, 5, 7, 8], start=1):
        for number in range(10):
            told = "on_time" if number < in_time else "late"
            at = now - timedelta(days=30 * back)
            hand_in(at, action="seal", resolved=told, is_synthetic=True)
    count(now + timedelta(minutes=1))
    actions.forecast_all(at=now + timedelta(minutes=2))

    assert "Dự báo này tính từ dữ liệu mô phỏng" in words(desk.get(ON_TIME))


def test_who_serves_no_province_is_told_no_forecast(foretold, visit, citizen):
    response = visit(citizen).get("/lam-viec/chi-tieu/dossiers_on_time/du-bao.csv")

    assert response.status_code in (302, 403)
