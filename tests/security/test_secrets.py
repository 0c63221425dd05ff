"""What second factors are made of is no use to who reads the database."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.exceptions import InvalidTag
from django.core.cache import cache
from django.test import Client

from tests.security.test_sign_in import PASSWORD, enter, one_time_code, secret_on  # noqa: F401
from tinhso.security.providers import secrets

TOTP_PAGE = "/tai-khoan/bao-mat/totp/activate/"


@pytest.fixture
def secret(enter, client, citizen):  # noqa: F811
    """A citizen sets up a one-time code; answer its secret."""
    enter(citizen)
    client.post("/tai-khoan/xac-nhan", {"password": PASSWORD})
    found = secret_on(client.get(TOTP_PAGE))
    client.post(TOTP_PAGE, {"code": one_time_code(found)})
    cache.clear()  # a code is good once
    return found


def second_step(citizen, code):
    client = Client()
    given = {"login": str(citizen.person_id), "password": PASSWORD}
    asked = client.post("/tai-khoan/dang-nhap", given)
    client.post(asked["Location"], {"code": code})
    return client.get("/ho-so").status_code


def test_no_secret_stands_in_the_database_and_codes_work(secret, citizen):
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in kept
    assert kept.count(secrets.MARK) == 2
    assert second_step(citizen, one_time_code(secret)) == 200


def test_recovery_codes_work_once(secret, citizen):
    row = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    code = RecoveryCodes(row).get_unused_codes()[0]

    assert second_step(citizen, code) == 200
    assert second_step(citizen, code) == 302


def test_a_secret_from_before_they_were_encrypted_still_works(secret, citizen):
    row = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    row.data = {"secret": secret}
    row.save()

    assert TOTP(row).validate_code(one_time_code(secret))


def test_a_secret_of_another_key_opens_nothing(tmp_path, settings):
    locked = secrets.lock("ABC")
    settings.TINHSO_HOME = tmp_path / "elsewhere"

    with pytest.raises(InvalidTag):
        secrets.unlock(locked)


def test_there_is_one_key_however_many_make_it_and_nobody_else_reads_it(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        locked = list(threads.map(secrets.lock, ["ABC"] * 8))

    assert [secrets.unlock(one) for one in locked] == ["ABC"] * 8
    [key] = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
