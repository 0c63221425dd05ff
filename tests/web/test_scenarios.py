"""The studio: levers, the fan beside the baseline, chances, costs, what is refused."""

import csv
import html
import io
import json
import re
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner

from tests.web.test_measures import TARGETS, _built, _clock, words  # noqa: F401
from tinhso.cli.main import main

STUDIO = "/lam-viec/kich-ban/quang_ninh"
LEVERS = {"muc-sme_support": "medium", "muc-skills_training": "20000"}
SAME = "sme_support=medium,skills_training=20000"
GOAL = {"ket-qua": "digital_economy_share", "dat": "12", "nam": "2030"}
FEW = {"lan": "200", "hat": "7"}


@pytest.fixture
def desk(content, visit, leader):
    return visit(leader)


def address(path=STUDIO, **typed):
    return f"{path}?{urlencode({**LEVERS, **GOAL, **FEW, **typed})}"


def told(page, name):
    """Find a link of a page by its words, and answer its address."""
    found = re.search(rf'<a[^>]*href="([^"]*)"[^>]*>\s*{name}', page)
    return html.unescape(found[1])


def run(*words):
    result = CliRunner().invoke(main, ["foresight", *words, "--json"])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_the_list_leads_to_each_model(desk):
    page = desk.get("/lam-viec/kich-ban").content.decode()

    assert f'href="{STUDIO}"' in page
    assert "5 đòn bẩy, phiên bản 1 của mô hình" in page


def test_levers_stand_in_groups_with_names_bounds_costs_and_evidence(desk):
    page = desk.get(STUDIO).content.decode()
    text = words(desk.get(STUDIO))

    assert page.count('<fieldset class="field lever"') == 5
    assert page.count("chưa có bằng chứng") == 1
    assert "từ 0 đến 3000 doanh nghiệp/năm" in text
    assert "Vừa (1.500) 75 tỷ đồng mỗi năm" in text
    assert "Iacovone" in text


def test_the_target_of_the_province_is_tried_where_none_is_told(desk):
    assert "ít nhất 30 % năm 2030" in words(desk.get(STUDIO))
    assert "Khả năng đạt" not in words(desk.get(f"{STUDIO}?dat="))


def test_a_scenario_says_chance_cost_and_what_each_lever_brings(desk):
    page = desk.get(address()).content.decode()
    text = words(desk.get(address()))

    assert "ít nhất 12 % năm 2030" in text
    assert re.search(r"Khả năng đạt \d+ % ", text)
    assert "Chi phí 273 tỷ đồng 2027: 91 tỷ đồng; 2028" in text
    assert text.count("Thiếu nó thì mất") >= 1
    assert '<polygon class="now-inner"' in page
    assert page.count('value="medium" checked') == 1
    assert "giả định" in text and "Dữ liệu mô phỏng" not in text


def test_the_numbers_sent_are_those_of_the_command_to_the_last_digit(desk):
    page = desk.get(address()).content.decode()
    sheet, whole = (
        desk.get(told(page, name)).content.decode("utf-8-sig")
        for name in (r"Tải số liệu \(CSV\)", r"Tải nguồn gốc")
    )

    head, *rows = run(
        "run", "quang_ninh", "--levers", SAME, "--members", "200", "--seed", "7"
    )
    lines = list(csv.DictReader(io.StringIO(sheet)))
    now = [one for one in lines if one.pop("which") == "current"]
    assert now == [{k: str(v) for k, v in one.items()} for one in rows]
    sent = json.loads(whole)
    assert sent["current"] == rows
    for name in ("digest", "levers", "members", "seed", "engine", "inputs", "assumed"):
        assert sent[name] == head[name], name
    assert (sent["version"], sent["made_up"]) == (1, False)


def test_the_answer_to_a_lever_is_the_fan_alone_and_the_address_goes_along(desk):
    response = desk.get(address(f"{STUDIO}/ket-qua"))

    page = response.content.decode()
    assert "<html" not in page and '<polygon class="now-inner"' in page
    assert "Thiếu nó thì mất" not in page
    assert response.headers["HX-Replace-Url"].startswith(f"{STUDIO}?muc-sme_support")
    ledger = html.unescape(re.search(r'hx-get="([^"]*so-cai[^"]*)"', page)[1])
    assert "Thiếu nó thì mất" in words(desk.get(ledger))


@pytest.mark.parametrize(
    ("typed", "said", "stays"),
    [
        (
            {"muc-sme_support": "khac", "so-sme_support": "nhiều"},
            "Hãy ghi một số",
            "nhiều",
        ),
        (
            {"muc-sme_support": "khac", "so-sme_support": "3.001"},
            "Hãy ghi một số từ 0 đến 3000.",
            "3.001",
        ),
        ({"lan": "5001"}, "Trên trang này chạy tối đa 5000 lần", "5001"),
        ({"lan": "0"}, "lần", "0"),
        ({"dat": "x"}, "Hãy ghi một số", "x"),
        ({"nam": "2026"}, "Mục tiêu 2026 đã qua", "2026"),
        ({"ket-qua": "luck"}, "luck", "200"),
    ],
)
def test_what_cannot_be_played_is_said_and_what_was_typed_stays(
    desk, typed, said, stays
):
    response = desk.get(address(**typed))

    page = response.content.decode()
    assert response.status_code == 422
    assert said in page.split('id="error-summary"')[1].split("</div>")[0]
    assert f'value="{stays}"' in page.split('id="ket-qua"')[0]


def test_a_model_nobody_declares_is_not_found(desk):
    assert desk.get("/lam-viec/kich-ban/nowhere").status_code == 404


def test_what_is_made_of_made_up_measures_says_so(desk, settings):
    settings.TINHSO_DEMO = True

    assert "Dữ liệu mô phỏng" in words(desk.get(STUDIO))


def test_who_serves_no_province_plays_nothing(content, visit, citizen):
    assert visit(citizen).get(STUDIO).status_code in (302, 403)
