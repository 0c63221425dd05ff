"""Filters, workbooks, month, workload and covers, through their pages."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests.web.test_desk import text_of
from tests.web.test_desk_browser import SMALL_TARGETS, faults, settle
from tinhso.procedures import actions, queries
from tinhso.security.models import CoverRow

pytestmark = pytest.mark.usefixtures("built", "desk_clock")


def test_a_filter_is_kept_and_stands_above_the_list(visit, submit, clerk):
    submit()
    client = visit(clerk)
    narrowed = reverse("desk") + "?vai=clerk&mau=green"

    page = text_of(client.get(narrowed))
    kept = client.post(
        reverse("desk_views") + "?vai=clerk&mau=green", {"name": "Đang xanh"}
    )
    again = text_of(client.get(reverse("desk")))

    assert reverse("desk_views") + "?vai=clerk&amp;mau=green" in page
    assert kept["Location"] == narrowed
    assert "Đang xanh" in again
    refused = client.post(reverse("desk_views"), {"name": " "})
    assert refused.status_code == 422
    assert "Hãy đặt tên cho bộ lọc" in text_of(refused)


def test_a_day_that_is_none_is_told_beside_its_field(visit, submit, clerk):
    submit()

    page = text_of(visit(clerk).get(reverse("desk"), {"tu": "32/13/2026"}))

    assert "Ngày phải viết theo dạng ngày/tháng/năm" in page
    assert 'value="32/13/2026"' in page


def test_the_workbook_of_a_list_is_taken_back_shown_and_applied(
    visit,
    submit,
    clerk,
    head,
    now,
):
    dossier, other = submit(), submit()
    client = visit(head)
    answer = client.get(reverse("desk_excel"), {"vai": "all", "q": dossier.code[-4:]})
    book = load_workbook(BytesIO(answer.content))
    sheet = book["Hồ sơ"]
    assert sheet.max_row == 2
    names = [row[0] for row in book["Người được giao"].iter_rows(values_only=True)]
    sheet["K2"] = next(one for one in names if one.startswith("Vũ Thị Lan"))
    buffer = BytesIO()
    book.save(buffer)

    sent = client.post(
        reverse("desk_sheet"),
        {"sheet": SimpleUploadedFile("giao việc.xlsx", buffer.getvalue())},
    )
    shown = text_of(client.get(sent["Location"]))
    waiting = queries.returned_sheet(actor=head)
    done = text_of(client.post(reverse("desk_sheet_apply", args=[waiting.id])))

    assert "giao việc.xlsx" in shown
    assert dossier.code in shown
    assert other.code not in shown
    assert dossier.code in done
    task = queries.get_dossier(dossier_id=dossier.id, actor=clerk, at=now).task
    assert task.assignee_id == clerk.id


def test_a_workbook_with_shifted_columns_is_refused_on_the_page(visit, submit, head):
    submit()
    client = visit(head)
    book = load_workbook(BytesIO(client.get(reverse("desk_excel")).content))
    book["Hồ sơ"].delete_cols(2)
    buffer = BytesIO()
    book.save(buffer)

    refused = client.post(
        reverse("desk_sheet"),
        {"sheet": SimpleUploadedFile("x.xlsx", buffer.getvalue())},
    )

    assert refused.status_code == 422
    assert "Cột B phải là “Thủ tục” nhưng trong tệp là “Người nộp”" in text_of(refused)
    assert client.post(reverse("desk_sheet")).status_code == 422


def test_the_month_leads_to_the_list_of_a_day(visit, submit, clerk):
    dossier = submit()
    client = visit(clerk)

    page = text_of(client.get(reverse("desk_month"), {"vai": "all"}))
    day = client.get(
        reverse("desk"), {"vai": "all", "tu": "17/06/2026", "den": "17/06/2026"}
    )
    empty = text_of(client.get(reverse("desk_month"), {"thang": "2026-07"}))

    assert "17%2F06%2F2026" in page
    assert dossier.code in text_of(day)
    assert "0 hồ sơ có hạn trả trong tháng này" in empty
    assert client.get(reverse("desk_month"), {"thang": "9999-99"}).status_code == 200


def test_heads_alone_see_the_workload(visit, submit, clerk, head):
    submit()

    page = text_of(visit(head).get(reverse("desk_capacity")))

    assert "Vũ Thị Lan" in page
    assert "Chưa ai nhận" in page
    assert visit(clerk).get(reverse("desk_capacity")).status_code == 403


def test_a_cover_is_arranged_seen_and_ended_on_its_page(
    visit, clerk, officer, ward, now
):
    client = visit(clerk)
    today = f"{now:%d/%m/%Y}"
    typed = {
        "absent": f"{clerk.person_id}@{ward.id}",
        "substitute": str(officer.person_id),
        "first_day": today,
        "last_day": f"{now + timedelta(2):%d/%m/%Y}",
        "reason": "Nghỉ phép",
    }

    wrong = client.post(reverse("covers"), {**typed, "last_day": "mai"})
    assert client.post(reverse("covers"), typed).status_code == 302
    shown = text_of(client.get(reverse("covers")))
    desk = text_of(visit(officer).get(reverse("desk")))
    visit(clerk).post(
        reverse("cover_end"),
        {
            "absent": clerk.person_id,
            "substitute": officer.person_id,
            "organization": ward.id,
            "first_day": today,
        },
    )

    assert wrong.status_code == 422
    assert "Nghỉ phép" in text_of(wrong)
    assert "Hoàng Văn Nam" in shown
    assert "Bạn đang làm thay:" in desk
    assert CoverRow.objects.get().ended_at is not None


def test_a_step_is_handed_on_in_a_batch_and_recalled(
    visit,
    officer,
    submit,
    clerk,
    leader,
    now,
):
    dossiers = [ready(submit, clerk, officer, leader, now, n) for n in range(2)]
    client = visit(officer)
    chosen = {"deed": "advance", "selected": [str(one.id) for one in dossiers]}

    preview = text_of(client.post(reverse("desk_batch"), chosen))
    revisions = {f"revision-{one.id}": one.revision for one in dossiers}
    none = client.post(reverse("desk_batch_do"), {**chosen, **revisions})
    done = text_of(
        client.post(
            reverse("desk_batch_do"),
            {**chosen, **revisions, "action": "submit_for_signing"},
        )
    )
    undone = text_of(
        client.post(
            reverse("desk_batch_undo"),
            {"how": "recall", "selected": chosen["selected"]},
        )
    )

    assert "2 trong các hồ sơ đã chọn" in preview
    assert none.status_code == 422
    assert "Thu lại" in done
    for one in dossiers:
        assert one.code in done
        assert one.code in undone
        found = queries.get_dossier(dossier_id=one.id, actor=officer, at=now)
        assert found.step.key == "assess"


def ready(submit, clerk, officer, leader, now, number):
    data = {
        "child_number": f"02232699910{number}",
        "register_book": "01/2026",
        "signer": str(leader.person_id),
    }
    dossier = submit()
    for key, actor, given in (("receive", clerk, {}), ("draft_result", officer, data)):
        dossier = actions.take_action(
            dossier_id=dossier.id,
            action_key=key,
            revision=dossier.revision,
            data=given,
            actor=actor,
            at=now,
        )
    return dossier


def test_two_answers_stand_side_by_side(visit, submit, clerk, citizen, now):
    dossier = submit()
    asked = {"child_name": "Sai dấu.", "child_birth_place": "Ghi rõ hơn."}
    for key, actor, more in (
        ("ask_supplement", clerk, {"reasons": asked}),
        ("supply", citizen, {"data": {"child_name": "Nguyễn Minh Khôi"}}),
    ):
        dossier = actions.take_action(
            dossier_id=dossier.id,
            action_key=key,
            revision=dossier.revision,
            actor=actor,
            at=now + timedelta(minutes=1),
            **more,
        )
    client = visit(clerk)

    page = text_of(client.get(reverse("desk_compare", args=[dossier.id])))

    assert "1 mục khác nhau" in page
    assert "Nguyễn Minh Khôi" in page
    assert "Đã yêu cầu: Sai dấu." in page
    # Asked for and left as it was: that is what an officer looks for first.
    assert page.index("Chưa đổi") < page.index("Các mục không đổi")
    shown = text_of(client.get(reverse("desk_dossier", args=[dossier.id])))
    assert reverse("desk_compare", args=[dossier.id]) in shown


@pytest.mark.browser
def test_axe_finds_nothing_on_the_pages_of_planning(
    server,
    open_as,
    submit,
    clerk,
    head,
    now,
):
    dossier = submit()
    submit(at=now - timedelta(days=5))
    actions.claim_task(dossier_id=dossier.id, actor=clerk, at=now)
    page = open_as(head)
    for address in (
        "/lam-viec?vai=all&tu=1/6/2026",
        reverse("desk_views") + "?mau=red",
        reverse("desk_sheet"),
        reverse("desk_month") + "?vai=all",
        reverse("desk_capacity"),
        reverse("covers"),
        reverse("desk_compare", args=[dossier.id]),
    ):
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            settle(page, server + address)
            assert faults(page) == [], (address, width)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (address, width)
            assert page.evaluate(SMALL_TARGETS) == [], (address, width)
