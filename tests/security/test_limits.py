"""Who tries too often must wait; who has been away too long signs in again."""

import logging
import time
from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection

from tests.security.test_sign_in import PASSWORD, enter  # noqa: F401
from tinhso.kernel import clock
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import TooManyCalls
from tinhso.kernel.http import client_address
from tinhso.security import actions
from tinhso.security.models import Account, CallCount

LOOK_UP = "/tra-cuu?ma=H49.06688-260616-0001"


def count(now, *, who="10.0.0.1", most=2):
    actions.count_call(
        what="x", who=who, most=most, window=timedelta(minutes=1), at=now
    )


@pytest.mark.django_db
def test_one_call_too_many_is_refused_until_the_window_is_over(now):
    for _ in range(2):
        count(now)

    with pytest.raises(TooManyCalls) as refused:
        count(now + timedelta(seconds=20))

    assert refused.value.params["seconds"] == 40
    count(now + timedelta(minutes=1))


@pytest.mark.django_db
def test_each_asker_is_counted_alone_and_no_address_is_kept(now):
    for who in ("10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.2"):
        count(now, who=who)

    assert CallCount.objects.count() == 2
    assert not CallCount.objects.filter(key__contains="10.0").exists()
    assert actions.forget_counts(at=now + timedelta(minutes=2)) == 2


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("", 0, "10.9.9.9"),
        ("6.6.6.6", 0, "10.9.9.9"),
        ("6.6.6.6, 1.2.3.4", 1, "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4, 10.0.0.5", 2, "1.2.3.4"),
        ("", 1, "10.9.9.9"),
    ],
)
def test_only_what_our_own_proxies_added_is_believed(forwarded, proxies, address):
    known = client_address(peer="10.9.9.9", forwarded=forwarded, proxies=proxies)

    assert known == address


@pytest.mark.django_db
@pytest.mark.parametrize("path", [LOOK_UP, "/api/v1/progress/H49.1"])
def test_codes_cannot_be_tried_one_by_one(client, path):
    answers = [client.get(path) for _ in range(61)]

    assert {answer.status_code for answer in answers[:60]} <= {200, 404}
    assert answers[60].status_code == 429
    assert 0 < int(answers[60]["Retry-After"]) <= 60


def test_who_signed_in_is_not_counted(enter, client, citizen):  # noqa: F811
    enter(citizen)

    assert {client.get(LOOK_UP).status_code for _ in range(61)} == {200}


def test_a_password_cannot_be_tried_through_the_interface(client, citizen):
    def attempt(name):
        given = {"username": name, "password": "sai"}
        return client.post("/api/v1/sessions", given, "application/json").status_code

    tried = [attempt(str(citizen.person_id)) for _ in range(11)]

    assert tried[:10] == [tried[0]] * 10
    assert (tried[0], tried[10]) != (201, 201)
    assert tried[10] == 429
    assert attempt("somebody-else") == tried[0]


def test_attempts_are_counted_where_all_servers_see_them(client, citizen):
    client.post("/tai-khoan/dang-nhap", {"login": "khong-co-ai", "password": "sai"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM security_cache")
        assert cursor.fetchone()[0] > 0


def test_who_was_away_too_long_signs_in_again(enter, client, citizen, monkeypatch):  # noqa: F811
    enter(citizen)
    begun = clock.now()
    assert client.get("/ho-so").status_code == 200

    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(minutes=59))
    assert client.get("/ho-so").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(minutes=59 + 61))

    assert client.get("/ho-so").status_code == 302


def test_after_a_working_day_people_sign_in_again_however_busy(
    enter,  # noqa: F811
    client,
    citizen,
    monkeypatch,
):
    begun, statuses = clock.now(), []
    enter(citizen)
    for half_hours in range(26):
        at = begun + timedelta(minutes=30 * half_hours)
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        statuses.append(client.get("/ho-so").status_code)

    assert statuses == [200] * 25 + [302]


def test_a_sign_in_is_journaled_once(enter, client, citizen):  # noqa: F811
    enter(citizen)
    for _ in range(3):
        client.get("/ho-so")

    entry = JournalEntry.objects.get(deed="security.sign_in")
    assert entry.subject_id == citizen.id


def test_a_failed_sign_in_is_logged_without_what_was_typed(client, citizen, caplog):
    given = {"login": str(citizen.person_id), "password": "bi-mat-cua-toi"}

    with caplog.at_level(logging.WARNING, "tinhso.security"):
        client.post("/tai-khoan/dang-nhap", given)
        client.post("/tai-khoan/dang-nhap", {**given, "login": "bi-mat-cua-toi"})

    assert f"account {citizen.id}" in caplog.text
    assert "account None" in caplog.text
    assert "bi-mat" not in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password",
    ["Quảng Ninh 2026", "tinhso-tinhso-1", "nguyenthihoa1995", "matkhau123456"],
)
def test_words_everybody_would_try_make_no_password(password):
    with pytest.raises(ValidationError):
        validate_password(password, Account(username="nguyenthihoa"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password", ["con hàu bám đá xanh", "Quảng Ninh có 54 xã phường"]
)
def test_a_long_sentence_is_a_password(password):
    validate_password(password, Account(username="nguyenthihoa"))


def test_an_unknown_name_takes_as_long_as_a_wrong_password(client, citizen, now):
    actions.set_password(
        account_id=citizen.id, password=PASSWORD, actor=citizen, at=now
    )

    took = {str(citizen.person_id): [], "khong-co-ai": []}
    # In turns, so that whatever else the machine does meets both.
    for _ in range(4):  # a fifth failure would have to wait
        for login, seconds in took.items():
            begun = time.perf_counter()
            client.post("/tai-khoan/dang-nhap", {"login": login, "password": "sai"})
            seconds.append(time.perf_counter() - begun)

    known, unknown = map(min, took.values())
    assert 0.5 < known / unknown < 2
