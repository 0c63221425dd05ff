"""Signing in: a password, for officers a second factor, and an end when it ends."""

import base64
import hmac
import json
import re
import struct
import time

import pytest
from click.testing import CliRunner

from tinhso.cli.accounts import group
from tinhso.kernel.actor import SYSTEM
from tinhso.security import actions

PASSWORD = "mat-khau-rat-dai-1"


def one_time_code(secret, moment=None):
    """Compute a one-time code as an authenticator app does (RFC 6238)."""
    counter = struct.pack(">Q", int(moment or time.time()) // 30)
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, counter, "sha1").digest()
    place = mac[-1] & 15
    number = struct.unpack(">I", mac[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def secret_on(page):
    """Read the secret from the page that shows it."""
    return re.search(r"[A-Z2-7]{32}", page.content.decode())[0]


@pytest.fixture
def enter(client, now):
    """Sign somebody in with a password of their own."""

    def do(actor):
        actions.set_password(
            account_id=actor.id, password=PASSWORD, actor=SYSTEM, at=now
        )
        name = {"login": str(actor.person_id), "password": PASSWORD}
        return client.post("/tai-khoan/dang-nhap", name)

    return do


def test_a_citizen_signs_in_with_a_password(enter, client, citizen):
    assert enter(citizen).status_code == 302

    assert client.get("/ho-so").status_code == 200


def test_a_wrong_password_says_not_what_was_wrong(client, citizen):
    answers = [
        client.post(
            "/tai-khoan/dang-nhap", {"login": login, "password": "sai-mat-khau"}
        )
        for login in (str(citizen.person_id), "khong-co-ai")
    ]

    texts = [re.search(r"<li>(.*?)</li>", a.content.decode())[1] for a in answers]
    assert texts == ["Tên đăng nhập hoặc mật khẩu chưa đúng."] * 2


def test_nobody_can_sign_up(client, db):
    assert client.get("/tai-khoan/dang-ky").status_code == 404


def test_an_officer_without_a_second_factor_is_led_to_set_one_up(
    enter, client, clerk, settings
):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = True
    enter(clerk)

    answer = client.get("/lam-viec")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/tai-khoan/bao-mat/")


def test_an_officer_works_after_setting_up_a_one_time_code(
    enter, client, clerk, settings
):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = True
    enter(clerk)
    client.post("/tai-khoan/xac-nhan", {"password": PASSWORD})
    secret = secret_on(client.get("/tai-khoan/bao-mat/totp/activate/"))

    done = client.post(
        "/tai-khoan/bao-mat/totp/activate/", {"code": one_time_code(secret)}
    )

    assert done.status_code == 302
    assert client.get("/lam-viec").status_code == 200
    client.post("/tai-khoan/dang-xuat")
    asked = enter(clerk)
    assert "2fa" in asked["Location"] or "authenticate" in asked["Location"]
    assert client.get("/lam-viec").status_code == 302


def test_a_closed_account_ends_with_its_next_page(enter, client, citizen, now):
    enter(citizen)

    actions.close_account(account_id=citizen.id, actor=SYSTEM, at=now)

    assert client.get("/ho-so").status_code == 302


def test_the_interface_asks_officers_for_more_than_a_password(
    enter, client, clerk, settings
):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = True
    enter(clerk)

    answer = client.post(
        "/api/v1/sessions",
        {"username": str(clerk.person_id), "password": PASSWORD},
        content_type="application/json",
    )

    assert answer.json()["type"] == "urn:tinhso:refused:SecondFactorNeeded"


def test_who_lost_password_and_factor_starts_anew(enter, client, clerk, settings):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = True
    enter(clerk)
    client.post("/tai-khoan/xac-nhan", {"password": PASSWORD})
    secret = secret_on(client.get("/tai-khoan/bao-mat/totp/activate/"))
    client.post("/tai-khoan/bao-mat/totp/activate/", {"code": one_time_code(secret)})
    assert client.get("/lam-viec").status_code == 200
    words = ["reset", str(clerk.person_id), "--factors", "--json"]

    told = CliRunner().invoke(group, [*words, "--password", "con hàu bám đá xanh"])

    assert json.loads(told.output)["factors"] >= 1
    assert client.get("/lam-viec").status_code == 302
    given = {"login": str(clerk.person_id), "password": "con hàu bám đá xanh"}
    assert client.post("/tai-khoan/dang-nhap", given).status_code == 302
    assert client.get("/lam-viec")["Location"].startswith("/tai-khoan/bao-mat")
