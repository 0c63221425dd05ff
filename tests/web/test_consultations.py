"""Asking another agency and answering it, through the pages."""

import pytest
from django.urls import reverse

from tests.procedures.test_consultations import questions_of
from tests.web.test_desk import decide, text_of
from tests.web.test_desk_browser import SMALL_TARGETS, faults
from tinhso.procedures import actions, queries

pytestmark = pytest.mark.usefixtures("built", "desk_clock")

QUESTION = "Giấy chứng sinh có hợp lệ không?"


@pytest.fixture
def assessing(submit, clerk, now):
    fresh = submit()
    return actions.take_action(
        dossier_id=fresh.id,
        action_key="receive",
        revision=fresh.revision,
        actor=clerk,
        at=now,
    )


@pytest.fixture
def asking(department):
    return {
        "questions.0.organization_id": str(department.id),
        "questions.0.question": QUESTION,
        "questions.0.amount": "2",
        "questions.0.unit": "working_days",
    }


@pytest.fixture
def question(visit, officer, assessing, asking):
    decide(visit(officer), assessing, "consult", **asking)
    [found] = questions_of(assessing, officer)
    return found


def test_an_officer_asks_and_sees_the_answer_on_the_dossier(
    visit,
    officer,
    jurist,
    assessing,
    question,
    picture,
    now,
):
    page = text_of(visit(officer).get(reverse("desk_dossier", args=[assessing.id])))
    assert QUESTION in page
    assert "Đang chờ trả lời" in page

    client = visit(jurist)
    assert QUESTION in text_of(client.get(reverse("consultations")))
    address = reverse("consultation", args=[question.id])
    given = {"opinion": "conditions", "answer": "Cần bản gốc."}
    assert client.post(address, given).status_code == 302
    assert "Không có đề nghị nào" in text_of(client.get(reverse("consultations")))

    page = text_of(visit(officer).get(reverse("desk_dossier", args=[assessing.id])))
    assert "Đồng ý kèm điều kiện" in page
    assert "Cần bản gốc." in page


def test_what_is_missing_in_a_question_is_said_beside_it_and_nothing_is_lost(
    visit, officer, assessing, asking
):
    client = visit(officer)

    answer = decide(
        client, assessing, "consult", **{**asking, "questions.0.amount": "x"}
    )

    page = text_of(answer)
    assert answer.status_code == 422
    assert 'href="#questions.0.amount"' in page
    assert QUESTION in page


def test_an_opinion_without_a_reason_is_refused_and_nothing_is_lost(
    visit,
    jurist,
    question,
):
    address = reverse("consultation", args=[question.id])

    answer = visit(jurist).post(address, {"opinion": "disagrees", "answer": ""})

    assert answer.status_code == 422
    assert 'value="disagrees" id="opinion-3" checked' in text_of(answer)


def test_strangers_find_no_question(visit, clerk, citizen, question):
    address = reverse("consultation", args=[question.id])

    assert visit(clerk).get(address).status_code == 404
    assert visit(citizen).get(address).status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_the_pages_of_opinions(
    server,
    open_as,
    officer,
    jurist,
    assessing,
    asking,
    visit,
    width,
):
    page = open_as(officer, width=width)
    page.goto(server + reverse("desk_act", args=[assessing.id, "consult"]))
    assert faults(page) == []
    assert page.evaluate(SMALL_TARGETS) == []
    decide(visit(officer), assessing, "consult", **asking)
    [found] = queries.consultations_of(dossier_id=assessing.id, actor=officer)

    page = open_as(jurist, width=width)
    for address in (
        reverse("consultations"),
        reverse("consultation", args=[found.id]),
    ):
        page.goto(server + address)
        assert faults(page) == []
        assert page.evaluate(SMALL_TARGETS) == []
        wide = "document.documentElement.scrollWidth > window.innerWidth"
        assert not page.evaluate(wide)
