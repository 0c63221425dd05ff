"""Procedures and forms built through their pages, without JavaScript."""

import json
import re
from types import SimpleNamespace

import pytest

from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.packs import drafts, local, versions
from tinhso.procedures import actions, queries

CODE = "2.000806"
FORM = "local_2_000806"
HOME = "/lam-viec/bieu-mau"
AT = f"{HOME}/thu-tuc/{CODE}"
SHEET = f"{HOME}/mau/{FORM}"
MARITAL = f"{HOME}/mau/marital_status"


@pytest.fixture(autouse=True)
def _built(built):
    """Pages name their files by content, so the files come first."""


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings, now):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False
    hand = SimpleNamespace(at=now)
    monkeypatch.setattr("tinhso.kernel.clock.now", lambda: hand.at)
    return hand


@pytest.fixture
def controller(sign_in):
    return sign_in("Mai Thị Ngọc")


@pytest.fixture
def builder(controller, visit):
    return visit(controller)


def told(response):
    return re.sub(r"\s+", " ", response.content.decode())


def revision(page):
    found = re.search(r'name="revision" value="(\d+)"', page.content.decode())
    return found[1] if found else "0"


def save(builder, address, **typed):
    """Open a page, change what is typed in it, and send it."""
    page = builder.get(address)
    assert page.status_code == 200, page.status_code
    shown = inputs(page)
    return builder.post(address, {**shown, **typed})


def inputs(page):
    """Read what a page's inputs hold, as a browser would send it."""
    given = {}
    for q in [*page.context["questions"], *every(page)]:
        given[q["name"]] = q["value"]
    return {"revision": page.context["revision"], **given}


def every_input(page):
    return [*page.context["questions"], *every(page)]


def every(page):
    return [q for group in page.context["groups"] for q in group["questions"]]


def begin(builder, code=CODE):
    return builder.post(f"{HOME}/moi", {"code": code, "catalogue": "1"})


def complete(builder):
    """Give all that the national catalogue left open."""
    save(
        builder,
        f"{AT}/thong-tin",
        summary_vi="Đăng ký kết hôn với người nước ngoài.",
        level="commune",
        channels=["online", "counter", "post"],
    )
    found = drafts.find_draft(kind="procedures", key=CODE)
    if not found.body.get("time_limits"):
        row = {"amount": "5", "unit": "working_days", "source": "Luật Hộ tịch"}
        save(builder, f"{AT}/thoi-han/them-moi", **row, valid_from="1/1/2026")
    if "fees" not in found.body:
        page = builder.get(f"{AT}/phi")
        builder.post(f"{AT}/phi", {"deed": "none", "revision": revision(page)})
    for n, _ in enumerate(found.body["papers"]):
        save(builder, f"{AT}/giay-to/{n}", form="original", copies="1")
    result = {"code": "KQ.G15.000099", "title_vi": "Giấy chứng nhận kết hôn"}
    save(builder, f"{AT}/ket-qua", workflow="paper_result", **result)


def field_of(form, key):
    """Find a question in the draft of a form."""
    body = drafts.find_draft(kind="forms", key=form).body
    pages = (page for section in body["sections"] for page in section["pages"])
    return next(f for page in pages for f in page["fields"] if f["key"] == key)


def review(builder, kind="procedures", key=CODE):
    return builder.get(f"{HOME}/cong-bo/{kind}/{key}")


def publish(builder, kind="procedures", key=CODE):
    page = review(builder, kind, key)
    assert page.status_code == 200
    seen = re.findall(r'name="seen" value="([^"]+)"', page.content.decode())
    return builder.post(f"{HOME}/cong-bo/{kind}/{key}", {"seen": seen})


def test_a_procedure_of_the_national_catalogue_becomes_one_to_apply_for(
    builder, national, now
):
    assert begin(builder).status_code == 302
    complete(builder)

    assert builder.get(AT).context["faults"] == []
    assert publish(builder).status_code == 302

    found = queries.get_procedure(code=CODE, on=now.date())
    assert found.is_online
    assert found.result.template == ""
    assert versions.newest(kind="procedures", key=CODE).pack == "local"
    assert drafts.all_drafts() == []
    assert f'href="/thu-tuc/{CODE}"' in told(builder.get(AT))
    assert "Bắt đầu nộp hồ sơ" in told(builder.get(f"/thu-tuc/{CODE}"))


def test_who_has_no_dossiers_finds_the_builder_from_the_desk(builder):
    answer = builder.get("/lam-viec", follow=True)

    assert answer.status_code == 200
    assert f'<a href="{HOME}">Thủ tục và mẫu</a>' in told(answer)
    assert "Việc của tôi" not in told(answer)


def test_a_question_for_files_takes_all_types_unless_some_are_said(builder, national):
    begin(builder)
    address = f"{SHEET}/phan/papers/trang/paper_1/cau/them-moi"

    save(builder, address, label_vi="Dự toán", kind="files")
    save(builder, address, label_vi="Đơn", kind="files", accepts="image/png")

    fields = field_of(FORM, "du_toan"), field_of(FORM, "don")
    assert [len(field["accepts"]) for field in fields] == [3, 1]


def test_a_day_before_today_is_refused_without_writing_a_rule(builder, national):
    begin(builder)
    address = f"{SHEET}/phan/request/trang/request/cau"

    bound = {"kind": "date", "day_bound": "from_today"}
    save(builder, f"{address}/them-moi", label_vi="Ngày bắt đầu", **bound)

    [check] = field_of(FORM, "ngay_bat_dau")["checks"]
    assert check["rule"] == {">=": [{"var": "ngay_bat_dau"}, {"var": "today"}]}
    page = inputs(builder.get(f"{address}/ngay_bat_dau"))
    assert (page["day_bound"], page["checks"]) == ("from_today", "")
    save(builder, f"{address}/ngay_bat_dau", hint_vi="Ngày làm lễ")
    assert field_of(FORM, "ngay_bat_dau")["checks"] == [check]
    typed = {"page": "request", "request": "Kết hôn", "ngay_bat_dau": "1/1/2020"}
    assert "không được ở trước hôm nay" in told(builder.post(f"{SHEET}/xem", typed))
    save(builder, f"{address}/ngay_bat_dau", day_bound="")
    assert "checks" not in field_of(FORM, "ngay_bat_dau")


def test_only_days_have_such_a_bound(builder, national):
    begin(builder)
    address = f"{SHEET}/phan/request/trang/request/cau/them-moi"

    wrong = {"label_vi": "Số lồng", "kind": "number", "day_bound": "from_today"}

    assert "câu hỏi loại Ngày" in told(save(builder, address, **wrong))


def test_a_paper_begins_with_one_copy_and_names_the_page_of_its_file(builder, national):
    begin(builder)
    page = f"{SHEET}/phan/papers/trang/paper_1"
    save(builder, f"{page}/cau/them-moi", label_vi="Dự toán", kind="files")

    asked = {q["name"]: q for q in every_input(builder.get(f"{AT}/giay-to/them-moi"))}

    assert asked["copies"]["value"] == "1"
    offered = [one["label"] for one in asked["field"]["options"]]
    assert not any(label.startswith(" –") for label in offered)
    assert any("– Dự toán (du_toan)" in label for label in offered)


def test_the_size_of_files_is_asked_in_megabytes(builder, national):
    begin(builder)
    address = f"{SHEET}/phan/papers/trang/paper_1/cau/paper_1"

    save(builder, address, max_bytes="2,5")

    assert field_of(FORM, "paper_1")["max_bytes"] == 2.5 * 2**20
    assert inputs(builder.get(address))["max_bytes"] == "2,5"
    assert "Hãy nhập số MB" in told(save(builder, address, max_bytes="lớn"))


def test_what_the_catalogue_does_not_say_is_asked_for_where_it_belongs(
    builder, national
):
    begin(builder)

    page = told(builder.get(AT))

    assert "Phải sửa trước khi công bố" in page
    assert f'href="{AT}/thong-tin"' in page
    assert "Chưa có: Thủ tục này để làm gì." in page
    assert "required property" not in page


def test_who_may_not_edit_content_gets_no_page(visit, clerk, citizen):
    pages = [HOME, f"{HOME}/moi", MARITAL, f"{HOME}/thu-tuc/1.004873"]

    assert {visit(clerk).get(page).status_code for page in pages} == {403}
    assert visit(citizen).get(HOME).status_code == 403


def test_a_section_a_page_and_a_question_are_added_moved_and_removed(builder):
    save(builder, f"{MARITAL}/phan/them-moi", title_vi="Phần thêm")
    section = f"{MARITAL}/phan/phan_them"
    sent = save(builder, f"{section}/trang/them-moi", title_vi="Bạn nuôi gì?")
    question = f"{section}/trang/ban_nuoi_gi/cau"
    assert sent.url == f"{question}/them-moi"
    save(builder, f"{question}/them-moi", label_vi="Loài cá", kind="text")
    save(builder, f"{question}/them-moi", label_vi="Số lồng", kind="number")

    def keys():
        body = drafts.find_draft(kind="forms", key="marital_status").body
        return [f["key"] for f in body["sections"][-1]["pages"][0]["fields"]]

    def press(deed, at):
        page = builder.get(MARITAL)
        given = {"deed": f"{deed}:{at}", "revision": revision(page)}
        return builder.post(MARITAL, given)

    at = "sections/phan_them/pages/ban_nuoi_gi/fields"
    assert keys() == ["loai_ca", "so_long"]
    press("up", f"{at}/so_long")
    assert keys() == ["so_long", "loai_ca"]
    press("remove", f"{at}/so_long")
    assert keys() == ["loai_ca"]
    text = told(review(builder, "forms", "marital_status"))
    assert "Thêm phần “Phần thêm”" in text
    assert "Thêm câu hỏi “Loài cá”" in text


@pytest.fixture
def new():
    """The address of a new question in the form of the marital-status certificate."""
    body = versions.newest(kind="forms", key="marital_status").body
    section = body["sections"][0]
    page = section["pages"][0]["key"]
    return f"{MARITAL}/phan/{section['key']}/trang/{page}/cau/them-moi"


@pytest.mark.parametrize(
    ("typed", "name", "message"),
    [
        ({"kind": "text", "key": "status"}, "key", "đã được dùng"),
        ({"kind": "text", "key": "Tên"}, "key", "chữ thường không dấu"),
        ({"kind": "choice"}, "choices", "ít nhất hai câu trả lời"),
        ({"kind": "choice", "choices": "Có"}, "choices", "ít nhất hai câu trả lời"),
        ({"kind": ""}, "kind", "Hãy nhập mục này"),
        (
            {"kind": "text", "when": "rule", "when_rule": '{"var": "nothing"}'},
            "when",
            "không có câu hỏi nào tên như vậy",
        ),
        (
            {"kind": "text", "when": "rule", "when_rule": '{"var": '},
            "when_rule",
            "Không đọc được JSON",
        ),
        ({"kind": "text", "max_length": "nhiều"}, "max_length", "một số nguyên"),
    ],
)
def test_bad_input_is_refused_at_its_input_and_stays(
    builder, new, typed, name, message
):
    sent = save(builder, new, label_vi="Câu hỏi thử", **typed)

    assert sent.status_code == 422
    wrong = {q["name"]: q for q in [*sent.context["questions"], *every(sent)]}
    assert message in wrong[name]["error"]
    assert wrong["label_vi"]["value"] == "Câu hỏi thử"
    assert f'href="#{name}"' in told(sent)
    assert drafts.find_draft(kind="forms", key="marital_status") is None


def test_a_simple_condition_is_written_as_a_rule_and_read_back(builder, new):
    page = builder.get(new)
    when = next(q for q in page.context["questions"] if q["name"] == "when")
    choice = next(o["value"] for o in when["options"] if "=" in o["value"])
    save(builder, new, label_vi="Chỉ khi", kind="text", when=choice)

    name = choice.partition("=")[0]
    known = queries.form_of(
        body=drafts.find_draft(kind="forms", key="marital_status").body
    )
    field = next(f for f in known.fields() if f.key == "chi_khi")
    assert json.dumps(field.when).count(name) == 1
    again = builder.get(new.replace("them-moi", "chi_khi"))
    shown = {q["name"]: q["value"] for q in again.context["questions"]}
    assert shown["when"] == choice
    assert shown["required"] == ""


def test_a_complex_rule_is_shown_as_json_and_survives_an_edit(builder, new):
    rule = {"and": [{"var": "status"}, {"!": {"var": "status"}}]}
    save(
        builder,
        new,
        label_vi="Phức tạp",
        kind="text",
        when="rule",
        when_rule=json.dumps(rule),
    )
    save(builder, new.replace("them-moi", "phuc_tap"), hint_vi="Một gợi ý")

    body = drafts.find_draft(kind="forms", key="marital_status").body
    fields = [f for s in body["sections"] for p in s["pages"] for f in p["fields"]]
    field = next(f for f in fields if f["key"] == "phuc_tap")
    assert field["when"] == rule
    assert field["hint"] == {"vi": "Một gợi ý", "en": "Một gợi ý"}


def test_a_second_editor_is_told_and_loses_nothing(builder, new):
    shown = inputs(builder.get(new))
    save(builder, f"{MARITAL}/ten", title_vi="Tên mới")
    late = {**shown, "label_vi": "Muộn hơn", "kind": "text", "revision": "0"}

    refused = builder.post(new, late)

    assert refused.status_code == 409
    assert "Người khác vừa lưu nội dung này" in told(refused)
    assert "Muộn hơn" in told(refused)
    again = builder.post(new, {**late, "revision": revision(refused)})
    assert again.status_code == 302
    body = drafts.find_draft(kind="forms", key="marital_status").body
    assert body["title"]["vi"] == "Tên mới"
    assert "muon_hon" in json.dumps(body)


def test_a_page_without_a_question_keeps_a_form_from_being_published(builder, new):
    save(
        builder, new.partition("/cau")[0].rsplit("/", 1)[0] + "/them-moi", title_vi="X"
    )

    page = review(builder, "forms", "marital_status")

    text = told(page)
    assert "Cần ít nhất một mục" in text
    assert "Công bố?" not in text
    publish(builder, "forms", "marital_status")
    assert versions.newest(kind="forms", key="marital_status").version == 1


def test_a_workflow_that_is_not_published_is_refused(builder):
    address = f"{HOME}/thu-tuc/1.004873/ket-qua"

    sent = save(builder, address, workflow="nothing")

    assert sent.status_code == 422
    assert "Hãy chọn một mục trong danh sách" in told(sent)


def test_a_published_form_leaves_running_dossiers_with_theirs(
    builder,
    submit,
    now,
    citizen,
):
    before = submit()
    draft = actions.start_draft(procedure_code="1.001193", actor=citizen, at=now)
    address = f"{HOME}/mau/birth_registration/phan/child/trang/child_name/cau/them-moi"
    save(builder, address, label_vi="Câu mới", kind="text", required="no")

    assert publish(builder, "forms", "birth_registration").status_code == 302

    after = queries.get_dossier(dossier_id=before.id, actor=citizen, at=now)
    assert after.procedure.form.number == 1
    current = queries.get_procedure(code="1.001193", on=now.date())
    assert current.form.number == 2
    assert "cau_moi" in {field.key for field in current.form.fields()}
    kept = queries.get_draft(draft_id=draft.id, actor=citizen)
    assert kept.procedure.form.number == 1
    asked = told(builder.get(f"{HOME}/mau/birth_registration/xem?trang=child_name"))
    assert "Câu mới" in asked


def test_an_example_that_fails_blocks_publishing_with_its_reason(builder, new):
    save(builder, new, label_vi="Câu bắt buộc", kind="text")

    page = review(builder, "forms", "marital_status")

    text = told(page)
    assert "Có ví dụ không đúng nên chưa công bố được" in text
    assert "cau_bat_buoc" in text
    assert "Công bố?" not in text


def test_an_example_is_kept_with_fee_and_day_and_a_wrong_one_is_refused(
    builder, national
):
    begin(builder)
    complete(builder)
    address = f"{AT}/vi-du/moi"
    page = builder.get(address)
    typed = {
        "title": "Một người nộp",
        "submitted_at": "2026-06-16T09:00",
        "channel": "counter",
        "applicant_name": "Nguyễn Thị Thử",
        "applicant_number": "022099999999",
        "applicant_residence": "Khu 1",
        "applicant_phone": "0900000009",
        "request": "Đăng ký",
        "files": [one["key"] for one in page.context["files"]],
        "keep": "1",
    }

    missing = builder.post(address, {**typed, "applicant_name": ""})
    wrong = builder.post(address, {**typed, "fee": "123"})
    kept = builder.post(address, typed)

    assert missing.status_code == 422
    assert "applicant_name" in missing.context["error"]
    assert "Hệ thống tính ra" in wrong.context["error"]["fee"]
    assert kept.status_code == 302
    assert "Một người nộp" in told(builder.get(f"{AT}/vi-du"))
    assert publish(builder).status_code == 302
    assert versions.newest(kind="examples", key=FORM).version == 1


def test_the_preview_asks_like_the_real_pages_and_saves_nothing(builder):
    page = builder.get(f"{MARITAL}/xem")
    assert "Đang xem trước bản nháp" in told(page)

    first = page.context["page"].key
    sent = builder.post(f"{MARITAL}/xem", {"page": first, "carried": "{}"})

    assert sent.status_code == 422
    assert "Có mục cần sửa" in told(sent)
    assert drafts.all_drafts() == []
    assert builder.get(f"{MARITAL}/toan-bo").status_code == 200


def test_what_was_made_here_leaves_as_a_pack(builder, new):
    save(builder, new, label_vi="Câu mới", kind="text", required="no")
    publish(builder, "forms", "marital_status")

    sent = builder.get(f"{HOME}/xuat.zip")

    assert sent["Content-Type"] == "application/zip"
    assert set(local.export()) == {"pack.yaml", "forms/marital_status.yaml"}


def test_a_draft_is_thrown_away_after_asking(builder, new):
    save(builder, new, label_vi="Câu mới", kind="text")
    address = f"{HOME}/bo/forms/marital_status"
    page = builder.get(address)

    builder.post(address, {"seen": page.context["seen"]})

    assert drafts.all_drafts() == []
    assert versions.newest(kind="forms", key="marital_status").version == 1


def test_a_version_that_came_out_meanwhile_is_told_before_publishing(builder, new, now):
    save(builder, new, label_vi="Câu mới", kind="text", required="no")
    body = versions.newest(kind="forms", key="marital_status").body
    newer = {**body, "source": "Mẫu mới"}
    content = local.content_of(kind="forms", key="marital_status", body=newer)
    local.apply([content], actor=SYSTEM, at=now)

    page = review(builder, "forms", "marital_status")
    assert "bản 2 đã được công bố" in told(page)
    builder.post(f"{HOME}/cong-bo/forms/marital_status", {"keep": "1"})

    assert publish(builder, "forms", "marital_status").status_code == 302
    assert versions.newest(kind="forms", key="marital_status").version == 3


def test_what_a_question_takes_from_papers_survives_an_edit(builder):
    address = f"{MARITAL}/phan/purpose/trang/former/cau/former_paper"

    save(builder, address, label_vi="Giấy đã cấp trước đây")

    body = drafts.find_draft(kind="forms", key="marital_status").body
    fields = [f for s in body["sections"] for p in s["pages"] for f in p["fields"]]
    field = next(f for f in fields if f["key"] == "former_paper")
    assert field["label"]["vi"] == "Giấy đã cấp trước đây"
    assert field["accepts_results"] == ["KQ.G15.000038"]
    assert field["accepts_expired"] is True


@pytest.mark.usefixtures("national")
def test_the_review_names_the_texts_that_have_no_english(builder):
    begin(builder)
    complete(builder)

    page = review(builder)

    assert "chỗ chưa có tiếng Anh" in page.content.decode()
    assert "Giấy chứng nhận kết hôn" in page.context["bare_texts"]


def test_officers_who_build_nothing_change_no_example(clerk, visit):
    address = f"{HOME}/thu-tuc/1.001193/vi-du"

    answer = visit(clerk).post(address, {"deed": "drop:birth_registration/0"})

    assert answer.status_code == 403
