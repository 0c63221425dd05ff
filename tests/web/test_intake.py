"""The counter, through its pages: search, who is there, the sheet, what to print."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.procedures.test_intake import NATIONAL, UNCLEAR
from tests.web.test_desk import text_of
from tests.web.test_desk_browser import SMALL_TARGETS, faults
from tinhso.kernel.actor import SYSTEM
from tinhso.procedures import actions, queries
from tinhso.procedures.models import DossierRow, DraftRow
from tinhso.web.ui.intake import read_card

pytestmark = pytest.mark.usefixtures("built", "desk_clock")

HOA = {"personal_number": "022195999001", "full_name": "Nguyễn Thị Hoa"}
CARD = "022195999001|014123456|Nguyễn Thị Hoa|12031995|Nữ|Khu 3, Hạ Long|01012022"


@pytest.fixture
def national(content, tmp_path, now):
    path = tmp_path / "national.jsonl"
    path.write_text("\n".join(map(json.dumps, (NATIONAL, UNCLEAR))), "utf-8")
    actions.import_catalogue(file=path, actor=SYSTEM, at=now)


@pytest.fixture
def counter(visit, clerk):
    return visit(clerk)


@pytest.fixture
def desk(ward):
    return {"desk": str(ward.id)}


@pytest.fixture
def sheet(counter, national, desk):
    """The address of an open sheet of a procedure only the nation knows."""
    answer = counter.post(reverse("intake"), {"thu-tuc": "1.999001", **desk, **HOA})
    return answer["Location"]


def test_a_clerk_finds_procedures_of_both_catalogues(counter, national):
    ours = text_of(counter.get(reverse("intake"), {"q": "khai sinh"}))
    theirs = text_of(counter.get(reverse("intake"), {"q": "chỉ có trong danh mục"}))

    assert "1.001193" in ours
    assert "Có biểu mẫu" in ours
    assert "1.999001" in theirs
    assert "Theo danh mục quốc gia" in theirs


def test_a_case_officer_does_not_take_in(visit, officer):
    client = visit(officer)

    assert client.get(reverse("intake")).status_code == 403
    assert "Tiếp nhận tại quầy" not in text_of(client.get(reverse("desk")))


def test_a_reader_fills_in_what_the_identity_card_says(counter, national, desk):
    answer = counter.post(
        reverse("intake"), {"thu-tuc": "1.999001", "card": CARD, **desk}
    )

    assert answer.status_code == 302
    assert DraftRow.objects.get().owner.full_name == "Nguyễn Thị Hoa"


@pytest.mark.parametrize("text", ["", "hello", "1|2|3|4|5|6|7", "||||||||"])
def test_what_is_no_identity_card_fills_in_nothing(text):
    assert read_card(text) == read_card("")


def test_a_wrong_number_stays_on_the_page_with_its_reason(counter, national, desk):
    answer = counter.post(
        reverse("intake"),
        {"thu-tuc": "1.999001", **desk, "personal_number": "12", "full_name": "Lê Lan"},
    )

    assert answer.status_code == 422
    assert "12 chữ số" in text_of(answer)
    assert 'value="Lê Lan"' in text_of(answer)


def test_a_desk_of_somebody_else_is_refused(counter, national, now):
    foreign = queries.receiving_units(code="1.001193", on=now.date())[0]

    answer = counter.post(
        reverse("intake"), {"thu-tuc": "1.999001", "desk": str(foreign.id), **HOA}
    )

    assert answer.status_code == 403


def test_a_sheet_is_kept_then_taken_in_with_code_receipt_and_slip(
    counter, sheet, ward, picture
):
    kept = counter.post(sheet, {"save": "1", "paper_1_form": "original"})
    assert kept.status_code == 302
    assert 'value="original" selected' in text_of(counter.get(sheet))

    taken = counter.post(
        sheet,
        {
            "take_in": "1",
            "organization_id": str(ward.id),
            "applicant_name": "Nguyễn Thị Hoa",
            "applicant_number": "022195999001",
            "paper_1_form": "original",
            "paper_1_scan": upload("q.png", picture()),
        },
    )

    dossier = DossierRow.objects.get()
    assert taken["Location"] == reverse("intake_done", args=[dossier.id])
    page = text_of(counter.get(taken["Location"]))
    assert dossier.code in page
    assert "Hạn trả kết quả" in page
    receipt = counter.get(reverse("intake_receipt", args=[dossier.id]))
    assert receipt.content.startswith(b"%PDF")
    slip = text_of(counter.get(reverse("intake_slip", args=[dossier.id])))
    assert dossier.code in slip
    assert "Nguyễn Thị Hoa" not in slip  # it may be left lying about
    # The sheet is used up; asking for it leads to the dossier.
    assert counter.get(sheet)["Location"] == taken["Location"]
    assert counter.post(sheet, {"take_in": "1"})["Location"] == taken["Location"]


def upload(name, content):
    return SimpleUploadedFile(name, content, "image/png")


def test_a_missing_time_limit_is_asked_for_at_its_input(counter, national, desk, ward):
    start = {"thu-tuc": "1.999002", **desk, **HOA}
    sheet = counter.post(reverse("intake"), start)["Location"]
    filled = {
        "take_in": "1",
        "organization_id": str(ward.id),
        "applicant_name": "Nguyễn Thị Hoa",
        "applicant_number": "022195999001",
    }

    missing = counter.post(sheet, filled)
    assert missing.status_code == 422
    assert 'href="#limit"' in text_of(missing)

    stated = {**filled, "limit": "5", "limit_unit": "working_days", "fee": "15.000"}
    assert counter.post(sheet, stated).status_code == 302
    assert DossierRow.objects.get().fee == 15000


@pytest.mark.parametrize("amount", ["0", "-1", "x", "99999999999", "1.5"])
def test_a_time_limit_that_is_no_number_states_nothing(
    counter, national, desk, ward, amount
):
    start = {"thu-tuc": "1.999002", **desk, **HOA}
    sheet = counter.post(reverse("intake"), start)["Location"]

    answer = counter.post(
        sheet, {"take_in": "1", "limit": amount, "limit_unit": "days"}
    )

    assert answer.status_code == 422
    assert not DossierRow.objects.exists()


def test_the_applicant_sees_who_wrote_it_and_confirms(
    counter,
    sheet,
    ward,
    visit,
    citizen,
):
    counter.post(
        sheet,
        {
            "take_in": "1",
            "organization_id": str(ward.id),
            "applicant_name": "Nguyễn Thị Hoa",
            "applicant_number": "022195999001",
        },
    )
    dossier = DossierRow.objects.get()
    mine = visit(citizen)

    page = text_of(mine.get(reverse("dossier", args=[dossier.id])))
    assert "Vũ Thị Lan" in page
    mine.post(reverse("confirm_dossier", args=[dossier.id]))
    page = text_of(mine.get(reverse("dossier", args=[dossier.id])))
    assert "Cán bộ đã khai thay bạn" not in page


def test_the_signed_result_is_attached_at_the_desk(
    counter,
    sheet,
    ward,
    visit,
    officer,
    citizen,
    picture,
):
    counter.post(
        sheet,
        {
            "take_in": "1",
            "organization_id": str(ward.id),
            "applicant_name": "Nguyễn Thị Hoa",
            "applicant_number": "022195999001",
        },
    )
    dossier = DossierRow.objects.get()
    desk = visit(officer)
    address = reverse("desk_act", args=[dossier.id, "attach_result"])
    assert 'type="file"' in text_of(desk.get(address))

    none = desk.post(address, {"revision": dossier.revision})
    assert none.status_code == 422
    assert "Hãy đính kèm kết quả" in text_of(none)
    given = {"revision": dossier.revision, "result": upload("kq.png", picture())}
    assert desk.post(address, given).status_code == 302

    page = text_of(visit(citizen).get(reverse("dossier", args=[dossier.id])))
    assert "kq.png" in page


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_counter_is_worked_by_keyboard_alone(
    server,
    open_as,
    clerk,
    national,
    width,
):
    page = open_as(clerk, width=width)
    page.goto(f"{server}{reverse('intake')}")
    page.keyboard.type("chi co trong danh muc")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    assert faults(page) == []
    page.get_by_role("link", name="Thủ tục chỉ có trong danh mục").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**thu-tuc=**")
    assert faults(page) == []

    page.keyboard.type(CARD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tiep-nhan/*")
    assert faults(page) == []
    assert page.evaluate(SMALL_TARGETS) == []
    overflow = "document.documentElement.scrollWidth > window.innerWidth"
    assert not page.evaluate(overflow)
    page.get_by_label("Đã nhận dạng").first.focus()
    page.keyboard.type("Bản chính")
    page.get_by_role("button", name="Tiếp nhận, cấp mã và hẹn trả").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/da-tiep-nhan")
    assert faults(page) == []

    page.get_by_role("link", name="In phiếu nhỏ (80 mm)").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/phieu")
    assert faults(page) == []


@pytest.mark.browser
def test_the_counter_works_without_javascript(
    server,
    open_as,
    clerk,
    national,
):
    page = open_as(clerk, java_script_enabled=False)
    page.goto(f"{server}{reverse('intake')}?thu-tuc=1.999001")
    page.get_by_label("Quét mã QR trên thẻ căn cước").fill(CARD)
    page.get_by_role("button", name="Mở phiếu").click()
    page.get_by_role("button", name="Tiếp nhận, cấp mã và hẹn trả").click()

    page.wait_for_url("**/da-tiep-nhan")
    assert page.get_by_role("heading", name="Đã tiếp nhận").is_visible()
