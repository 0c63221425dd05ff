"""Pages of plans, reviews and oversight: what they show, to whom, what is refused."""

# ruff: noqa: F811 - fixtures that are asked for by name

import csv
import io
import re
from datetime import date

import pytest

from tests.plans.conftest import (  # noqa: F401 - fixtures
    agency,
    done,
    elsewhere,
    head,
    keeper,
    member,
    report,
    reporter,
    task,
)
from tests.web.test_citizen import client_of
from tests.web.test_measures import _built, _clock, words  # noqa: F401 - fixtures
from tinhso.plans import queries
from tinhso.plans.models import PlanRow, QuestionRow, TaskRow

PLANS = "/lam-viec/ke-hoach"
PLAN = f"{PLANS}/demo_2026"


@pytest.fixture
def visit():
    """Open a browser for somebody; each has their own."""
    return client_of


@pytest.fixture
def address(task):
    return f"{PLAN}/{task.id}"


def post(client, to, **typed):
    return client.post(to, typed)


def test_the_list_counts_what_was_entered_of_what_the_source_counts(visit, keeper):
    text = words(visit(keeper).get(PLANS))

    assert "Kế hoạch 37/KH-UBND" in text and "Đã nhập 0 trên 92 nhiệm vụ" in text
    assert "Đã nhập 5 trên 90 nhiệm vụ" in text
    assert "Chưa rõ cơ quan: 5" in text and "Quá hạn: 5" not in text
    assert "Dữ liệu mô phỏng" in text


def test_what_is_not_published_is_said_and_not_made_up(visit, keeper):
    text = words(visit(keeper).get(f"{PLANS}/kh37_2023"))

    assert text.count("Nội dung chưa công bố") == 10
    assert "0/14 nhiệm vụ đã nhập" in text


def test_a_plan_is_filtered_by_agency_and_state(visit, keeper, agency):
    page = visit(keeper)

    mine = words(page.get(f"{PLAN}?co-quan={agency.id}"))
    assert "1.1. Làm sạch" in mine and "2.1. Rút ngắn" in mine and "1.2." not in mine
    silent = words(page.get(f"{PLAN}?tinh-trang=silent"))
    assert "1.1. Làm sạch" in silent
    assert "1.1." not in words(page.get(f"{PLAN}?tinh-trang=done"))
    assert page.get(f"{PLAN}?tinh-trang=x&co-quan=y").status_code == 200


def test_the_list_leaves_as_csv(visit, keeper, agency):
    sent = visit(keeper).get(f"{PLAN}.csv?co-quan={agency.id}").content.decode()
    rows = list(csv.DictReader(io.StringIO(sent.removeprefix("\ufeff"))))

    assert [(one["number"], one["due_on"], one["made_up"]) for one in rows] == [
        ("1.1", "2026-12-15", "True"),
        ("2.1", "2026-11-30", "True"),
    ]


def test_unknown_plans_and_tasks_of_other_plans_are_not_found(visit, keeper, task):
    page = visit(keeper)

    assert page.get(f"{PLANS}/none").status_code == 404
    assert page.get(f"{PLANS}/none.csv").status_code == 404
    assert page.get(f"{PLANS}/kh37_2023/{task.id}").status_code == 404


def test_an_agency_reports_and_the_keeper_sees_and_accepts(
    visit,
    reporter,
    keeper,
    address,
    picture,
    task,
):
    web, above = visit(reporter), visit(keeper)
    assert "Báo cáo tiến độ" in words(web.get(address))
    assert 'name="percent"' not in above.get(address).content.decode()

    bare = post(web, f"{address}/bao-cao", state="done", percent="", note="Xong.")
    assert bare.status_code == 422
    assert "cần ít nhất một tệp" in words(bare) and "Xong." in words(bare)
    sent = web.post(
        f"{address}/bao-cao",
        {
            "state": "done",
            "percent": "100",
            "note": "Đã công bố.",
            "files": io.BytesIO(picture()),
        },
    )
    assert sent.status_code == 302
    assert "Chờ bạn xác nhận (1)" in words(above.get(PLANS))
    assert post(above, f"{address}/tra-lai", reason=" ").status_code == 422
    assert post(above, f"{address}/xac-nhan").status_code == 302
    text = words(above.get(address))
    assert "Xong đúng hạn" in text and "Xác nhận hoàn thành" in text
    assert TaskRow.objects.get(pk=task.id).accepted_on == date(2026, 6, 16)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"state": "", "percent": "5"}, "Hãy chọn tình trạng."),
        ({"state": "doing", "percent": "nhiều"}, "Hãy ghi số từ 0 đến 100."),
        ({"state": "doing", "percent": "100"}, "chưa khớp nhau"),
        ({"state": "stopped", "percent": "0"}, "Hãy ghi lý do."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(visit, reporter, address, typed, said):
    answered = post(visit(reporter), f"{address}/bao-cao", **typed)

    assert answered.status_code == 422 and said in words(answered)


def test_evidence_is_handed_to_both_sides_only(
    visit,
    report,
    reporter,
    elsewhere,
    keeper,
    address,
    task,
):
    report(40, files=True)
    [step] = queries.steps(task_id=task.id, actor=keeper)
    file = f"{address}/minh-chung/{step.files[0].id}"

    assert visit(reporter).get(file)["Content-Type"] == "image/png"
    assert visit(elsewhere).get(file).status_code == 404
    assert "minh-chung.png" in words(visit(elsewhere).get(address))
    assert file not in visit(elsewhere).get(address).content.decode()


def test_a_changed_day_needs_a_reason_and_keeps_the_old_one(
    visit,
    keeper,
    address,
    task,
):
    web = visit(keeper)
    typed = {"due_on": "20/12/2026", "agency": str(task.agency_id)}

    assert post(web, f"{address}/thay-doi", **typed, reason="").status_code == 422
    assert (
        post(web, f"{address}/thay-doi", **{**typed, "due_on": "mai"}).status_code
        == 422
    )
    post(web, f"{address}/thay-doi", **typed, reason="Chờ kết nối.")

    text = words(web.get(address))
    assert "15/12/2026 → 20/12/2026" in text and "Chờ kết nối." in text


def test_an_agency_adds_a_task_beneath_and_finds_it_among_its_own(
    visit,
    reporter,
    address,
    agency,
):
    web = visit(reporter)
    typed = {"unit": str(agency.id), "text": "Đối chiếu tên.", "due_on": "30/9/2026"}

    assert post(web, f"{address}/them", **{**typed, "text": ""}).status_code == 422
    assert post(web, f"{address}/them", **typed).status_code == 302
    text = words(web.get("/lam-viec/nhiem-vu"))
    assert "1.1-1. Đối chiếu tên." in text and "cơ quan tự thêm" in text


def test_others_are_refused(visit, elsewhere, citizen, address):
    web = visit(elsewhere)

    for act in ("bao-cao", "xac-nhan", "tra-lai", "thay-doi"):
        typed = {"state": "doing", "percent": "5", "reason": "x", "due_on": "1/12/2026"}
        assert post(web, f"{address}/{act}", **typed).status_code == 403
    assert post(web, f"{PLAN}/dong", reason="x").status_code == 403
    assert visit(citizen).get(PLANS).status_code == 403


def test_a_plan_is_closed_with_a_reason_and_then_stays(
    visit, keeper, reporter, address
):
    web = visit(keeper)

    assert post(web, f"{PLAN}/dong", reason="").status_code == 422
    assert post(web, f"{PLAN}/dong", reason="Hết năm.").status_code == 302
    assert PlanRow.objects.get(key="demo_2026").closed_why == "Hết năm."
    assert "Hết năm." in words(web.get(PLAN))
    assert "Gửi báo cáo" not in words(visit(reporter).get(address))
    late = visit(reporter)
    late.post(f"{address}/bao-cao", {"state": "doing", "percent": "5"})
    assert "Kế hoạch đã đóng" in words(late.get(address))


def test_a_year_shows_both_sides_apart(visit, head, keeper, reporter, agency):
    year = f"/lam-viec/danh-gia-nam/{agency.id}/2026"
    below, above = visit(head), visit(keeper)

    assert "Chưa kiểm chứng nghị định này còn hiệu lực" in words(below.get(year))
    early = post(above, f"{year}/xep-loai", level="good", text="Đạt.")
    assert early.status_code == 422 and "chưa tự đánh giá" in words(early)
    assert post(below, f"{year}/tu-danh-gia", level="", text="x").status_code == 422
    post(below, f"{year}/tu-danh-gia", level="excellent", text="Xong hết.")
    post(above, f"{year}/xep-loai", level="good", text="Trễ một việc.")

    text = words(below.get(year))
    assert "Hai mức khác nhau" in text
    assert text.index("Xong hết.") < text.index("Trễ một việc.")
    assert visit(reporter).get(year).status_code == 403
    listed = words(above.get("/lam-viec/danh-gia-nam"))
    assert "Sở Giáo dục và Đào tạo" in listed and "Sở Y tế" in listed
    assert above.get(f"/lam-viec/danh-gia-nam/{agency.id}/2031").status_code == 422


def test_the_council_asks_and_the_agency_answers(
    visit,
    member,
    reporter,
    elsewhere,
    keeper,
    agency,
    task,
    picture,
):
    web = visit(member)
    form = web.get(f"/giam-sat/hoi?ve=task:{task.id}&co-quan={agency.id}")
    chosen = re.findall(r'<option value="([^"]+)" selected', form.content.decode())
    assert chosen == [f"task:{task.id}", str(agency.id)]
    typed = {
        "subject": f"task:{task.id}",
        "agency": str(agency.id),
        "text": "Bao nhiêu trường?",
        "answer_by": "30/6/2026",
    }
    for wrong in ({"subject": "x"}, {"agency": ""}, {"answer_by": "mai"}, {"text": ""}):
        assert post(web, "/giam-sat/hoi", **{**typed, **wrong}).status_code == 422
    address = post(web, "/giam-sat/hoi", **typed).headers["Location"]

    assert "Chờ trả lời" in words(visit(keeper).get("/giam-sat"))
    answering = visit(reporter)
    assert post(answering, f"{address}/tra-loi", text="").status_code == 422
    answering.post(
        f"{address}/tra-loi",
        {"text": "120 trường.", "files": io.BytesIO(picture())},
    )
    text = words(web.get(address))
    assert "Đã trả lời" in text and "120 trường." in text
    [row] = QuestionRow.objects.get().answers.all()
    assert web.get(f"{address}/tep/{row.id}")["Content-Type"] == "image/png"
    assert visit(elsewhere).get(address).status_code == 404
    assert visit(elsewhere).get(f"{address}/tep/{row.id}").status_code == 404
    assert visit(keeper).get("/giam-sat/hoi").status_code == 403
    assert "Bao nhiêu trường?" in words(web.get(f"{PLAN}/{task.id}"))


def test_what_is_overdue_stands_on_the_board_and_leads_to_its_task(
    visit, leader, task, now
):
    TaskRow.objects.filter(pk=task.id).update(due_on=date(2026, 1, 5))

    page = visit(leader).get("/lam-viec/dieu-hanh/province").content.decode()

    exceptions = page.split('id="ngoai-le"')[1].split("</section>")[0]
    assert "Nhiệm vụ kế hoạch quá hạn" in exceptions
    assert f"{PLAN}/{task.id}" in exceptions


def test_a_text_that_excel_would_run_leaves_as_a_text(visit, keeper, task):
    text = {"vi": '=HYPERLINK("http://elsewhere.example")', "en": ""}
    TaskRow.objects.filter(pk=task.id).update(text=text)

    sent = visit(keeper).get(f"{PLAN}.csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(sent.removeprefix("\ufeff"))))

    [row] = [one for one in rows if one["number"] == task.number]
    assert row["text"] == "'" + text["vi"]


def test_the_plan_of_an_agency_tells_the_provincial_targets_it_serves(
    visit, reporter, task
):
    TaskRow.objects.filter(pk=task.id).update(target="files_commune")

    text = words(visit(reporter).get("/lam-viec/nhiem-vu"))

    _, _, served = text.partition("Mục tiêu của tỉnh mà các nhiệm vụ này phục vụ")
    assert "Hồ sơ công việc cấp xã" in served and "Mục tiêu:" in served
