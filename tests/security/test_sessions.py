"""People see where they are signed in, and end it; what ended opens nothing."""

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.security.test_sign_in import PASSWORD, enter, one_time_code, secret_on  # noqa: F401
from tinhso.cli.accounts import group
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.security import actions, queries
from tinhso.security.models import SessionRow
from tinhso.web.ui import devices

OWN = "/ho-so"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Safari/537.36"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 16; SM-A556E) AppleWebKit/537.36 (KHTML, like Gecko)"
    " SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"
)
COC_COC = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " coc_coc_browser/140.0.0 Chrome/134.0.0.0 Safari/537.36"
)


@pytest.fixture
def at_home(citizen, now):
    """Sign the citizen in once more, at another browser; as often as asked."""
    actions.set_password(account_id=citizen.id, password=PASSWORD, actor=SYSTEM, at=now)

    def sign_in(agent=WINDOWS, actor=citizen):
        client = Client(headers={"user-agent": agent, "accept-language": "vi"})
        given = {"login": str(actor.person_id), "password": PASSWORD}
        assert client.post("/tai-khoan/dang-nhap", given).status_code == 302
        return client

    return sign_in


def is_in(client):
    return client.get(OWN).status_code == 200


def shown(client):
    return client.get(reverse("account_sessions")).content.decode()


def confirm(client, **given):
    return client.post(
        "/tai-khoan/xac-nhan", {"password": PASSWORD, **given}, follow=True
    )


def end(client, which):
    confirm(client)
    return client.post(reverse("account_sessions_end"), {"which": which}, follow=True)


def row_of(client):
    return SessionRow.objects.get(key=client.session.session_key)


def deeds(deed):
    return JournalEntry.objects.filter(deed=f"security.{deed}").order_by("id")


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "Safari trên iPhone"),
        (WINDOWS, "Chrome trên Windows"),
        (ANDROID, "Samsung Internet trên Android"),
        (COC_COC, "Cốc Cốc trên Windows"),
        ("curl/8.5.0", "Trình duyệt chưa rõ"),
        ("", "Trình duyệt chưa rõ"),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent, name):
    found = devices.device(devices.browser_of(agent), devices.system_of(agent))

    assert found == name


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "vừa mới dùng"), (9, "vừa mới dùng"), (38, "dùng 30 phút trước")],
)
def test_the_last_use_is_told_coarsely(now, minutes, said):
    assert devices.last_used(now, now + timedelta(minutes=minutes)) == said


def test_each_place_is_a_line_and_one_is_this_one(at_home):
    computer, _ = at_home(), at_home(PHONE)

    lines = re.findall(r"<li>.*?</li>", shown(computer), re.DOTALL)

    assert len(lines) == 2
    [here] = [line for line in lines if "Nơi này" in line]
    [there] = [line for line in lines if line != here]
    assert "Chrome trên Windows" in here and "<form" not in here
    assert "Safari trên iPhone" in there and "<form" in there


def test_neither_address_nor_agent_is_kept(at_home):
    computer = at_home(PHONE)

    row = SessionRow.objects.get()
    kept = [str(getattr(row, field.attname)) for field in row._meta.fields]

    assert not any(word in text for text in kept for word in ("127.0.0.1", "Mozilla"))
    page = shown(computer)
    assert "Mozilla" not in page and computer.session.session_key not in page


def test_who_is_signed_out_elsewhere_is_out_with_the_next_page(at_home):
    computer, phone = at_home(), at_home(PHONE)

    answer = end(computer, row_of(phone).id)

    assert "Đã đăng xuất nơi đó." in answer.content.decode()
    assert not is_in(phone)
    assert is_in(computer)
    assert [entry.details for entry in deeds("end_session")] == [{"count": 1}]


def test_all_others_end_at_once_and_this_one_goes_on(at_home):
    computer, *others = at_home(), at_home(PHONE), at_home(ANDROID)

    answer = end(computer, "others")

    assert "Đã đăng xuất 2 nơi khác." in answer.content.decode()
    assert [is_in(other) for other in others] == [False, False]
    assert is_in(computer)


def test_nothing_ends_before_the_password_was_shown_again_and_then_it_does(at_home):
    computer, phone = at_home(), at_home(PHONE)

    asked = computer.post(reverse("account_sessions_end"), {"which": row_of(phone).id})

    assert asked["Location"].startswith("/tai-khoan/xac-nhan")
    assert is_in(phone)
    told = computer.post(asked["Location"], {"password": PASSWORD}, follow=True)
    assert "Đã đăng xuất nơi đó." in told.content.decode()
    assert not is_in(phone)


def test_a_wrong_password_ends_nothing(at_home):
    computer, phone = at_home(), at_home(PHONE)
    asked = computer.post(reverse("account_sessions_end"), {"which": "others"})

    computer.post(asked["Location"], {"password": "sai-mat-khau"})

    assert is_in(phone)


def test_somebody_elses_session_cannot_be_ended_or_seen(at_home, sign_in, now):
    other = sign_in("Phạm Văn Minh")
    actions.set_password(account_id=other.id, password=PASSWORD, actor=SYSTEM, at=now)
    theirs, mine = at_home(PHONE, other), at_home()

    answers = [end(mine, which) for which in (row_of(theirs).id, "khong-phai-ma")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert is_in(theirs)
    assert "iPhone" not in shown(mine)


def test_a_new_password_ends_all_other_sessions(at_home):
    computer, phone = at_home(), at_home(PHONE)
    new = "một câu khác rất dài"
    given = {"oldpassword": PASSWORD, "password1": new, "password2": new}

    answer = computer.post("/tai-khoan/mat-khau", given, follow=True)

    assert "Mọi nơi đăng nhập khác đã được đăng xuất." in answer.content.decode()
    assert is_in(computer)
    assert not is_in(phone)
    assert [row.key for row in SessionRow.objects.all()] == [
        computer.session.session_key
    ]
    assert deeds("change_proof").get().details == {"ended": 1}


def test_a_new_factor_and_the_end_of_one_end_all_other_sessions(at_home):
    computer, phone = at_home(), at_home(PHONE)
    confirm(computer)
    totp = "/tai-khoan/bao-mat/totp/activate/"
    secret = secret_on(computer.get(totp))
    computer.post(totp, {"code": one_time_code(secret)})
    assert not is_in(phone)
    row = SessionRow.objects.get()
    SessionRow.objects.create(
        key="elsewhere",
        account_id=row.account_id,
        begun_at=row.begun_at,
        seen_at=row.seen_at,
    )

    computer.post("/tai-khoan/bao-mat/totp/deactivate/")

    assert SessionRow.objects.get() == row
    assert is_in(computer)
    assert deeds("change_proof").count() == 2


def test_what_changes_no_proof_ends_nothing(at_home):
    computer, phone = at_home(), at_home(PHONE)

    confirm(computer)
    given = {"oldpassword": "sai", "password1": "x", "password2": "x"}
    computer.post("/tai-khoan/mat-khau", given)

    assert is_in(phone)
    assert not deeds("change_proof").exists()


@pytest.mark.parametrize("how", ["reset", "close", "sign-out", "sign-out-everybody"])
def test_an_operator_ends_all_sessions_of_somebody(at_home, citizen, how):
    computer, name = at_home(), str(citizen.person_id)
    words = {
        "reset": ["reset", name, "--password", "con hàu bám đá xanh"],
        "close": ["close", name],
        "sign-out": ["sign-out", name],
        "sign-out-everybody": ["sign-out", "--everybody"],
    }

    told = CliRunner().invoke(group, words[how])

    assert told.exit_code == 0, told.output
    assert not is_in(computer)
    assert not Session.objects.exists()


def test_a_sign_out_of_nobody_or_of_one_and_all_is_refused(at_home, citizen):
    at_home()

    for words in ([], [str(citizen.person_id), "--everybody"], ["khong-co-ai"]):
        assert CliRunner().invoke(group, ["sign-out", *words]).exit_code != 0

    assert Session.objects.exists()


def test_keys_of_machines_are_listed_and_those_for_a_password_end_with_the_others(
    at_home, citizen
):
    computer = at_home()
    given = {"username": str(citizen.person_id), "password": PASSWORD}
    got = computer.post("/api/v1/sessions", given, "application/json").json()["token"]
    issued = actions.issue_token(
        account_id=citizen.id,
        label="phần mềm kế toán",
        valid_for=timedelta(days=30),
        actor=SYSTEM,
        at=clock.now(),
    )

    def calls(token):
        headers = {"authorization": f"Bearer {token}"}
        return Client().get("/api/v1/dossiers", headers=headers).status_code

    assert (calls(got), calls(issued.secret)) == (200, 200)
    page = shown(computer)
    assert "Phần mềm đăng nhập bằng mật khẩu của bạn" in page
    assert "Phần mềm: phần mềm kế toán" in page

    end(computer, "others")
    assert (calls(got), calls(issued.secret)) == (401, 200)

    end(computer, issued.id)
    assert calls(issued.secret) == 401


def test_a_sign_in_says_what_was_shown(at_home, citizen):
    computer = at_home()
    confirm(computer)
    totp = "/tai-khoan/bao-mat/totp/activate/"
    secret = secret_on(computer.get(totp))
    computer.post(totp, {"code": one_time_code(secret)})
    phone = Client()
    given = {"login": str(citizen.person_id), "password": PASSWORD}
    asked = phone.post("/tai-khoan/dang-nhap", given)

    cache.clear()  # a code is good once, and the half minute may not be over
    phone.post(asked["Location"], {"code": one_time_code(secret)})

    assert is_in(phone)
    assert [entry.details["by"] for entry in deeds("sign_in")] == [
        ["password"],
        ["password", "totp"],
    ]


def test_who_signs_out_is_journaled_and_the_browser_is_told_to_forget(at_home, citizen):
    computer = at_home()

    answer = computer.post("/tai-khoan/dang-xuat")

    entry = deeds("sign_out").get()
    assert (entry.actor_id, entry.details) == (citizen.id, {"why": "asked"})
    assert answer["Clear-Site-Data"] == '"cache"'
    assert not SessionRow.objects.exists()


def test_a_session_that_fell_silent_is_over_for_all_to_see(at_home, monkeypatch):
    at_home()
    late = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: late)

    assert actions.forget_sessions(at=late) == 1

    assert not SessionRow.objects.exists() and not Session.objects.exists()
    assert deeds("sign_out").get().details == {"why": "silence"}


def test_who_comes_back_after_silence_is_journaled_once(at_home, monkeypatch):
    computer, begun = at_home(), clock.now()
    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(minutes=61))

    assert [computer.get(OWN).status_code for _ in range(2)] == [302, 302]

    assert [entry.details for entry in deeds("sign_out")] == [{"why": "silence"}]


def test_a_session_in_use_is_not_forgotten(at_home):
    computer = at_home()

    assert actions.forget_sessions(at=clock.now()) == 0

    assert is_in(computer)


def test_a_silent_session_is_not_listed(at_home, citizen):
    at_home()
    at = clock.now()

    def listed(later):
        return queries.sessions_of(actor=citizen, key="", at=at + later)

    assert len(listed(timedelta(minutes=59))) == 1
    assert listed(timedelta(minutes=61)) == ()
