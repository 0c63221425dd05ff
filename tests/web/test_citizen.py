"""What citizens do: find, apply, return, follow, verify; and what they cannot."""

import re
import unicodedata
from io import BytesIO
from uuid import UUID, uuid4

import pikepdf
import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tinhso.kernel import clock
from tinhso.procedures import actions, queries
from tinhso.procedures.models import DossierRow, DraftRow, ProcedureVersion
from tinhso.procedures.queries import versions
from tinhso.security.models import Account

BIRTH = "1.001193"
# Everything on the pages of a birth registration, as people type it, in order.
TYPED = [
    (
        "requester_identity",
        {
            "requester_name": "Nguyễn Thị Hoa",
            "requester_number": "022 195 999 001",
            "requester_residence": "Tổ 5, khu 3, phường Hạ Long",
        },
    ),
    ("requester_contact", {"requester_phone": "0900000001", "requester_email": ""}),
    ("requester_relation", {"requester_relation": "mother"}),
    ("child_name", {"child_name": "Phạm Gia Hân"}),
    ("child_birth", {"child_birth_date": "1/6/2026"}),
    ("child_gender", {"child_gender": "female"}),
    ("child_place", {"child_birth_place": "Bệnh viện Sản Nhi Quảng Ninh"}),
    (
        "child_origin",
        {
            "child_ethnicity": "Kinh",
            "child_nationality": "Việt Nam",
            "child_home_town": "Phường Hạ Long",
        },
    ),
    (
        "mother",
        {
            "mother_known": "yes",
            "mother_name": "Nguyễn Thị Hoa",
            "mother_birth_date": "12/03/1995",
            "mother_number": "022195999001",
            "mother_residence": "Phường Hạ Long",
        },
    ),
    ("father", {"father_known": "no"}),
    ("birth_proof_kind", {"birth_proof_kind": "notice"}),
    ("birth_proof", {}),
    ("copies", {"copies": "0"}),
    ("pledge", {"pledge": "yes"}),
]


@pytest.fixture(autouse=True)
def _built(built):
    """Pages name their files by content, so the files come first."""


@pytest.fixture(autouse=True)
def _at_nine(monkeypatch, now):
    """The door's clock stands at the tests' moment."""
    monkeypatch.setattr(clock, "now", lambda: now)


def client_of(actor):
    client = Client(headers={"accept-language": "vi"})
    client.force_login(
        Account.objects.get(pk=actor.id),
        backend=django_settings.AUTHENTICATION_BACKENDS[0],
    )
    return client


@pytest.fixture
def web(citizen):
    return client_of(citizen)


@pytest.fixture
def stranger(sign_in):
    return client_of(sign_in("Trần Quốc Hưng"))


@pytest.fixture
def draft(citizen, now):
    """The address of a draft just begun."""
    made = actions.start_draft(procedure_code=BIRTH, actor=citizen, at=now)
    return f"/nop-ho-so/{made.id}"


@pytest.fixture
def answer(web, draft):
    """Answer a page of the draft; every field shown counts as asked."""

    def post(key, typed, **more):
        asked = more.pop("asked", list(typed) or key)
        address = f"{draft}/trang/{key}"
        return web.post(address, {**typed, "asked": asked, **more})

    return post


@pytest.fixture
def filled(web, draft, answer, ward, picture):
    """A draft answered in full through its pages."""
    web.post(f"{draft}/noi-tiep-nhan", {"organization_id": str(ward.id)})
    for key, typed in TYPED:
        if key == "birth_proof":
            answer(key, {}, birth_proof=named(picture(), "giay-chung-sinh.png"))
        assert answer(key, typed).status_code == 302, key
    return draft


@pytest.fixture
def submitted(web, filled):
    """A dossier submitted through the pages."""
    web.post(f"{filled}/nop")
    return DossierRow.objects.get(draftrow__pk=filled.rpartition("/")[2])


def named(content, name, media_type="image/png"):
    return SimpleUploadedFile(name, content, content_type=media_type)


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


def answers_of(draft):
    return DraftRow.objects.get(pk=draft.rpartition("/")[2]).answers


# Finding


@pytest.mark.usefixtures("content")
def test_search_needs_no_diacritics_and_helps_when_empty(client):
    assert "Thủ tục đăng ký khai sinh" in words(client.get("/thu-tuc?q=khai sinh"))
    assert "đăng ký khai sinh" in words(client.get("/thu-tuc?q=dang ky khai sinh"))

    empty = words(client.get("/thu-tuc?q=xyzzy <script>"))

    assert "Chưa tìm thấy thủ tục nào" in empty
    assert "<script>" not in re.sub(r"<script src[^>]*>", "", empty)


@pytest.mark.usefixtures("content")
def test_a_procedure_page_says_time_fee_papers_place_and_law(client):
    birth = words(client.get(f"/thu-tuc/{BIRTH}"))
    single = words(client.get("/thu-tuc/1.004873"))

    assert "1 ngày làm việc" in birth
    assert "Không thu" in birth
    assert "54 đơn vị" in birth
    assert "60/2014/QH13" in birth
    assert "mức phí chưa xác minh" in single
    assert client.get("/thu-tuc/9.999999").status_code == 404


@pytest.mark.usefixtures("content")
def test_what_is_handed_in_at_the_counter_has_no_button(client):
    page = words(client.get("/thu-tuc/2.000815"))

    assert "Thủ tục này nộp tại quầy một cửa" in page
    assert "Bắt đầu nộp hồ sơ" not in page
    assert "2.000 ₫ / trang; từ trang thứ 3: 1.000 ₫; tối đa 200.000 ₫" in page
    assert "trong ngày; nhận sau 15 giờ thì trong ngày làm việc tiếp theo" in page
    assert "thời hạn chưa xác minh" not in page
    assert "thời hạn chưa xác minh" in words(client.get("/thu-tuc/1.000656"))
    assert "nộp tại quầy" in words(client.get("/thu-tuc?q=2.000815"))


@pytest.mark.usefixtures("content")
def test_fees_are_told_for_each_channel(client):
    page = words(client.get("/thu-tuc/1.004194"))

    assert "7.000 ₫ / hồ sơ" in page
    assert "Cá nhân, hộ gia đình – trực tuyến" in page
    assert "15.000 ₫ / hồ sơ" in page
    assert "10.000 ₫ / người" in page
    assert "Công an cấp xã" in page


def test_starting_online_what_is_not_online_leads_to_its_page(web):
    answer = web.get("/thu-tuc/2.000815/bat-dau")

    assert answer.status_code == 302
    assert answer["Location"] == "/thu-tuc/2.000815"
    assert web.post("/thu-tuc/2.000815/bat-dau").status_code == 422


@pytest.mark.usefixtures("content")
def test_search_goes_from_what_has_happened_to_procedures(client, national):
    page = client.get("/thu-tuc", {"q": "sap lay vo"}).content.decode()

    assert "Kết hôn" in page
    assert 'href="/thu-tuc/2.000806"' in page
    assert "nộp được ngay" in page  # the marital-status certificate, which is ours
    assert "gần đúng" not in page


def test_a_procedure_only_the_nation_has_is_shown_as_it_was_published(client, national):
    page = client.get("/thu-tuc/2.000806")

    text = page.content.decode()
    assert page.status_code == 200
    assert "chưa nộp trực tuyến được ở đây" in text
    assert "3 ngày làm việc" in text
    assert "7.000 ₫" in text
    assert "Danh mục ghi “1”, không rõ đơn vị" in text
    assert "Mau 25.NT" not in text
    assert "18/2017/QH14" in text
    assert client.get("/thu-tuc/9.000001").status_code == 404


def test_strangers_sign_in_before_they_start(client):
    response = client.get(f"/thu-tuc/{BIRTH}/bat-dau")

    assert response.status_code == 302
    assert response["Location"].startswith("/tai-khoan/dang-nhap?next=/thu-tuc/")


# Applying


def test_an_application_goes_from_start_to_code(web, ward, picture):
    started = web.post(f"/thu-tuc/{BIRTH}/bat-dau")
    draft = started["Location"]
    hub = words(web.get(draft))
    assert "Nơi tiếp nhận" in hub
    assert "Chưa làm được" in hub

    page = web.post(f"{draft}/noi-tiep-nhan", {"organization_id": str(ward.id)})
    for key, typed in TYPED:
        assert page["Location"] == f"{draft}/trang/{key}"
        if key == "birth_proof":
            file = named(picture(), "giay-chung-sinh.png")
            web.post(f"{draft}/trang/{key}", {"asked": [key], key: file})
        page = web.post(f"{draft}/trang/{key}", {**typed, "asked": list(typed) or key})
    assert page["Location"] == f"{draft}/kiem-tra"

    check = words(web.get(f"{draft}/kiem-tra"))
    assert "01/06/2026" in check
    assert "giay-chung-sinh.png" in check
    assert "tài khoản của bạn" in check
    assert web.post(f"{draft}/nop")["Location"] == f"{draft}/da-nop"

    done = words(web.get(f"{draft}/da-nop"))
    assert "H49.06688-260616-0001" in done
    assert "17:00 17/06/2026" in done
    assert "SHA-256" in done
    assert web.get(draft)["Location"].startswith("/ho-so/")


def test_what_is_known_is_shown_with_its_source(web, draft):
    page = words(web.get(f"{draft}/trang/requester_identity"))

    assert 'value="Nguyễn Thị Hoa"' in page
    assert "Lấy từ tài khoản của bạn" in page


def test_a_unit_near_home_is_suggested(web, draft, ward):
    page = words(web.get(f"{draft}/noi-tiep-nhan"))

    assert f'<option value="{ward.id}" selected>' in page


@pytest.mark.parametrize("chosen", ["", "nonsense", str(UUID(int=0))])
def test_a_unit_that_cannot_be_is_refused_at_the_field(web, draft, chosen):
    response = web.post(f"{draft}/noi-tiep-nhan", {"organization_id": chosen})

    assert response.status_code == 422
    assert 'href="#organization_id"' in words(response)


def test_wrong_answers_come_back_with_all_that_was_typed(answer, draft):
    typed = {
        "requester_name": "Hoa 99 {{ x }} <b>",
        "requester_number": "12345",
        "requester_residence": "Tổ 5",
    }

    response = answer("requester_identity", typed)
    page = words(response)

    assert response.status_code == 422
    assert 'value="Hoa 99 {{ x }} &lt;b&gt;"' in page
    assert 'value="12345"' in page
    assert 'href="#requester_number"' in page
    assert "gồm 12 chữ số" in page
    assert answers_of(draft)["requester_residence"] == "Tổ 5"


def test_a_birth_date_in_the_future_is_refused_in_words(answer):
    response = answer("child_birth", {"child_birth_date": "17/06/2026"})

    assert response.status_code == 422
    assert "Ngày sinh không được ở tương lai." in words(response)
    assert 'value="17/06/2026"' in words(response)


def test_a_day_that_is_none_can_be_read_back(web, answer, draft):
    assert answer("child_birth", {"child_birth_date": "32/13/2026"}).status_code == 422

    assert web.get(draft).status_code == 200
    check = web.get(f"{draft}/kiem-tra")
    assert check.status_code == 200
    assert "32/13/2026" in words(check)


def test_an_answer_that_opens_questions_leads_to_them(web, answer, draft):
    opened = answer("mother", {"mother_known": "yes"})
    page = words(web.get(opened["Location"]))

    assert opened["Location"] == f"{draft}/trang/mother?them=1"
    assert "xin trả lời thêm" in page
    assert 'id="mother_name"' in page
    assert 'id="error-summary"' not in page

    again = answer("mother", {"mother_known": "yes", "mother_name": ""})
    assert again.status_code == 422


def test_an_answer_with_a_null_byte_is_no_fault_of_ours(answer):
    assert answer("child_name", {"child_name": "An\x00 9"}).status_code == 422


def test_decomposed_letters_are_stored_composed(answer, draft):
    answer("child_name", {"child_name": unicodedata.normalize("NFD", "Phạm Gia Hân")})

    assert answers_of(draft)["child_name"] == "Phạm Gia Hân"


def test_a_correction_leads_back_to_the_check(web, draft):
    response = web.post(
        f"{draft}/trang/child_name?ve=kiem-tra",
        {"child_name": "Phạm Gia Hân", "asked": ["child_name"]},
    )

    assert response["Location"] == f"{draft}/kiem-tra"


def test_an_unfinished_draft_is_not_submitted(web, draft, ward):
    web.post(f"{draft}/noi-tiep-nhan", {"organization_id": str(ward.id)})

    response = web.post(f"{draft}/nop")

    assert response.status_code == 422
    assert 'href="#dong-child_name"' in words(response)
    assert not DossierRow.objects.exists()


def test_submitting_twice_makes_one_dossier(web, filled):
    first = web.post(f"{filled}/nop")
    second = web.post(f"{filled}/nop")

    assert first["Location"] == f"{filled}/da-nop"
    assert second.status_code == 302
    assert DossierRow.objects.count() == 1


def test_a_draft_is_found_again_and_thrown_away(web, draft):
    assert draft in words(web.get("/ho-so-nhap"))
    assert "Xóa bản nháp này?" in words(web.get(f"{draft}/xoa"))

    web.post(f"{draft}/xoa")

    assert web.get(draft).status_code == 404


# Files


def pdf(**options):
    buffer = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(buffer, **options)
    return buffer.getvalue()


LOCKED = {"encryption": pikepdf.Encryption(owner="a", user="b")}
BAD_FILES = [
    ("to.pdf", lambda: b"%PDF-1.7\n" + b"0" * (10 * 2**20 + 1), "lớn hơn 10 MB"),
    ("phim.png", lambda: b"MZ\x90\x00" * 50, "không thuộc loại được nhận"),
    ("khoa.pdf", lambda: pdf(**LOCKED), "có đặt mật khẩu"),
    ("cut.pdf", lambda: pdf()[:200], "bị hỏng"),
    ("trong.pdf", lambda: b"", "không có nội dung"),
]


@pytest.mark.parametrize(
    ("name", "make", "message"), BAD_FILES, ids=[bad[0] for bad in BAD_FILES]
)
def test_a_bad_file_is_refused_by_name_and_good_ones_stay(
    web, draft, picture, name, make, message
):
    page = f"{draft}/trang/birth_proof"
    web.post(page, {"birth_proof": named(picture(), "tốt.png"), "asked": "birth_proof"})

    bad = named(make(), name)
    response = web.post(page, {"birth_proof": bad, "asked": "birth_proof"})
    shown = words(response)

    assert response.status_code == 422
    assert message in shown
    assert name in shown
    assert "tốt.png" in shown
    assert 'href="#birth_proof"' in shown
    assert len(answers_of(draft)["birth_proof"]) == 1


def test_a_body_too_large_to_read_is_refused_at_the_field(web, draft, settings):
    settings.TINHSO_MAX_UPLOAD_BYTES = 1000
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    file = named(b"0" * 2000, "to.pdf")

    response = web.post(
        f"{draft}/trang/birth_proof", {"asked": "birth_proof", "birth_proof": file}
    )

    assert response.status_code == 422
    assert "Hãy giảm dung lượng" in words(response)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.png",
        "<img src=x>.png",
        unicodedata.normalize("NFD", "giấy chứng sinh.png"),
        "a" * 5000 + ".png",
        "x\u202egnp.exe.png",
    ],
)
def test_hostile_names_do_no_harm(web, draft, picture, name):
    page = f"{draft}/trang/birth_proof"
    web.post(page, {"birth_proof": named(picture(), name), "asked": "birth_proof"})

    shown = web.get(page).content.decode()
    kept = queries_draft(draft).files

    assert len(kept) == 1
    assert "/" not in kept[0].name
    assert len(kept[0].name) <= 150
    assert unicodedata.is_normalized("NFC", kept[0].name)
    assert "\u202e" not in kept[0].name
    assert "<img src=x" not in shown


def queries_draft(draft):
    row = DraftRow.objects.get(pk=draft.rpartition("/")[2])
    return queries.dossiers.read_draft(row)


def test_a_file_is_removed_and_the_others_stay(web, draft, picture):
    page = f"{draft}/trang/birth_proof"
    for name in ("a.png", "b.png"):
        web.post(page, {"birth_proof": named(picture(), name), "asked": "birth_proof"})
    first = answers_of(draft)["birth_proof"][0]

    web.post(page, {"remove": f"birth_proof:{first}", "asked": "birth_proof"})

    assert [file.name for file in queries_draft(draft).files] == ["b.png"]


def test_a_page_with_files_keeps_its_text_while_uploading(web, citizen, now, picture):
    made = actions.start_draft(procedure_code="1.004873", actor=citizen, at=now)
    page = f"/nop-ho-so/{made.id}/trang/former"
    typed = {"had_before": "yes", "former_reason": "Bị mất khi chuyển nhà"}
    asked = ["had_before", "former_paper", "former_reason"]

    web.post(page, {**typed, "asked": asked, "former_paper": named(picture(), "a.png")})

    assert "Bị mất khi chuyển nhà" in words(web.get(page))


# Versions


@pytest.fixture
def ended(now):
    """End the version in force today, as a newer pack would."""

    def end():
        ProcedureVersion.objects.filter(code=BIRTH).update(valid_to=now.date())
        versions.procedure_version.cache_clear()

    yield end
    versions.procedure_version.cache_clear()


def test_an_ended_procedure_is_refused_kindly(web, filled, ended):
    ended()

    hub = words(web.get(filled))
    response = web.post(f"{filled}/nop")

    assert "Thủ tục này không còn hiệu lực" in hub
    assert response.status_code == 422
    assert "không còn hoặc chưa có hiệu lực" in words(response)
    assert web.get(f"/thu-tuc/{BIRTH}").status_code == 404


@pytest.fixture
def newer(now):
    """Publish the same procedure once more, as a newer pack would."""

    def publish():
        row = ProcedureVersion.objects.get(code=BIRTH)
        row.pk, row.number, row._state.adding = uuid4(), row.number + 1, True
        row.save(force_insert=True)

    return publish


def test_a_newer_form_is_announced_and_keeps_the_answers(web, filled, newer):
    newer()
    assert "Mẫu hồ sơ đã có bản mới" in words(web.get(filled))

    web.post(f"{filled}/cap-nhat")

    assert "Mẫu hồ sơ đã có bản mới" not in words(web.get(filled))
    assert answers_of(filled)["child_name"] == "Phạm Gia Hân"
    assert web.post(f"{filled}/nop")["Location"] == f"{filled}/da-nop"


@pytest.mark.usefixtures("content")
def test_steps_that_a_procedure_does_not_go_are_not_told(client):
    page = words(client.get("/thu-tuc/1.001193"))

    assert "Lãnh đạo ký" in page
    assert "Chờ cơ quan khác cho ý kiến" not in page
