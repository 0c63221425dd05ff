"""Sign in by a national identity in a process of its own, honest or not."""

import threading
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from tinhso.cli import identity as identities
from tinhso.cli.identity import DemoIdentity, Misdeed
from tinhso.kernel import clock
from tinhso.kernel.audit.models import JournalEntry
from tinhso.people import queries as people
from tinhso.security import actions as security
from tinhso.security.models import Account, NationalLinkRow
from tinhso.security.providers import national

HOA, NEW = "022195999001", "022201999099"
CLIENT, SECRET = "tinhso", "a secret of both sides"

pytestmark = pytest.mark.usefixtures("built", "content")


@pytest.fixture
def identity(settings, monkeypatch):
    """The provider on loopback; what it published before is forgotten."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    known = identities.made_up_people()
    back = f"{django_settings.TINHSO_ORIGIN}{identities.BACK}"
    made = DemoIdentity("", CLIENT, SECRET, back, known)
    server = identities.serve(made, port=0)
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    settings.TINHSO_NATIONAL_IDENTITY_URL = made.url
    settings.TINHSO_NATIONAL_IDENTITY_CLIENT = CLIENT
    settings.TINHSO_NATIONAL_IDENTITY_SECRET = SECRET
    settings.TINHSO_DEMO = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def go(client, identity):
    """Go to the provider and agree there; answer where it sends one back."""

    def do(number=HOA, level="2", where="/ho-so"):
        begun = client.get(reverse("national_begin"), {"next": where})
        assert begun.status_code == 302, begun.content
        asked = parse_qs(urlsplit(begun["Location"]).query)
        given = {name: values[0] for name, values in asked.items()}
        answer = httpx.post(
            f"{identity.url}/agree", data={**given, "number": number, "level": level}
        )
        return answer.headers["Location"]

    return do


@pytest.fixture
def come(client):
    """Come back to the platform with what the provider sent along."""

    def do(address, **changes):
        parts = urlsplit(address)
        told = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return client.get(parts.path, {**told, **changes})

    return do


def who(client):
    return client.session.get("_auth_user_id")


def whys():
    rows = JournalEntry.objects.filter(deed="security.vouch_refused").order_by("id")
    return [row.details["why"] for row in rows]


def test_somebody_known_is_signed_in_and_led_back(client, go, come):
    answer = come(go())

    assert answer.status_code == 302
    assert answer["Location"] == "/ho-so"
    account = Account.objects.get(pk=who(client))
    assert account.person.personal_number == HOA
    link = NationalLinkRow.objects.get(account=account)
    assert link.assurance == 2
    page = client.get("/ho-so")
    assert page.status_code == 200


def test_somebody_new_is_registered_with_number_name_and_birth_date(client, go, come):
    come(go(NEW))

    found = people.find_person(personal_number=NEW)
    assert found.full_name == "Vi Văn Mới"
    assert f"{found.birth_date}" == "2001-04-05"
    assert found.is_synthetic
    assert not Account.objects.get(pk=who(client)).has_usable_password()


def test_the_same_somebody_has_one_account(client, go, come):
    come(go(NEW))
    first = who(client)
    client.logout()
    come(go(NEW))

    assert who(client) == first
    assert NationalLinkRow.objects.count() == 1


@pytest.mark.parametrize(
    ("misdeed", "why"),
    [
        (Misdeed.ALG_NONE, "token:"),
        (Misdeed.UNKNOWN_KEY, "token:"),
        (Misdeed.CHANGED, "token: BadSignatureError"),
        (Misdeed.EXPIRED, "token: ExpiredTokenError"),
        (Misdeed.FUTURE, "token:"),
        (Misdeed.OLD, "token: old"),
        (Misdeed.OTHER_NONCE, "token: nonce"),
        (Misdeed.OTHER_AUDIENCE, "token: InvalidClaimError"),
        (Misdeed.OTHER_ISSUER, "token: InvalidClaimError"),
        (Misdeed.NO_NUMBER, "token: claims"),
        (Misdeed.OTHER_BIRTH, "IdentityContradicts"),
    ],
)
def test_a_wrong_token_signs_nobody_in(client, identity, go, come, misdeed, why):
    address = go()
    identity.misdeed = misdeed

    answer = come(address)

    assert answer.status_code in (400, 409)
    assert who(client) is None
    assert "Đăng nhập bằng cách khác" in answer.content.decode()
    assert whys()[-1].startswith(why)


def test_a_state_of_another_browser_is_refused(client, go, come):
    assert come(go(), state="another").status_code == 400
    assert who(client) is None
    assert whys() == ["state"]


def test_nobody_comes_back_who_never_went(client, identity):
    answer = client.get(identities.BACK, {"code": "x", "state": ""})

    assert answer.status_code == 400


def test_a_code_is_taken_once(client, go, come):
    address = go()
    come(address)
    client.logout()

    assert come(address).status_code == 400
    session = client.session
    assert "national_identity" not in session


def test_a_code_of_another_sign_in_is_refused(client, go, come):
    """The code was made for another verifier: somebody slipped it in."""
    stolen = parse_qs(urlsplit(go(NEW)).query)["code"][0]

    answer = come(go(), code=stolen)

    assert answer.status_code == 400
    assert whys() == ["token: invalid_grant"]


def test_a_provider_that_is_away_leaves_other_sign_in_open(
    client, identity, monkeypatch
):
    monkeypatch.setattr(national, "PATIENCE", 0.5)
    for misdeed in (Misdeed.FAIL, Misdeed.HANG):
        identity.misdeed = misdeed
        national._published.cache_clear()

        answer = client.get(reverse("national_begin"))

        assert answer.status_code == 503
        assert reverse("account_login") in answer.content.decode()
    assert client.get(reverse("account_login")).status_code == 200


def test_one_that_fails_half_way_is_away_too(client, identity, go, come):
    address = go()
    identity.misdeed = Misdeed.FAIL

    assert come(address).status_code == 503
    assert who(client) is None


def test_nobody_is_led_to_a_stranger(client, go, come):
    answer = come(go(where="https://stranger.example/ho-so"))

    assert answer.status_code == 302
    assert urlsplit(answer["Location"]).netloc == ""


def test_one_who_declined_is_told_so(client, go, come):
    known = parse_qs(urlsplit(go()).query)["state"][0]

    answer = client.get(identities.BACK, {"error": "access_denied", "state": known})

    assert answer.status_code == 400


def test_a_closed_account_stays_closed(client, go, come, citizen, now):
    security.close_account(account_id=citizen.id, actor=citizen, at=now)

    answer = come(go())

    assert who(client) is None
    assert answer.status_code >= 400


def test_keys_that_changed_are_fetched_anew(client, identity, go, come):
    come(go())
    client.logout()
    identity.key = identities._key("demo-3")

    come(go())

    assert who(client) is not None


def test_without_a_provider_there_is_no_such_address(client, settings):
    settings.TINHSO_NATIONAL_IDENTITY_URL = ""

    assert client.get(reverse("national_begin")).status_code == 404
    assert (
        "định danh quốc gia"
        not in client.get(reverse("account_login")).content.decode()
    )


def reveal(client, dossier):
    address = reverse("desk_reveal", args=[dossier.id])
    return client.post(address, {"purpose": "verification"})


@pytest.fixture
def birth(citizen, ward, answers, now):
    from tinhso.procedures import actions  # noqa: PLC0415
    from tinhso.procedures.types import Channel  # noqa: PLC0415

    return actions.submit_dossier(
        procedure_code="1.001193",
        organization_id=ward.id,
        channel=Channel.ONLINE,
        answers=answers,
        key="1",
        actor=citizen,
        at=now,
    )


def test_reading_the_data_of_others_wants_more_than_a_password(
    client, identity, go, come, birth, clerk, visit, settings
):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False
    client = visit(clerk)

    low = reveal(client, birth)
    number = people.get_person(person_id=clerk.person_id).personal_number
    come(go(number, where="/lam-viec"))
    sure = reveal(client, birth)

    assert low.status_code == 302
    assert low["Location"].startswith(reverse("step_up"))
    page = client.get(low["Location"]).content.decode()
    assert "mức 2" in page
    assert "thiết lập khóa truy cập" in page
    assert sure.status_code == 200


def test_level_one_is_no_more_than_a_password(
    client, go, come, birth, clerk, visit, settings
):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False
    client = visit(clerk)
    number = people.get_person(person_id=clerk.person_id).personal_number

    come(go(number, level="1", where="/lam-viec"))

    assert reveal(client, birth).status_code == 302


def test_one_cannot_step_up_as_somebody_else(client, go, come, birth, clerk, visit):
    client = visit(clerk)

    answer = come(go(HOA))

    assert answer.status_code == 400
    assert who(client) == str(clerk.id)


def test_what_was_shown_long_ago_does_not_sign(
    client, identity, go, come, monkeypatch, citizen
):
    from tinhso.web.assurance import assurance_of  # noqa: PLC0415

    come(go())
    request = type("Request", (), {"session": client.session})()
    later = clock.now() + timedelta(hours=1)

    assert assurance_of(request) == 2
    assert assurance_of(request, since=later) == 0
