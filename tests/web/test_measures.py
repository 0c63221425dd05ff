"""The board, a number's page, its way down to the rows, and the targets."""

import csv
import html
import io
import re
from datetime import timedelta
from uuid import uuid4

import docx
import pypdfium2
import pytest

from tests.indicators.acts import count, hand_in
from tests.lake.conftest import forget
from tinhso.indicators.models import FaultRow
from tinhso.procedures import actions as procedures
from tinhso.procedures.types import Channel

BOARD = "/lam-viec/dieu-hanh/province"
ON_TIME = "/lam-viec/chi-tieu/dossiers_on_time"
TARGETS = "/lam-viec/muc-tieu"


@pytest.fixture(autouse=True)
def _built(built):
    """Pages name their files by content, so the files come first."""


@pytest.fixture(autouse=True)
def _clock(monkeypatch, settings, now):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False
    settings.TINHSO_DEMO = False
    monkeypatch.setattr("tinhso.kernel.clock.now", lambda: now + timedelta(minutes=5))


@pytest.fixture
def counted(content, now):
    """May: 20 in time and none late in Hạ Long, 5 and 5 in Bãi Cháy; half online."""
    may = now - timedelta(days=30)
    for number in range(20):
        channel = "online" if number % 2 else "counter"
        hand_in(may, channel=channel)
        hand_in(may, action="seal", resolved="on_time", channel=channel)
    for number in range(10):
        told = "late" if number % 2 else "early"
        hand_in(may, agency="H49.06673", action="seal", resolved=told)
    count(now)
    yield
    forget()


@pytest.fixture
def desk(counted, visit, leader):
    """The browser of a leader, once numbers were counted."""
    return visit(leader)


def words(response):
    """Read the words of a page."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(text))


def test_the_first_board_is_shown_to_who_asks_for_none(desk):
    response = desk.get("/lam-viec/dieu-hanh")

    assert response.headers["Location"] == BOARD


def test_the_board_shows_the_numbers_of_the_last_month_that_is_over(desk):
    text = words(desk.get(BOARD))

    assert "Số liệu tháng 5/2026" in text
    assert "Hồ sơ giải quyết đúng hạn 83,33 %" in text
    assert "Hồ sơ nộp trực tuyến 50 %" in text
    assert "Dữ liệu mô phỏng" not in text


def test_an_agency_out_of_bounds_is_an_exception_and_leads_to_its_rows(desk):
    page = desk.get(BOARD).content.decode()

    told = page.split('id="ngoai-le"')[1].split("</section>")[0]
    assert "Bãi Cháy" in told and "50 %" in told and "5 / 10" in told
    assert "phường Hạ Long" not in told
    href = html.unescape(re.search(r'href="([^"]*/nguon[^"]*)"', told)[1])
    assert "Bãi Cháy" in words(desk.get(href))


def test_the_map_has_a_tile_for_each_commune_and_says_its_number(desk):
    page = desk.get(BOARD).content.decode()

    drawn = page.split('class="hexes"')[1].split("</svg>")[0]
    assert drawn.count("<polygon") == 54
    assert "Phường Hạ Long: 100 (100 %)" in drawn
    assert drawn.count("hex-none") == 52


def test_the_board_tells_how_the_targets_stand(desk):
    text = words(desk.get(BOARD))

    assert "Mục tiêu không đạt hoặc chậm" in text
    assert "Chưa có số liệu 39" in text


def test_the_board_is_printed_as_pdf_and_written_as_word(desk):
    page = desk.get(BOARD).content.decode()
    pdf, word = re.findall(r'href="([^"]*/bao-cao\.[^"]*)"', page)

    printed = read_pdf(desk.get(pdf).content)
    written = docx.Document(io.BytesIO(desk.get(word).content))

    assert "Hồ sơ giải quyết đúng hạn" in printed and "83,33 %" in printed
    cells = [c.text for t in written.tables for row in t.rows for c in row.cells]
    assert "83,33 %" in cells
    assert "Ủy ban nhân dân phường Bãi Cháy" in cells
    assert written.paragraphs[0].text == "Điều hành tỉnh Quảng Ninh, tháng 5 năm 2026"


def read_pdf(content):
    document = pypdfium2.PdfDocument(content)
    return " ".join(page.get_textpage().get_text_bounded() for page in document)


def test_a_chosen_period_is_in_the_address_and_may_be_empty(desk):
    text = words(desk.get(f"{BOARD}?ky=2026-03"))

    assert "Số liệu tháng 3/2026" in text
    assert "Hồ sơ giải quyết đúng hạn –" in text


def test_a_period_that_is_none_is_told(desk):
    assert desk.get(f"{BOARD}?ky=2026-13").status_code == 404


def test_a_running_quarter_says_which_months_are_missing(desk):
    text = words(desk.get(f"{ON_TIME}?ky=2026Q2"))

    assert "Số liệu quý 2/2026" in text
    assert "Chưa đủ các tháng" in text


def test_an_indicator_that_cannot_be_computed_says_why(desk, now):
    FaultRow.objects.create(
        indicator="dossiers_on_time", digest="x", reason="Hết giờ.", at=now
    )

    assert "Không tính được Hết giờ." in words(desk.get(BOARD))


def test_numbers_that_were_not_read_for_days_are_called_old(desk, monkeypatch, now):
    monkeypatch.setattr("tinhso.kernel.clock.now", lambda: now + timedelta(days=4))

    assert "Số liệu cũ." in words(desk.get(f"{BOARD}?ky=2026-05"))


def test_map_chart_and_table_show_the_same_numbers(desk):
    for view in ("ban-do", "cot", "bang"):
        page = desk.get(f"{ON_TIME}?xem={view}").content.decode()
        assert "Bãi Cháy" in page and "50 %" in page, view


def test_a_breakdown_by_channel_has_no_map_and_is_named(desk):
    page = desk.get(f"{ON_TIME}?theo=channel&xem=ban-do").content.decode()

    assert "Phân theo kênh nộp" in page and "Trực tuyến" in page
    assert 'class="hexes"' not in page


def test_a_number_says_how_it_is_counted_and_from_what(desk):
    text = words(desk.get(ON_TIME))

    assert "procedures.dossier_acts" in text
    assert "resolved IN ('early', 'on_time')" in text
    assert "15 ngày sau khi hết kỳ" in text


def test_a_formula_leads_to_what_it_is_made_of(desk):
    page = desk.get("/lam-viec/chi-tieu/dossiers_open_growth").content.decode()

    assert "/lam-viec/chi-tieu/dossiers_received?ky=2026-05" in page
    assert "/nguon" not in page


def test_the_map_of_a_formula_shows_its_numbers_too(desk):
    page = desk.get("/lam-viec/chi-tieu/dossiers_open_growth?ky=2026-05").content

    drawn = page.decode().split('class="hexes"')[1].split("</svg>")[0]
    assert drawn.count("<text") == 54 - drawn.count("hex-none") > 0


def test_the_numbers_come_as_csv_with_their_source(desk):
    response = desk.get(f"{ON_TIME}.csv?ky=2026-05&theo=agency")

    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    by_part = {row["part"]: row for row in rows}
    assert (by_part["H49.06673"]["numerator"], by_part[""]["value"][:5]) == (
        "5",
        "83.33",
    )
    assert all(row["snapshot_id"] for row in rows)


def test_the_way_down_shows_question_state_and_rows(desk):
    text = words(desk.get(f"{ON_TIME}/nguon?ky=2026-05&theo=agency&phan=H49.06673"))

    assert "SELECT coalesce(count(*) FILTER" in text
    assert "UBND phường Bãi Cháy" in text
    rows = text.partition("mới nhất trước")[2]
    assert (rows.count("quá hạn"), rows.count("trước hạn")) == (5, 5)


def test_a_dossier_leads_to_itself_only_for_who_may_read_it(
    content, visit, leader, sign_in, citizen, ward, answers, now
):
    dossier = procedures.submit_dossier(
        procedure_code="1.001193",
        organization_id=ward.id,
        channel=Channel.ONLINE,
        answers=answers,
        key=str(uuid4()),
        actor=citizen,
        at=now,
    )
    hand_in(now, dossier_id=dossier.id)
    count(now)
    address = "/lam-viec/chi-tieu/dossiers_received/nguon?ky=2026-06"

    own = visit(leader).get(address).content.decode()
    other = visit(sign_in("Triệu Thị Sen")).get(address).content.decode()

    assert dossier.code in own
    assert dossier.code not in other and str(dossier.id)[:8] in other
    forget()


def test_an_indicator_nobody_declares_is_not_found(desk):
    assert desk.get("/lam-viec/chi-tieu/nothing").status_code == 404


def test_a_page_and_a_breakdown_nobody_knows_fall_back(desk):
    assert desk.get(f"{ON_TIME}?theo=x&xem=y").status_code == 200
    assert desk.get(f"{ON_TIME}/nguon?ky=2026-05&trang=x").status_code == 200


def test_targets_stand_clause_by_clause_with_their_sources(desk):
    text = words(desk.get(TARGETS))

    assert "Mục tiêu đến năm 2025" in text and "Mục tiêu đến năm 2030" in text
    assert "100% cơ quan nhà nước cung cấp dữ liệu mở" in text
    assert "Mục tiêu: ít nhất 100 % , năm 2025" in text


def test_whoever_serves_nowhere_sees_no_number(visit, citizen, counted):
    assert visit(citizen).get(BOARD).status_code == 403


def test_the_pages_read_well_in_english(desk):
    desk.cookies["django_language"] = "en"

    text = words(desk.get(BOARD))

    assert "Dossiers resolved on time 83.33 %" in text or "83,33 %" in text
    assert "Dossiers resolved on time" in text


def test_the_board_tells_what_documents_state_of_indexes(desk):
    shown = words(desk.get(BOARD))

    assert "0,7024" in shown and "hạng 3 toàn quốc" in shown
    assert "429,47/800" in shown
    assert "Chưa có đơn vị nào được thẩm định." in shown
