"""What somebody new is told: where they land, what it costs, what a button does."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.web.test_citizen import (  # noqa: F401
    _at_nine,
    answer,
    answers_of,
    client_of,
    draft,
    filled,
    web,
    words,
)
from tests.web.test_desk import ENTRY
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.people.actions import register_person
from tinhso.procedures import actions, queries
from tinhso.procedures.deadlines.working_time import WorkingTime
from tinhso.procedures.types import Limit, LimitUnit
from tinhso.security.models import Account
from tinhso.web.ui.writing import counted

PASSWORD = "mot-cau-dai-de-nho"


@pytest.fixture(autouse=True)
def _ready(built, settings):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False


# Signing in


@pytest.fixture
def account(db, now):
    """Open an account, of an officer or not."""

    def open_(*, is_officer):
        person = register_person(full_name="Nguyễn Thị Hoa", actor=SYSTEM, at=now)
        account = Account(
            username="hoa",
            person_id=person.id,
            is_officer=is_officer,
            created_at=now,
        )
        account.set_password(PASSWORD)
        account.save()

    return open_


@pytest.mark.parametrize(("is_officer", "landing"), [(True, "/lam-viec"), (False, "/")])
def test_each_lands_where_their_work_is(client, account, is_officer, landing):
    account(is_officer=is_officer)

    response = client.post(
        "/tai-khoan/dang-nhap", {"login": "hoa", "password": PASSWORD}
    )

    assert response["Location"] == landing


def test_the_front_page_greets_at_once_and_only_once(client, account):
    account(is_officer=False)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "vi"
    typed = {"login": "hoa", "password": PASSWORD}

    landed = words(client.post("/tai-khoan/dang-nhap", typed, follow=True))

    assert "Bạn đã đăng nhập." in landed
    assert "Bạn đã đăng nhập." not in words(client.get("/"))


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/tra-cuu"])
def test_the_promise_stands_once_on_every_page(client, address):
    page = words(client.get(address, headers={"accept-language": "vi"}))

    assert page.count("Có mã hồ sơ = đã lưu bền vững") == 1


# Applying


def test_the_check_says_what_it_costs_and_when_it_is_due(web, filled):  # noqa: F811
    page = words(web.get(f"{filled}/kiem-tra"))

    assert page.index("Không thu") < page.index("Nộp hồ sơ</button>")
    assert "Nếu nộp bây giờ" in page
    assert "hẹn trả <b>17:00 17/06/2026</b>" in page
    assert "tính từ" not in page


def test_the_check_explains_a_due_date_that_starts_later(
    filled,  # noqa: F811
    citizen,
    monkeypatch,
):
    sunday = datetime(2026, 6, 21, 3, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: sunday)
    web = client_of(citizen)  # noqa: F811

    page = words(web.get(f"{filled}/kiem-tra"))

    assert "Thời hạn 1 ngày làm việc, tính từ thứ Ba 23/6." in page
    assert "Gửi ngoài giờ làm việc nên tính là nhận thứ Hai 22/6." in page
    web.post(f"{filled}/nop")
    assert "tính từ thứ Ba 23/6" in words(web.get(f"{filled}/da-nop"))


def test_days_off_on_the_way_are_named(content):
    row = queries.versions.calendar(queries.versions.calendar_of(""))
    working = WorkingTime(row, first=2026, last=2027)
    limit = Limit(5, LimitUnit.WORKING_DAYS)

    found = working.counting(datetime(2026, 8, 27, 3, 0, tzinfo=UTC), limit)

    assert date(2026, 9, 2) in found.days_off
    assert "2/9" in counted(found)
    assert counted(replace(found, days_off=())) == ""


def test_days_off_that_a_limit_in_calendar_days_counts_are_not_named(content):
    row = queries.versions.calendar(queries.versions.calendar_of(""))
    working = WorkingTime(row, first=2026, last=2027)
    received = datetime(2026, 8, 27, 3, 0, tzinfo=UTC)

    over = working.counting(received, Limit(10, LimitUnit.DAYS))
    onto = working.counting(received, Limit(6, LimitUnit.DAYS))

    assert over.days_off == ()
    assert date(2026, 9, 2) in onto.days_off


def test_a_draft_promises_nothing_that_the_desk_cannot_keep(web, draft):  # noqa: F811
    page = words(web.get(draft))

    assert "Làm tiếp tại quầy" not in page
    assert "Số bản nháp" not in page
    assert "nơi bạn đang cư trú" not in words(web.get(f"{draft}/noi-tiep-nhan"))


def test_a_section_nobody_opened_is_not_called_done(web, citizen, now):  # noqa: F811
    made = actions.start_draft(procedure_code="1.004873", actor=citizen, at=now)
    form = made.procedure.form
    page = next(form.pages())

    def state():
        found = queries.get_draft(draft_id=made.id, actor=citizen)
        states = queries.form_pages(
            form=replace(form, sections=(replace(form.sections[0], pages=(page,)),)),
            answers=found.answers,
            on=now.date(),
            sources=found.sources,
        )
        return states[0].state

    assert state() == "prefilled"
    typed = {
        field.key: {True: "yes", False: "no"}.get(value, value)
        for field in page.fields
        if isinstance(value := made.answers.get(field.key), str | bool)
    }
    address = f"/nop-ho-so/{made.id}/trang/{page.key}"
    assert web.post(address, {**typed, "asked": list(typed)}).status_code == 302

    assert state() == "done"
    assert "Lấy từ tài khoản của bạn" in words(web.get(address))


def test_a_file_field_says_beforehand_what_it_takes(web, draft):  # noqa: F811
    page = words(web.get(f"{draft}/trang/birth_proof"))

    assert "Nhận tệp PDF, JPG, PNG. Mỗi tệp không quá 10 MB." in page
    assert "Tải lên và ở lại trang này" in page
    assert "Gửi cả tệp vừa chọn rồi sang trang sau." in page


def test_save_and_go_on_takes_the_chosen_file_along(web, draft, picture):  # noqa: F811
    page = f"{draft}/trang/birth_proof"
    file = SimpleUploadedFile("a.png", picture())

    stays = web.post(page, {"birth_proof": file, "asked": "birth_proof", "upload": "x"})
    file = SimpleUploadedFile("b.png", picture())
    goes = web.post(page, {"birth_proof": file, "asked": "birth_proof"})

    assert stays["Location"] == page
    assert goes["Location"] != page
    assert len(answers_of(draft)["birth_proof"]) == 2


# Following


def test_a_citizen_reads_no_repeats_of_the_officers(
    citizen,
    clerk,
    officer,
    leader,
    submit,
    now,
):
    entry = {**ENTRY, "signer": str(leader.person_id)}
    found = submit()
    for actor, action, more in [
        (clerk, "receive", {}),
        (officer, "draft_result", {"data": entry}),
        (officer, "draft_result", {"data": entry}),
        (officer, "submit_for_signing", {}),
        (leader, "send_back", {"note": "Sai số quyển, xem lại."}),
        (officer, "draft_result", {"data": entry}),
        (officer, "submit_for_signing", {}),
    ]:
        found = actions.take_action(
            dossier_id=found.id,
            action_key=action,
            revision=found.revision,
            actor=actor,
            at=now,
            **more,
        )

    page = words(client_of(citizen).get(f"/ho-so/{found.id}"))

    assert page.count("<b>Dự thảo kết quả</b>") == 1
    assert page.count("<b>Trình lãnh đạo ký</b>") == 1
    assert "Sai số quyển" not in page
    assert "<b>Tiếp nhận hồ sơ</b>" in page


# The desk


def test_a_workflow_draws_only_ways_that_there_are(visit, clerk, submit):
    dossier = submit()
    client = visit(clerk)

    page = words(client.get(f"/lam-viec/quy-trinh/1.001193?ho-so={dossier.id}"))

    drawn = re.findall(r'<li id="(\w+)" class="[^"]*next"', page)
    assert "signing" not in drawn
    assert {"assess", "sealing", "returning"} <= set(drawn)
    back = reverse("desk_dossier", args=[dossier.id])
    assert f'<a class="back" href="{back}">' in page
    assert '<a class="back" href="/lam-viec">' in words(
        client.get("/lam-viec/quy-trinh/1.001193?ho-so=x")
    )
