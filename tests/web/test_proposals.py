"""Mixes, bars and story of the studio; what is frozen, who reads it, what follows."""

import csv
import html
import io
import json
import re

import pytest

from tests.web.test_citizen import client_of
from tests.web.test_measures import TARGETS, _built, _clock, words  # noqa: F401
from tests.web.test_scenarios import STUDIO, address, run
from tinhso.foresight import queries

FROZEN = "/lam-viec/kich-ban/da-chot"
WORDS = {"title": "Hỗ trợ doanh nghiệp nhỏ", "reason": "Rẻ nhất có bằng chứng."}
FEW = ("--members", "200", "--seed", "7")
GOAL = ("--target", "digital_economy_share>=12@2030")


@pytest.fixture
def desk(content, visit, leader):
    return visit(leader)


@pytest.fixture
def frozen(desk):
    """Freeze a scenario in the browser; answer its address."""
    response = desk.post(address(f"{STUDIO}/chot"), WORDS)
    assert response.status_code == 302, words(response)
    return response.headers["Location"]


def links(page, name):
    found = re.findall(rf'<a[^>]*href="([^"]*)"[^>]*>\s*{name}', page)
    return [html.unescape(one) for one in found]


def test_the_cheapest_mix_is_that_of_the_command_and_is_one_press_away(desk):
    page = desk.get(address(f"{STUDIO}/re-nhat")).content.decode()

    [told] = run("mix", "quang_ninh", *GOAL, *FEW)
    sent = json.loads(desk.get(links(page, "Tải nguồn gốc")[0]).content)
    assert sent["cheapest"]["levels"] == told["cheapest"]["levels"]
    assert sent["cheapest"]["cost"] == told["cheapest"]["cost"]
    assert [one["switches_at"] for one in sent["signposts"]] == [
        one["switches_at"] for one in told["signposts"]
    ]
    assert "Lộ trình theo năm" in page and "Dấu hiệu cần xem lại" in page
    used = desk.get(links(page, "Dùng phương án này")[0]).content.decode()
    for name, level in told["cheapest"]["levels"].items():
        group = used.split(f'id="muc-{name}-group"')[1].split("</fieldset>")[0]
        assert f'value="{level}" checked' in group


def test_what_is_out_of_reach_is_told_with_the_likeliest_mix(desk):
    text = words(desk.get(address(f"{STUDIO}/re-nhat", dat="40")))

    assert "Không phương án nào đã xét có khả năng đạt từ 80 %" in text
    assert "Phương án có khả năng cao nhất" in text


def test_without_a_target_nothing_is_sought(desk):
    response = desk.get(address(f"{STUDIO}/re-nhat", dat=""))

    assert response.status_code == 422
    assert "Hãy ghi mục tiêu" in words(response)


def test_the_bars_are_those_of_the_command(desk):
    page = desk.get(address(f"{STUDIO}/vi-sao")).content.decode()

    [told] = run("tornado", "quang_ninh", "--samples", "256", "--seed", "7")
    sheet = desk.get(links(page, r"Tải số liệu")[0]).content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(sheet)))
    assert [(one["name"], float(one["total"])) for one in lines] == [
        (one["name"], one["total"]) for one in told["bars"]
    ]
    assert page.count('<rect class="bar-') == 12


def test_the_story_tells_what_is_assumed_what_it_costs_and_what_to_watch(desk):
    text = words(desk.get(address(f"{STUDIO}/ban-ke")))

    for said in (
        "Nếu không làm gì thêm",
        "Kịch bản này làm gì",
        "Chi phí: 273 tỷ đồng",
        "Dấu hiệu cần xem lại",
        "giả định Chưa ai đo:",
    ):
        assert said in text, said


def test_a_scenario_is_confirmed_named_and_frozen(desk, frozen):
    text = words(desk.get(frozen))

    assert "Hỗ trợ doanh nghiệp nhỏ" in text and "Rẻ nhất có bằng chứng." in text
    [found] = queries.frozen_scenarios()
    assert found.digest in text and found.model_digest in text
    assert (found.members, found.seed) == (200, 7)
    assert "còn nguyên" in text and "Dữ liệu mô phỏng" in text


def test_without_words_nothing_is_frozen_and_the_page_says_so(desk):
    response = desk.post(address(f"{STUDIO}/chot"), {"title": "", "reason": ""})

    assert response.status_code == 422
    assert "Hãy đặt tên cho phương án" in words(response)
    assert not queries.frozen_scenarios()


def test_worked_out_now_it_is_the_same(desk, frozen):
    page = desk.get(frozen).content.decode()

    [again] = links(page, "Tính lại ngay bây giờ")
    assert "tính lại ra đúng như vậy" in words(desk.get(again))


def test_a_proposal_is_sent_sealed_and_to_the_last_digit(desk, frozen):
    page = desk.get(frozen).content.decode()

    pdf, sheet, whole = (
        desk.get(links(page, name)[0]).content
        for name in ("Văn bản có dấu số", r"Tải số liệu", "Tải toàn bộ")
    )
    _, *rows = run(
        "run",
        "quang_ninh",
        "--levers",
        "sme_support=medium,skills_training=20000",
        *FEW,
    )
    told = json.loads(whole)
    assert pdf.startswith(b"%PDF")
    assert told["told"]["current"] == rows
    lines = list(csv.DictReader(io.StringIO(sheet.decode("utf-8-sig"))))
    assert [float(one["q50"]) for one in lines if one["which"] == "current"] == [
        one["q50"] for one in rows
    ]


def test_the_council_reads_what_was_put_before_it(desk, frozen, sign_in):
    member = client_of(sign_in("Nghiêm Thị Tuyết"))
    assert member.get(frozen).status_code == 404

    put = desk.post(f"{frozen}/trinh")

    assert put.status_code == 302
    text = words(member.get(frozen))
    assert "trình lúc" in text
    assert "Giao nhiệm vụ" not in text and "Trình Hội đồng nhân dân" not in text
    assert frozen in member.get("/giam-sat").content.decode()
    assert desk.post(f"{frozen}/trinh").status_code == 409


def test_who_leads_nothing_freezes_nothing(content, visit, officer):
    client = visit(officer)

    assert client.get(address(f"{STUDIO}/chot")).status_code == 403
    assert "Chốt phương án này" not in words(client.get(address()))


def test_a_directive_stands_on_a_proposal(desk, frozen):
    page = desk.get(frozen).content.decode()

    form = words(desk.get(links(page, "Giao nhiệm vụ")[0]))
    assert "Thực hiện phương án đã chốt “Hỗ trợ doanh nghiệp nhỏ”" in form
    assert "12 %" in form and "năm 2030" in form


def test_a_red_target_leads_to_its_scenario(desk):
    page = desk.get(TARGETS + "?ke-hoach=nq09_2025").content.decode()

    [there] = links(page, "Thử kịch bản đến năm 2030")
    assert "ít nhất 20 % năm 2030" in words(desk.get(there))
    measure = desk.get("/lam-viec/chi-tieu/digital_economy_share").content.decode()
    assert there in links(measure, "Thử kịch bản")
