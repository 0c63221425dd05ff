"""Papers, corrections, register, report and evaluation, through their pages."""

import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tinhso.kernel.actor import SYSTEM
from tinhso.people import actions as registry
from tinhso.people.types import Role
from tinhso.procedures import actions, queries
from tinhso.procedures.models import EvaluationRow
from tinhso.procedures.types import ASKED, Channel, PrintedKind

REGISTER = "/lam-viec/so-theo-doi"
REPORT = "/lam-viec/bao-cao-06a"
RESULTS = "/lam-viec/danh-gia"


@pytest.fixture(autouse=True)
def _built(built):
    """Pages name their files by content, so the files come first."""


@pytest.fixture(autouse=True)
def _clock(monkeypatch, settings, now):
    """The doors ask the clock; here it stands at the fixed moment."""
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False
    monkeypatch.setattr("tinhso.kernel.clock.now", lambda: now + timedelta(minutes=5))


@pytest.fixture
def dossier(citizen, ward, answers, now):
    found = actions.submit_dossier(
        procedure_code="1.001193",
        organization_id=ward.id,
        channel=Channel.ONLINE,
        answers=answers,
        key=str(uuid4()),
        actor=citizen,
        at=now,
    )
    actions.issue_receipt(dossier_id=found.id, actor=SYSTEM, at=now)
    return found


@pytest.fixture
def refused(refuse, dossier):
    return refuse(dossier)


@pytest.fixture
def refuse(clerk, now):
    return lambda dossier: _refuse(dossier, clerk, now)


def _refuse(dossier, clerk, now):
    found = actions.take_action(
        dossier_id=dossier.id,
        action_key="not_receive",
        revision=dossier.revision,
        note="Sai nơi nộp.",
        actor=clerk,
        at=now,
    )
    actions.issue_notice(
        dossier_id=found.id, kind=PrintedKind.REFUSAL, actor=SYSTEM, at=now
    )
    return found


def text_of(response):
    return response.content.decode()


def printed_links(text):
    return re.findall(r'href="([^"]*/giay/[^"]*\.pdf)"', text)


def test_the_applicant_downloads_every_paper(visit, citizen, refused):
    client = visit(citizen)
    text = text_of(client.get(reverse("dossier", args=[refused.id])))

    assert "Phiếu từ chối (mẫu 03)" in text
    links = printed_links(text)
    assert len(links) == 2
    for link in links:
        response = client.get(link)
        assert response.content.startswith(b"%PDF")
        assert response["Content-Disposition"].startswith("attachment")


def test_papers_are_nobody_elses(visit, sign_in, dossier, clerk):
    (paper,) = queries.printed_papers(dossier_id=dossier.id, actor=clerk)
    for name, who in (
        ("dossier_printed", "Trần Quốc Hưng"),
        ("desk_printed", "Triệu Thị Sen"),
    ):
        address = reverse(name, args=[dossier.id, paper.document_id])
        assert visit(sign_in(who)).get(address).status_code == 404
    address = reverse("desk_printed", args=[dossier.id, uuid4()])
    assert visit(clerk).get(address).status_code == 404


def test_a_clerk_corrects_a_receipt_at_the_desk(visit, clerk, citizen, dossier):
    client, address = visit(clerk), reverse("desk_correct", args=[dossier.id])
    assert address in text_of(client.get(reverse("desk_dossier", args=[dossier.id])))
    assert "Đang ghi:" in text_of(client.get(address))

    given = {"revision": dossier.revision, "fee": "8.000", "due_day": "18/6/2026"}
    lacking = client.post(address, {**given, "fee_reason": "Ghi thiếu số không."})
    assert lacking.status_code == 422
    assert "Lý do sửa – Hạn trả kết quả" in text_of(lacking)
    assert "Ghi thiếu số không." in text_of(lacking)

    reasons = {"fee_reason": "Ghi thiếu số.", "due_day_reason": "Tính nhầm ngày."}
    done = client.post(address, {**given, **reasons}, follow=True)
    assert "Đã lập giấy tiếp nhận mới" in text_of(done)
    assert "lần 2" in text_of(done)
    seen = text_of(visit(citizen).get(reverse("dossier", args=[dossier.id])))
    assert "Đã được thay thế" in seen
    assert "Tính nhầm ngày." in seen
    assert "17:00 18/06/2026" in seen


def test_what_cannot_be_read_is_told_and_kept(visit, clerk, dossier):
    address = reverse("desk_correct", args=[dossier.id])
    given = {"revision": dossier.revision, "fee": "tám nghìn", "due_day": "mai"}
    response = visit(clerk).post(address, given)

    assert response.status_code == 422
    assert "tám nghìn" in text_of(response)
    assert text_of(response).count("phải viết theo dạng") == 2
    stale = visit(clerk).post(address, {"revision": "99", "fee": "1"})
    assert stale.status_code == 409


def test_only_the_desk_that_took_it_in_corrects(visit, officer, citizen, dossier):
    address = reverse("desk_correct", args=[dossier.id])

    assert visit(officer).get(address).status_code == 404
    assert visit(officer).post(address, {"revision": "1"}).status_code == 403
    assert visit(citizen).get(address).status_code == 403


def test_the_control_sheet_is_printed_from_the_dossier(visit, officer, dossier):
    client, address = visit(officer), reverse("desk_control", args=[dossier.id])
    assert address in text_of(client.get(reverse("desk_dossier", args=[dossier.id])))

    assert client.get(address).content.startswith(b"%PDF")


def test_the_register_is_shown_and_printed(visit, clerk, dossier):
    client = visit(clerk)
    text = text_of(client.get(REGISTER))

    assert dossier.code in text
    assert "Dữ liệu mô phỏng" in text
    link = re.search(r'href="(/lam-viec/so-theo-doi\.pdf[^"]*)"', text)[1]
    assert client.get(link.replace("&amp;", "&")).content.startswith(b"%PDF")
    assert dossier.code not in text_of(
        client.get(f"{REGISTER}?den=31/5/2026&tu=1/5/2026")
    )


def test_the_report_is_shown_printed_and_downloaded(visit, clerk, dossier):
    client = visit(clerk)
    text = text_of(client.get(REPORT))

    assert "không tính vào báo cáo" in text
    pdf = re.search(r'href="([^"]*06a\.pdf[^"]*)"', text)[1].replace("&amp;", "&")
    assert client.get(pdf).content.startswith(b"%PDF")
    excel = pdf.replace(".pdf", ".xlsx")
    book = load_workbook(BytesIO(client.get(excel).content))
    assert book["Dữ liệu mô phỏng"]["C9"].value == 1


@pytest.mark.parametrize("address", [REGISTER, REPORT, RESULTS])
def test_a_wrong_period_is_told_above_the_form(visit, clerk, address):
    for period in ("tu=30/6/2026&den=1/6/2026", "tu=hôm+qua"):
        response = visit(clerk).get(f"{address}?{period}")
        assert response.status_code == 422
        assert "ngày cuối không trước ngày đầu" in text_of(response)


@pytest.mark.parametrize("address", [REGISTER, REPORT, RESULTS])
def test_officers_see_their_own_units_only(visit, clerk, citizen, department, address):
    assert visit(citizen).get(address).status_code == 403
    elsewhere = visit(clerk).get(f"{address}?don-vi={department.id}")
    assert department.name not in text_of(elsewhere)


def test_who_controls_procedures_sees_the_whole_province(
    visit, sign_in, department, ward, now
):
    person = registry.register_person(full_name="Hà Kiểm Soát", actor=SYSTEM, at=now)
    registry.appoint(
        person_id=person.id,
        organization_id=department.id,
        role=Role.CONTROLLER,
        title="Chuyên viên",
        on=now.date(),
        actor=SYSTEM,
        at=now,
    )
    client = visit(sign_in("Hà Kiểm Soát"))

    text = text_of(client.get(REPORT))
    assert "Toàn tỉnh" in text
    assert ward.name in text
    assert client.get(RESULTS).status_code == 200
    assert client.get(REGISTER).status_code == 403
    assert client.get(f"{REGISTER}.pdf").status_code == 403


def test_an_applicant_is_asked_once(visit, citizen, clerk, refused):
    client, address = visit(citizen), reverse("evaluate", args=[refused.id])
    page = reverse("dossier", args=[refused.id])
    assert address in text_of(client.get(page))
    assert text_of(client.get(address)).count("<fieldset") == 6

    some = client.post(address, {"satisfaction": "very", "comment": "Nhanh."})
    assert some.status_code == 422
    assert "Nhanh." in text_of(some)
    given = {f"index_{int(index)}": "2" for index in ASKED}
    done = client.post(address, {"satisfaction": "very", **given}, follow=True)
    assert "Cảm ơn bạn đã đánh giá." in text_of(done)
    assert address not in text_of(client.get(page))
    assert client.get(address).url == page
    EvaluationRow.objects.update(is_synthetic=False)
    assert "/ 18" in text_of(visit(clerk).get(RESULTS))


def test_an_open_dossier_asks_nothing(visit, citizen, dossier):
    client, address = visit(citizen), reverse("evaluate", args=[dossier.id])

    assert address not in text_of(client.get(reverse("dossier", args=[dossier.id])))
    assert client.get(address).status_code == 302
