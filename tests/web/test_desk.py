"""The officer's desk, through its pages."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from tinhso.procedures import actions, queries
from tinhso.procedures.types import Status

ENTRY = {"child_number": "022326999001", "register_book": "01/2026"}


pytestmark = pytest.mark.usefixtures("built", "desk_clock")


def fresh(dossier, actor, now):
    return queries.get_dossier(dossier_id=dossier.id, actor=actor, at=now)


def decide(client, dossier, action, **given):
    return client.post(
        reverse("desk_act", args=[dossier.id, action]),
        {"revision": dossier.revision, **given},
    )


def text_of(response):
    return response.content.decode()


def pages_of(dossier):
    return [
        "/lam-viec",
        "/lam-viec?vai=all&mau=green",
        "/lam-viec/ky-so",
        "/lam-viec/van-thu",
        "/lam-viec/tim?q=hoa",
        "/lam-viec/quy-trinh/1.001193",
        "/lam-viec/quy-trinh/1.001193/bpmn",
        reverse("desk_dossier", args=[dossier.id]),
        reverse("desk_file", args=[dossier.id, dossier.files[0].file_id]),
        reverse("desk_act", args=[dossier.id, "ask_supplement"]),
        reverse("desk_act", args=[dossier.id, "not_receive"]),
        reverse("desk_extend", args=[dossier.id]),
    ]


def test_an_officer_of_the_unit_opens_every_page(visit, clerk, dossier):
    client = visit(clerk)

    for address in pages_of(dossier):
        response = client.get(address)
        assert response.status_code == 200, address
        if response["Content-Type"].startswith("text/html"):
            text = text_of(response)
            assert len(re.findall(r"<h1", text)) == 1, address
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text), address


def test_the_side_bar_has_groups_with_names_and_says_where_one_is(visit, leader):
    page = text_of(visit(leader).get("/lam-viec/muc-tieu"))
    groups = re.findall(
        r'rail-head" id="([^"]+)">([^<]+)</p><ul([^>]*)>(.*?)</ul>', page
    )

    assert [name for _, name, _, _ in groups] == ["Hồ sơ", "Điều hành", "Dữ liệu"]
    for key, _, words, _ in groups:
        assert f'aria-labelledby="{key}"' in words
    [here] = re.findall(r'<a href="([^"]+)" aria-current="page">[^<]+</a></li>', page)
    assert here == "/lam-viec/muc-tieu"
    assert here in groups[1][3]


def test_strangers_sign_in_first(client, dossier):
    for address in pages_of(dossier):
        response = client.get(address)
        assert response.status_code == 302
        assert response.url.startswith("/tai-khoan/dang-nhap?next=")


def test_a_citizen_has_no_desk(visit, citizen, dossier):
    client = visit(citizen)

    for address in pages_of(dossier):
        assert client.get(address).status_code == 403, address


def test_another_commune_sees_nothing(visit, sign_in, dossier):
    client = visit(sign_in("Triệu Thị Sen"))

    for address in pages_of(dossier):
        if str(dossier.id) in address:
            assert client.get(address).status_code == 404, address
    for address in ("/lam-viec?vai=all", "/lam-viec/tim?q=hoa"):
        assert dossier.code not in text_of(client.get(address))
    for name in ("desk_claim", "desk_release", "desk_extend"):
        address = reverse(name, args=[dossier.id])
        form = {"reason": "x", "new_day": "30/06/2026"}
        assert client.post(address, form).status_code == 404
    assert decide(client, dossier, "receive").status_code == 404


def test_the_inbox_shows_what_waits_for_my_roles(visit, clerk, officer, dossier):
    text = text_of(visit(clerk).get("/lam-viec"))

    assert dossier.code in text
    assert "Còn 1 ngày" in text
    assert "Nguyễn Thị Hoa" in text
    assert "Dữ liệu mô phỏng" in text
    assert dossier.code not in text_of(visit(officer).get("/lam-viec"))
    assert dossier.code in text_of(visit(officer).get("/lam-viec?vai=all"))


def test_the_inbox_filters_by_color_text_and_claim(visit, clerk, submit, now):
    late, new = submit(at=now - timedelta(days=5)), submit()
    client = visit(clerk)

    red = text_of(client.get("/lam-viec?mau=red"))
    assert late.code in red
    assert new.code not in red
    assert "Quá hạn" in red
    assert late.code in text_of(client.get("/lam-viec?q=nguyen+thi+hoa"))
    assert late.code not in text_of(client.get("/lam-viec?q=khong+ai"))
    assert late.code not in text_of(client.get("/lam-viec?cua-toi=1"))


def test_nonsense_in_the_address_breaks_nothing(visit, clerk, dossier):
    client = visit(clerk)

    assert client.get("/lam-viec?mau=tim&vai=vua&q=%00").status_code == 200
    assert client.get("/lam-viec?sau=abc").status_code == 422
    assert client.get("/lam-viec/quy-trinh/9.9").status_code == 404
    page = reverse("desk_dossier", args=[dossier.id])
    assert client.get(f"{page}?tep=../../x").status_code == 200
    assert client.get(reverse("desk_result", args=[dossier.id])).status_code == 404
    assert client.get(f"{page}/thao-tac/withdraw").status_code == 404


def test_a_list_goes_on_where_it_stopped(visit, clerk, submit, monkeypatch):
    monkeypatch.setattr("tinhso.procedures.queries.desk_list.PAGE_SIZE", 2)
    codes = [submit().code for _ in range(3)]
    client = visit(clerk)

    first = text_of(client.get("/lam-viec"))
    more = re.search(r'href="(/lam-viec\?[^"]*sau=[^"]*)"', first)[1]
    rest = text_of(client.get(more.replace("&amp;", "&"), headers={"HX-Request": "1"}))

    assert [code in first for code in codes] == [True, True, False]
    assert [code in rest for code in codes] == [False, False, True]
    assert "<html" not in rest


def test_several_dossiers_are_claimed_at_once(visit, clerk, submit, now):
    first, second = submit(), submit()
    client = visit(clerk)

    chosen = [first.id, second.id, uuid4(), "x"]
    response = client.post("/lam-viec/nhan", {"selected": chosen}, follow=True)

    assert "Bạn đang làm 2 hồ sơ" in text_of(response)
    assert fresh(second, clerk, now).task.assignee_id == clerk.id
    assert first.code in text_of(client.get("/lam-viec?cua-toi=1"))
    assert "Hãy chọn" in text_of(client.post("/lam-viec/nhan", follow=True))


def test_a_dossier_is_claimed_and_given_back(visit, clerk, dossier, now):
    client = visit(clerk)

    client.post(reverse("desk_claim", args=[dossier.id]))
    assert fresh(dossier, clerk, now).task.assignee_id == clerk.id
    client.post(reverse("desk_release", args=[dossier.id]))
    assert fresh(dossier, clerk, now).task.assignee_id is None


def test_the_dossier_page_reads_everything_back(visit, clerk, dossier):
    text = text_of(visit(clerk).get(reverse("desk_dossier", args=[dossier.id])))

    for shown in ("Phạm Gia Hân", "01/06/2026", "17:00 17/06/2026", "Mẹ"):
        assert shown in text
    assert "giay-chung-sinh.png" in text
    assert "Tiếp nhận hồ sơ" in text


def test_a_picture_is_shown_within_our_pages_only(visit, clerk, dossier):
    address = reverse("desk_file", args=[dossier.id, dossier.files[0].file_id])

    response = visit(clerk).get(address)

    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("inline;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Cache-Control"] == "no-store"


def test_a_supplement_is_asked_with_a_reason_for_each_field(visit, clerk, dossier, now):
    reasons = {"ly-do-birth_proof": "Ảnh bị mờ.", "ly-do-child_name": ""}

    response = decide(visit(clerk), dossier, "ask_supplement", **reasons)

    assert response.status_code == 302
    after = fresh(dossier, clerk, now)
    assert after.status is Status.SUPPLEMENT_ASKED
    assert after.supplement.reasons == {"birth_proof": "Ảnh bị mờ."}
    text = text_of(visit(clerk).get(response.url))
    assert "Đang chờ người dân bổ sung" in text
    assert "Đồng hồ đang dừng" in text


def test_a_supplement_without_reasons_is_refused(visit, clerk, dossier):
    response = decide(visit(clerk), dossier, "ask_supplement")

    assert response.status_code == 422
    text = text_of(response)
    assert 'id="error-summary"' in text
    assert 'href="#reasons"' in text


def test_a_refusal_needs_its_reason(visit, clerk, dossier, now):
    response = decide(visit(clerk), dossier, "not_receive", note="  ")

    assert response.status_code == 422
    assert 'href="#note"' in text_of(response)
    assert fresh(dossier, clerk, now).status is Status.REGISTERED


def test_wrong_entries_of_the_officer_keep_what_was_typed(
    visit, clerk, officer, dossier, now
):
    decide(visit(clerk), dossier, "receive")
    seen = fresh(dossier, officer, now)

    given = {"child_number": "12", "register_book": "Quyển 01/2026"}
    response = decide(visit(officer), seen, "draft_result", **given)

    text = text_of(response)
    assert response.status_code == 422
    assert 'value="Quyển 01/2026"' in text
    assert 'value="12"' in text
    assert 'href="#child_number"' in text
    assert "Bùi Quang Hải" in text


def test_without_a_signer_no_draft(visit, clerk, officer, dossier, now):
    decide(visit(clerk), dossier, "receive")

    response = decide(
        visit(officer), fresh(dossier, officer, now), "draft_result", **ENTRY
    )

    assert response.status_code == 422
    assert "Hãy chọn người ký." in text_of(response)


def test_of_two_deciding_at_once_the_second_is_told(visit, clerk, dossier):
    client = visit(clerk)
    decide(client, dossier, "receive")

    note = "Hồ sơ sai thẩm quyền của phường."
    response = decide(client, dossier, "not_receive", note=note)

    text = text_of(response)
    assert response.status_code == 409
    assert note in text
    assert "Hồ sơ đã thay đổi" in text
    assert "Tiếp nhận hồ sơ" in text
    assert reverse("desk_dossier", args=[dossier.id]) in text


def test_a_colleague_keeps_what_they_claimed(visit, clerk, dossier, now):
    other = type(clerk)(
        kind=clerk.kind, id=uuid4(), name="Người khác", duties=clerk.duties
    )
    actions.claim_task(dossier_id=dossier.id, actor=other, at=now)
    client = visit(clerk)

    assert decide(client, dossier, "receive").status_code == 409
    text = text_of(client.get(reverse("desk_dossier", args=[dossier.id])))
    assert "Người khác" in text
    assert "thao-tac/receive" not in text


def test_a_day_is_moved_once_with_an_apology(visit, clerk, officer, dossier, now):
    decide(visit(clerk), dossier, "receive")
    address = reverse("desk_extend", args=[dossier.id])
    client = visit(officer)

    given = {"reason": "Cần xác minh nơi sinh.", "new_day": "ngày kia"}
    wrong = client.post(address, given)
    assert wrong.status_code == 422
    assert "Cần xác minh nơi sinh." in text_of(wrong)
    assert client.post(address, {"new_day": "1/1/2150"}).status_code == 422
    far = client.post(address, {**given, "new_day": "01/01/2150"})
    assert far.status_code == 422
    early = client.post(address, {**given, "new_day": "16/06/2026"})
    assert early.status_code == 422

    moved = client.post(address, {**given, "new_day": "19/06/2026"}, follow=True)
    assert "17:00 19/06/2026" in text_of(moved)
    assert "Hạn ban đầu:" in text_of(moved)
    again = client.post(address, {**given, "new_day": "22/06/2026"})
    assert again.status_code == 409
    assert "một lần" in text_of(again)


def test_an_apology_too_late_is_refused(visit, officer, clerk, submit, now):
    dossier = submit(at=now - timedelta(days=1))
    decide(visit(clerk), dossier, "receive")

    given = {"reason": "Muộn.", "new_day": "30/06/2026"}
    response = visit(officer).post(reverse("desk_extend", args=[dossier.id]), given)

    assert response.status_code == 409
    assert "chậm nhất một ngày" in text_of(response)
    assert "Muộn." in text_of(response)


def test_the_search_finds_without_diacritics_and_feeds_the_palette(
    visit, clerk, dossier
):
    client = visit(clerk)

    page = text_of(client.get("/lam-viec/tim?q=NGUYEN"))
    part = text_of(client.get("/lam-viec/tim?q=0001", headers={"HX-Request": "true"}))

    assert dossier.code in page
    assert dossier.code in part
    assert "<html" not in part
    assert "Không tìm thấy" in text_of(client.get("/lam-viec/tim?q=zzz"))


def test_the_workflow_is_drawn_for_people(visit, clerk):
    client = visit(clerk)

    text = text_of(client.get("/lam-viec/quy-trinh/1.001193"))
    bpmn = client.get("/lam-viec/quy-trinh/1.001193/bpmn")

    assert "Kiểm tra và tiếp nhận" in text
    assert "4 giờ làm việc" in text
    assert bpmn.content.startswith(b"<?xml")


def test_a_dossier_goes_from_intake_to_return_through_the_pages(
    visit, clerk, officer, leader, registrar, dossier, now
):
    way = [
        (clerk, "receive", {}),
        (officer, "draft_result", {**ENTRY, "signer": str(leader.person_id)}),
        (officer, "submit_for_signing", {}),
        (leader, "send_back", {"note": "Sửa quyển số."}),
        (officer, "draft_result", {**ENTRY, "signer": str(leader.person_id)}),
        (officer, "submit_for_signing", {}),
        (leader, "sign", {}),
        (registrar, "seal", {}),
        (clerk, "return_result", {}),
    ]
    page = reverse("desk_dossier", args=[dossier.id])
    for actor, action, given in way:
        client = visit(actor)
        assert f"thao-tac/{action}" in text_of(client.get(page)), action
        response = decide(client, fresh(dossier, actor, now), action, **given)
        assert response.status_code == 302, (action, text_of(response))

    assert fresh(dossier, clerk, now).status is Status.RETURNED
    pdf = visit(clerk).get(reverse("desk_result", args=[dossier.id]))
    assert pdf.content.startswith(b"%PDF")
    assert pdf["Content-Disposition"].startswith("inline;")
    assert "ket-qua.pdf" in text_of(visit(clerk).get(page))


def test_the_queues_hold_what_waits_for_leader_and_registrar(
    visit, clerk, officer, leader, registrar, dossier, now
):
    signer = {"signer": str(leader.person_id)}
    decide(visit(clerk), dossier, "receive")
    seen = fresh(dossier, officer, now)
    decide(visit(officer), seen, "draft_result", **ENTRY, **signer)
    decide(visit(officer), fresh(dossier, officer, now), "submit_for_signing")

    assert dossier.code in text_of(visit(leader).get("/lam-viec/ky-so"))
    assert dossier.code not in text_of(visit(registrar).get("/lam-viec/van-thu"))
    decide(visit(leader), fresh(dossier, leader, now), "sign")
    assert dossier.code not in text_of(visit(leader).get("/lam-viec/ky-so"))
    assert dossier.code in text_of(visit(registrar).get("/lam-viec/van-thu"))


def test_a_reason_is_chosen_from_the_workflow_and_completed_in_ones_own_words(
    visit, clerk, dossier, now
):
    client = visit(clerk)
    form = text_of(client.get(reverse("desk_act", args=[dossier.id, "not_receive"])))
    chosen = "Hồ sơ nộp trùng với hồ sơ đang giải quyết."

    answer = decide(
        client, dossier, "not_receive", note_chosen=chosen, note="Xem hồ sơ 0007."
    )

    assert "Lý do mẫu" in form
    assert chosen in form
    assert answer.status_code == 302
    last = fresh(dossier, clerk, now).moves[-1]
    assert last.note == f"{chosen}\nXem hồ sơ 0007."


def test_an_apology_is_chosen_from_the_workflow(visit, clerk, officer, dossier, now):
    decide(visit(clerk), dossier, "receive")
    client = visit(officer)

    answer = client.post(
        reverse("desk_extend", args=[dossier.id]),
        {"reason_chosen": "Cơ quan phối hợp chưa trả lời.", "new_day": "19/06/2026"},
    )

    assert answer.status_code == 302
    found = fresh(dossier, officer, now)
    assert found.extension.reason == "Cơ quan phối hợp chưa trả lời."
