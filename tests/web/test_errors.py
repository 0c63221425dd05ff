"""The summary of errors names every field and leads to it; dates are read as typed."""

import re

import pytest
from django.urls import reverse

from tests.web.test_citizen import (  # noqa: F401
    _at_nine,
    answer,
    answers_of,
    client_of,
    draft,
    web,
    words,
)
from tests.web.test_desk import decide, fresh
from tinhso.procedures import actions
from tinhso.web.ui.phrases import named


@pytest.fixture(autouse=True)
def _ready(built, settings):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False


def summary(response):
    """The lines of the summary as (target, text)."""
    block = words(response).partition('id="error-summary"')[2].partition("</ul>")[0]
    return re.findall(r'<li><a href="#([^"]*)">([^<]*)</a></li>', block)


def lines(response):
    """How many lines the summary has, with a link or without."""
    block = words(response).partition('id="error-summary"')[2].partition("</ul>")[0]
    return block.count("<li>")


@pytest.mark.parametrize(
    ("label", "message", "said"),
    [
        ("Họ tên", "Hãy trả lời câu hỏi này.", "Họ tên: hãy trả lời câu hỏi này."),
        ("Vì sao?", "Hãy nêu lý do.", "Vì sao? Hãy nêu lý do."),
        ("Ngày sinh", "Ngày sinh không hợp lý.", "Ngày sinh không hợp lý."),
        ("Số", "CCCD gồm 12 chữ số.", "Số: CCCD gồm 12 chữ số."),
        ("", "Hãy chọn.", "Hãy chọn."),
    ],
)
def test_a_message_says_which_field_it_is_about(label, message, said):
    assert named(label, message) == said


def test_a_question_page_names_each_field_in_its_summary(answer):  # noqa: F811
    typed = {"requester_name": "", "requester_number": "", "requester_residence": "x"}

    response = answer("requester_identity", typed)

    assert [target for target, _ in summary(response)] == [
        "requester_name",
        "requester_number",
    ]
    texts = [text for _, text in summary(response)]
    assert texts[0].endswith(": hãy trả lời câu hỏi này.")
    assert len(set(texts)) == len(texts)


def test_a_page_of_one_choice_names_it_by_the_question(answer):  # noqa: F811
    response = answer("child_gender", {}, asked=["child_gender"])

    assert summary(response) == [
        ("child_gender", "Trẻ là nam hay nữ? Hãy chọn một câu trả lời.")
    ]


def test_the_check_names_every_field_and_leads_to_its_answer(web, draft, ward):  # noqa: F811
    web.post(f"{draft}/noi-tiep-nhan", {"organization_id": str(ward.id)})

    response = web.post(f"{draft}/nop")

    found = summary(response)
    assert len(found) == lines(response) > 5
    assert len({text for _, text in found}) == len(found)
    assert all(f'id="{target}"' in words(response) for target, _ in found)


def test_a_unit_not_chosen_is_named(web, draft):  # noqa: F811
    response = web.post(f"{draft}/noi-tiep-nhan", {"organization_id": ""})

    assert summary(response) == [
        ("organization_id", "Đơn vị tiếp nhận: hãy chọn nơi tiếp nhận hồ sơ.")
    ]


def test_a_supplement_names_its_fields(citizen, clerk, submit, now):
    asked = actions.take_action(
        dossier_id=(made := submit()).id,
        action_key="ask_supplement",
        revision=made.revision,
        reasons={"child_name": "Thiếu họ.", "mother_birth_date": "Sai năm."},
        actor=clerk,
        at=now,
    )
    typed = {"child_name": "", "mother_birth_date": "hôm qua", "send": "1"}

    response = client_of(citizen).post(
        f"/ho-so/{asked.id}/bo-sung", {**typed, "revision": asked.revision}
    )

    texts = dict(summary(response))
    assert len(texts) == lines(response) == 2
    assert texts["mother_birth_date"].startswith("Ngày sinh (Mẹ của trẻ): ngày phải")


def test_the_officers_entry_and_a_missing_signer_are_told_at_once(
    visit,
    clerk,
    officer,
    submit,
    now,
):
    dossier = submit()
    decide(visit(clerk), dossier, "receive")

    response = decide(visit(officer), fresh(dossier, officer, now), "draft_result")

    texts = dict(summary(response))
    assert texts["signer"] == "Người ký: hãy chọn người ký."
    assert {"child_number", "register_book"} <= set(texts)
    assert len(set(texts.values())) == lines(response)


def test_a_reason_or_day_that_is_missing_is_named(visit, clerk, officer, submit, now):
    dossier = submit()

    refused = decide(visit(clerk), dossier, "not_receive", note=" ")
    assert summary(refused)[0][1].startswith("Lý do: hãy nêu rõ")
    decide(visit(clerk), dossier, "receive")
    apology = visit(officer).post(reverse("desk_extend", args=[dossier.id]), {})

    assert [target for target, _ in summary(apology)] == ["reason", "new_day"]
    assert summary(apology)[1][1].startswith("Ngày hẹn mới: ngày phải viết")


@pytest.mark.parametrize("typed", ["19062026", "19/6/2026", "19-6-2026", "19.6.2026"])
def test_a_new_day_is_read_however_it_is_typed(
    visit,
    clerk,
    officer,
    submit,
    typed,
    now,
):
    dossier = submit()
    decide(visit(clerk), dossier, "receive")

    given = {"reason": "Cần xác minh.", "new_day": typed}
    visit(officer).post(reverse("desk_extend", args=[dossier.id]), given)

    assert f"{fresh(dossier, officer, now).clock.due_at:%d/%m/%Y}" == "19/06/2026"


@pytest.mark.django_db
def test_a_sign_in_without_anything_names_both_fields(client):
    response = client.post("/tai-khoan/dang-nhap", headers={"accept-language": "vi"})

    assert [text.partition(":")[0] for _, text in summary(response)] == [
        "Tên đăng nhập",
        "Mật khẩu",
    ]


@pytest.mark.parametrize("typed", ["05032024", "5-3-2024", "5.3.2024", "5/3/2024"])
def test_a_date_is_read_however_it_is_typed(answer, draft, typed):  # noqa: F811
    answer("child_birth", {"child_birth_date": typed})

    assert answers_of(draft)["child_birth_date"] == "2024-03-05"


@pytest.mark.parametrize("typed", ["5032024", "32132024", "0503202"])
def test_digits_that_are_no_day_are_refused(answer, typed):  # noqa: F811
    assert answer("child_birth", {"child_birth_date": typed}).status_code == 422


def test_a_date_says_beforehand_how_it_is_written(web, draft):  # noqa: F811
    page = words(web.get(f"{draft}/trang/mother"))
    field = re.search(r'<input id="mother_birth_date"[^>]*>', page)[0]

    assert "Ví dụ: 27/3/2026." in page
    assert 'inputmode="text"' in field
    assert 'aria-describedby="mother_birth_date-hint"' in field
