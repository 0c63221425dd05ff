"""A mother registers her child's birth, from the application to the verified paper.

Through the real server with the real worker, in a real Chromium: once with JavaScript,
with a supplement on the way, once without it.
"""

import re
import time
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tinhso.cli.demo import PASSWORD

AXE = Path("node_modules/axe-core/axe.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WARD = "Ủy ban nhân dân phường Hạ Long"

ANSWERS = {
    "requester_identity": {},
    "requester_contact": {},
    "requester_relation": {"requester_relation": "mother"},
    "child_name": {"child_name": "Phạm Gia Hân"},
    "child_birth": {"child_birth_date": "20/05/2026"},
    "child_gender": {"child_gender": "female"},
    "child_place": {"child_birth_place": "Bệnh viện Sản Nhi tỉnh Quảng Ninh"},
    "child_origin": {
        "child_ethnicity": "Kinh",
        "child_nationality": "Việt Nam",
        "child_home_town": "Phường Hạ Long, tỉnh Quảng Ninh",
    },
    "mother": {
        "mother_known": "yes",
        "mother_name": "Nguyễn Thị Hoa",
        "mother_birth_date": "12/03/1995",
        "mother_number": "022195999001",
        "mother_residence": "Tổ 5, khu 3, phường Hạ Long",
    },
    "father": {"father_known": "no"},
    "birth_proof_kind": {"birth_proof_kind": "notice"},
    "copies": {"copies": "0"},
    "pledge": {"pledge": "yes"},
}


def picture(color):
    buffer = BytesIO()
    Image.new("RGB", (600, 800), color).save(buffer, "PNG")
    return {
        "name": "chung-sinh.png",
        "mimeType": "image/png",
        "buffer": buffer.getvalue(),
    }


class Person:
    """Somebody at their own browser, signed in where they have an account."""

    def __init__(self, browser, url, account, *, scripts=True):
        self.scripts = scripts
        self.url = url
        context = browser.new_context(
            locale="vi-VN", java_script_enabled=scripts, accept_downloads=True
        )
        self.page = context.new_page()
        self.faults = []
        if not account:
            return
        self.page.goto(f"{url}/tai-khoan/dang-nhap")
        self.page.fill("[name=login]", account)
        self.page.fill("[name=password]", PASSWORD)
        self.press("main form[method=post] button")

    def press(self, selector):
        """Press a button or a link and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.click(selector)
        self.look()

    def open(self, path):
        self.page.goto(f"{self.url}{path}")
        self.look()

    def look(self):
        """Let axe look at the page; it needs scripts to do so."""
        if self.scripts:
            self.page.evaluate(AXE.read_text("utf-8"))
            result = self.page.evaluate(
                "tags => axe.run({runOnly: {type: 'tag', values: tags}})", TAGS
            )
            self.faults += [
                (self.page.url, v["id"], [n["html"] for n in v["nodes"]])
                for v in result["violations"]
            ]

    def fill(self, answers):
        for name, value in answers.items():
            field = self.page.locator(f'main [name="{name}"]')
            if field.first.get_attribute("type") == "radio":
                self.page.check(f'main [name="{name}"][value="{value}"]')
            else:
                field.fill(value)

    def text(self):
        return self.page.inner_text("main")


SAVE = "main .actions button:has-text('Lưu và tiếp tục')"


def apply(citizen):
    """Apply as the pages ask; answer the dossier's code."""
    citizen.open("/thu-tuc?q=sinh+con")
    citizen.press("main a:has-text('Thủ tục đăng ký khai sinh')")
    citizen.press("main button:has-text('Bắt đầu nộp hồ sơ')")
    citizen.press("main a:has-text('Tiếp tục')")
    citizen.page.select_option("#organization_id", label=WARD)
    citizen.press(SAVE)
    for _ in range(30):
        if "/kiem-tra" in citizen.page.url:
            break
        answer_page(citizen)
    assert "Phạm Gia Hân" in citizen.text()
    citizen.press("main button:has-text('Nộp hồ sơ')")
    assert "Đã nộp hồ sơ" in citizen.text()
    return citizen.page.inner_text(".code-large")


def answer_page(citizen):
    place = re.search(r"/trang/(\w+)", citizen.page.url)
    assert place, f"{citizen.page.url}: {citizen.text()}"
    key = place[1]
    if key == "birth_proof":
        upload(citizen, "birth_proof", "#7799bb")
    else:
        citizen.fill(first_answers(ANSWERS[key], citizen))
    citizen.press(SAVE)
    if f"/trang/{key}" in citizen.page.url and key != "birth_proof":
        # Without scripts a choice opens its questions when it is saved.
        citizen.fill(ANSWERS[key])
        citizen.press(SAVE)


def first_answers(answers, citizen):
    """Keep what the page already asks; some questions open with an answer."""
    shown = {}
    for name, value in answers.items():
        if citizen.page.locator(f'main [name="{name}"]').count():
            shown[name] = value
            citizen.fill({name: value})
    return shown


def upload(citizen, field, color):
    citizen.page.set_input_files(f'main input[name="{field}"]', picture(color))
    citizen.press("main button[name=upload]")
    assert "chung-sinh.png" in citizen.text()


def open_at_desk(officer, code):
    officer.open(f"/lam-viec?vai=all&q={code}")
    officer.press(f"main a:has-text('{code}')")


def do(officer, code, title, **answers):
    """Take an action, with its form if it asks for something, a signature included."""
    open_at_desk(officer, code)
    forms = officer.page.locator(f".deeds form button:has-text('{title}')")
    if forms.count():
        officer.press(f".deeds form button:has-text('{title}')")
        return
    officer.press(f".deeds a:has-text('{title}')")
    officer.fill(answers)
    officer.press("main .actions button")


@pytest.fixture
def people(platform, chromium):
    """Open browsers for people by their account; axe must find nothing in any."""
    opened = []

    def person(account, *, scripts=True):
        opened.append(Person(chromium, platform.url, account, scripts=scripts))
        return opened[-1]

    yield person
    assert [fault for person in opened for fault in person.faults] == []


def decide(people, code, *, scripts=True):
    """Receive, draft, sign and seal."""
    clerk = people("canbo.motcua", scripts=scripts)
    do(clerk, code, "Tiếp nhận hồ sơ")
    officer = people("canbo.hotich", scripts=scripts)
    open_at_desk(officer, code)
    officer.press(".deeds a:has-text('Dự thảo kết quả')")
    officer.fill({"child_number": "022326999001", "register_book": "01/2026"})
    officer.page.click("main label:has-text('Bùi Quang Hải')")
    officer.press("main .actions button")
    do(officer, code, "Trình lãnh đạo ký")
    do(people("lanhdao.phuong", scripts=scripts), code, "Ký số")
    do(people("vanthu.phuong", scripts=scripts), code, "Vào sổ và ký số cơ quan")


def told(citizen, text):
    """Wait for a message, which comes after what it tells of."""
    deadline = time.monotonic() + 30
    while text not in citizen.text() and time.monotonic() < deadline:
        time.sleep(0.5)
        citizen.open("/tin-nhan")
    assert text in citizen.text()


def verify(citizen, code, platform):
    """Download the paper and verify it as a stranger would."""
    citizen.open("/giay-to")
    assert "Giấy khai sinh" in citizen.text()
    link = citizen.page.locator("main a[href$='.pdf']").first.get_attribute("href")
    pdf = citizen.page.request.get(f"{platform.url}{link}").body()
    with httpx.Client(base_url=platform.url) as stranger:
        files = {"file": ("giay.pdf", pdf, "application/pdf")}
        good = stranger.post("/api/v1/documents/verify", files=files).json()
        middle = len(pdf) // 3
        flipped = pdf[:middle] + bytes([pdf[middle] ^ 1]) + pdf[middle + 1 :]
        files = {"file": ("giay.pdf", flipped, "application/pdf")}
        bad = stranger.post("/api/v1/documents/verify", files=files).json()
        progress = stranger.get(f"/api/v1/progress/{code}").json()
    assert good["verdict"] == "valid"
    roles = [signature["role"] for signature in good["signatures"]]
    assert [role for role in roles if role != "timestamp"] == ["personal", "seal"]
    assert bad["verdict"] != "valid"
    assert set(progress) == {"code", "completion"}
    return pdf


def test_a_birth_is_registered_with_a_supplement_on_the_way(people, platform):
    citizen = people("nguyenthihoa")
    code = apply(citizen)

    clerk = people("canbo.motcua")
    do(
        clerk,
        code,
        "Yêu cầu bổ sung",
        **{"ly-do-birth_proof": "Ảnh bị mờ, hãy chụp lại đủ bốn góc."},
    )
    citizen.open("/ho-so")
    citizen.press(f"main li:has-text('{code}') a")
    assert "Ảnh bị mờ" in citizen.text()
    citizen.press("main a:has-text('Bổ sung')")
    upload(citizen, "birth_proof", "#335577")
    citizen.press("main .actions button:has-text('Gửi phần bổ sung')")

    decide(people, code)

    verify(citizen, code, platform)
    citizen.open("/tin-nhan")
    assert "cần bổ sung" in citizen.text()
    told(citizen, "đã có kết quả")
    public = citizen.page.context.browser.new_page()
    citizen.open("/giay-to")
    mark = re.search(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3,}", citizen.text())[0]
    public.goto(f"{platform.url}/xac-minh/{mark}")
    shown = public.inner_text("main")
    assert "Phạm Gia Hân" not in shown
    assert "Giấy khai sinh" in shown


def test_a_birth_is_registered_without_javascript(people, platform):
    citizen = people("phamvanminh", scripts=False)
    ANSWERS["requester_relation"]["requester_relation"] = "father"

    code = apply(citizen)
    decide(people, code, scripts=False)

    verify(citizen, code, platform)
