"""Somebody signs the application of their own will; the officer sees that it is true.

The platform runs as `make run` starts it, with the demo provider of remote signing as a
process of its own; the page it shows stands for the telephone. No JavaScript is needed.
"""

import re
import time

import pytest

from tests.journeys.test_birth_registration import (
    SAVE,
    WARD,
    Person,
    answer_page,
    open_at_desk,
)
from tests.remote_signing import code_of, misbehave

NAME = "Nguyễn Thị Hoa"


@pytest.fixture
def telephone(platform):
    """Where the one-time codes arrive; `make run` says where that is."""
    return telephone_of(platform.home)


def telephone_of(home, seconds=20):
    """Read it off the welcome, which is printed once the platform serves."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        log = (home / "run.log").read_text("utf-8")
        found = re.search(r"mã hiện ở (http://\S+)", log)
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(log)


@pytest.fixture
def people(platform, chromium):
    """Open browsers for people by their account; axe must find nothing in any."""
    opened = []

    def person(account, *, scripts=True):
        opened.append(Person(chromium, platform.url, account, scripts=scripts))
        return opened[-1]

    yield person
    assert [fault for person in opened for fault in person.faults] == []


def fill_in(citizen):
    """Answer all pages, up to the one that reads the answers back."""
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


def sign(citizen, telephone):
    citizen.press("main a:has-text('Ký số tờ khai')")
    assert "không bắt buộc" in citizen.text()
    assert NAME in citizen.text()
    citizen.press("main button:has-text('Gửi mã cho tôi')")
    citizen.fill({"signing_secret": "abcdef"})
    citizen.press("main button:has-text('Ký số tờ khai')")
    assert "Mã dùng một lần chưa đúng" in citizen.text()
    citizen.fill({"signing_secret": code_of(telephone, NAME)})
    citizen.press("main button:has-text('Ký số tờ khai')")


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "scripts"])
def test_an_application_is_signed_and_the_officer_sees_it(people, telephone, scripts):
    citizen = people("nguyenthihoa", scripts=scripts)
    fill_in(citizen)

    sign(citizen, telephone)
    assert "Người nộp đã ký số" in citizen.text()
    citizen.press("main button:has-text('Nộp hồ sơ')")
    code = citizen.page.inner_text(".code-large")

    officer = people("canbo.motcua")
    open_at_desk(officer, code)
    assert "Người nộp đã ký số" in officer.text()
    assert "Chữ ký hợp lệ" in officer.text()


def test_who_cannot_sign_submits_all_the_same(people, telephone):
    citizen = people("nguyenthihoa", scripts=False)
    fill_in(citizen)
    citizen.press("main a:has-text('Ký số tờ khai')")
    citizen.press("main button:has-text('Gửi mã cho tôi')")
    citizen.fill({"signing_secret": code_of(telephone, NAME)})

    misbehave(telephone, "wrong-signature")
    citizen.press("main button:has-text('Ký số tờ khai')")
    misbehave(telephone)

    assert "Chưa ký được" in citizen.text()
    assert "Bản nháp của bạn vẫn còn nguyên" in citizen.text()
    citizen.press("main a:has-text('Kiểm tra trước khi nộp')")
    citizen.press("main button:has-text('Nộp hồ sơ')")
    assert "Đã nộp hồ sơ" in citizen.text()
