"""A passkey counts for one address, one account and one question only.

The keys here are made and used in Python, so that every part of an answer can be wrong.
"""

import json
import re
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from tinhso.kernel.actor import SYSTEM
from tinhso.security import actions

PASSWORD = "mat-khau-rat-dai-1"
HOME = "https://dichvu.example.vn"
PRESENT_AND_KNOWN = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class Key:
    """An authenticator with one key."""

    def __init__(self, name=b"a key"):
        self.id = name
        self.secret = ec.generate_private_key(ec.SECP256R1())
        self.owner = b""

    def make(self, options, *, origin):
        """Answer a question for a new passkey."""
        public = options["publicKey"]
        self.owner = websafe_decode(public["user"]["id"])
        asked = self._asked("webauthn.create", public, origin)
        made = AttestedCredentialData.create(
            b"\0" * 16, self.id, ES256.from_cryptography_key(self.secret.public_key())
        )
        about = AuthenticatorData.create(
            sha256(public["rp"]["id"].encode()).digest(),
            PRESENT_AND_KNOWN | AuthenticatorData.FLAG.AT,
            0,
            bytes(made),
        )
        statement = AttestationObject.create("none", about, {})
        return self._answer(
            clientDataJSON=asked, attestationObject=websafe_encode(statement)
        )

    def use(self, options, *, origin, host, flags=PRESENT_AND_KNOWN):
        """Answer a question for a passkey."""
        asked = self._asked("webauthn.get", options["publicKey"], origin)
        about = AuthenticatorData.create(sha256(host.encode()).digest(), flags, 1)
        signed = bytes(about) + sha256(websafe_decode(asked)).digest()
        return self._answer(
            clientDataJSON=asked,
            authenticatorData=websafe_encode(about),
            signature=websafe_encode(
                self.secret.sign(signed, ec.ECDSA(hashes.SHA256()))
            ),
            userHandle=websafe_encode(self.owner),
        )

    def _asked(self, kind, public, origin):
        challenge = public["challenge"]
        return websafe_encode(
            CollectedClientData.create(kind, challenge=challenge, origin=origin)
        )

    def _answer(self, **response):
        name = websafe_encode(self.id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )


@pytest.fixture(autouse=True)
def _address(settings, db):
    cache.clear()  # forgets how often somebody tried
    settings.TINHSO_ORIGIN = HOME
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = True


@pytest.fixture
def add(client, now):
    """Let somebody add a key; answer the server's answer."""

    def do(actor, key, *, origin=HOME):
        actions.set_password(
            account_id=actor.id, password=PASSWORD, actor=SYSTEM, at=now
        )
        name = {"login": str(actor.person_id), "password": PASSWORD}
        client.post(reverse("account_login"), name)
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        page = client.get(reverse("mfa_add_webauthn")).content.decode()
        told = re.search(r'id="js_data"[^>]*>(.*?)</script>', page)[1]
        options = json.loads(told)["creation_options"]
        return client.post(
            reverse("mfa_add_webauthn"),
            {"name": "", "credential": key.make(options, origin=origin)},
        )

    return do


@pytest.fixture
def sign_in_with(client):
    """Answer the question for a passkey; tell whether the desk opens."""

    def do(key, **changes):
        client.post(reverse("account_logout"))
        ajax = {"accept": "application/json"}
        asked = client.get(reverse("mfa_login_webauthn"), headers=ajax).json()
        given = {"origin": HOME, "host": "dichvu.example.vn", **changes}
        answer = key.use(asked["request_options"], **given)
        client.post(reverse("mfa_login_webauthn"), {"credential": answer})
        return client.get("/lam-viec").status_code == 200

    return do


def test_passkeys_are_for_the_address_that_people_know(client, clerk, add):
    key = Key()

    assert add(clerk, key).status_code == 302
    told = client.get(reverse("mfa_list_webauthn")).content.decode()
    assert "Khóa chính" in told


def test_a_passkey_opens_the_desk_at_its_address(clerk, add, sign_in_with):
    key = Key()
    add(clerk, key)

    assert sign_in_with(key)


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://dichvu.example.com"},
        {"origin": "https://dichvu.example.vn.example.com"},
        {"origin": "http://dichvu.example.vn"},
        {"origin": "http://localhost"},
        {"host": "dichvu.example.com"},
        {"host": "localhost"},
        {"flags": AuthenticatorData.FLAG.UP},
        {"flags": AuthenticatorData.FLAG.UV},
    ],
    ids=str,
)
def test_an_answer_given_elsewhere_or_by_nobody_opens_nothing(
    clerk, add, sign_in_with, wrong
):
    key = Key()
    add(clerk, key)

    assert not sign_in_with(key, **wrong)


@pytest.mark.parametrize("home", ["http://localhost:8000", "http://localhost.example"])
def test_only_localhost_itself_does_without_tls(
    clerk, add, sign_in_with, settings, home
):
    settings.TINHSO_ORIGIN = home
    host = home.removeprefix("http://").removesuffix(":8000")
    key = Key()
    add(clerk, key, origin=home)

    assert sign_in_with(key, origin=home, host=host) is (host == "localhost")
    assert not sign_in_with(key, origin="https://example.com", host=host)


def test_a_key_nobody_registered_opens_nothing(clerk, add, sign_in_with):
    mine, forged = Key(), Key()
    add(clerk, mine)
    forged.owner = mine.owner

    assert not sign_in_with(forged)


def test_a_key_that_claims_another_owner_opens_nothing(
    clerk, officer, add, sign_in_with, client
):
    mine, theirs = Key(b"mine"), Key(b"theirs")
    add(clerk, mine)
    client.post(reverse("account_logout"))
    add(officer, theirs)
    mine.owner = theirs.owner

    assert not sign_in_with(mine)


def test_an_answer_is_good_for_one_question(client, clerk, add):
    key = Key()
    add(clerk, key)
    client.post(reverse("account_logout"))
    ajax = {"accept": "application/json"}
    asked = client.get(reverse("mfa_login_webauthn"), headers=ajax).json()
    answer = key.use(asked["request_options"], origin=HOME, host="dichvu.example.vn")
    client.get(reverse("mfa_login_webauthn"), headers=ajax)

    client.post(reverse("mfa_login_webauthn"), {"credential": answer})

    assert client.get("/lam-viec").status_code == 302


def test_a_closed_account_is_not_opened_by_its_passkey(clerk, add, sign_in_with, now):
    key = Key()
    add(clerk, key)

    actions.close_account(account_id=clerk.id, actor=SYSTEM, at=now)

    assert not sign_in_with(key)


def attempt(client, forwarded_for):
    return client.post(
        reverse("mfa_login_webauthn"),
        {"credential": "{}"},
        headers={"x-forwarded-for": forwarded_for},
    ).status_code


def test_a_whole_office_signs_in_from_one_address_within_a_minute(client, db):
    answers = [attempt(client, "203.0.113.7") for _ in range(60)]

    assert set(answers) == {302}


def test_behind_a_proxy_limits_count_people_and_not_the_proxy(client, db, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for _ in range(60):
        attempt(client, "198.51.100.1, 203.0.113.7")

    # Who writes the first address is not known; the proxy writes the last.
    assert attempt(client, "198.51.100.2, 203.0.113.7") == 429
    assert attempt(client, "198.51.100.1, 203.0.113.8") == 302


def test_too_many_attempts_are_told_in_the_language_of_the_page(client, db):
    while attempt(client, "203.0.113.7") != 429:
        pass

    page = client.post(reverse("mfa_login_webauthn"), {"credential": "{}"})

    assert "Bạn đã thử quá nhiều lần" in page.content.decode()
