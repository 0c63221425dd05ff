"""Systems of others sign people in through us: the protocol, step by step."""

import base64
import hashlib
import json
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from django.test import Client as Browser
from django.urls import reverse

from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.security import actions, queries

BACK = "https://hoc.quangninh.example/xong"
VERIFIER = "v" * 64
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
    .decode()
    .rstrip("=")
)
AUTHORIZE = "/tai-khoan/openid/dong-y"


@pytest.fixture
def made(ward):
    """A system of the ward with its secret."""
    return actions.register_client(
        name="Học bạ số",
        organization_id=ward.id,
        purpose="Để biết bạn là cha mẹ của học sinh nào.",
        scopes=["openid", "profile", "personal_number"],
        redirects=[BACK],
        logouts=["https://hoc.quangninh.example/"],
        actor=SYSTEM,
        at=clock.now(),
    )


@pytest.fixture
def asks(made):
    """What the system sends people with; keyword arguments change it, None drops."""

    def do(**changes):
        told = {
            "response_type": "code",
            "client_id": made.client.key,
            "redirect_uri": BACK,
            "scope": "openid profile",
            "state": "s1",
            "nonce": "n1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return {k: v for k, v in {**told, **changes}.items() if v is not None}

    return do


@pytest.fixture
def hoa(visit, citizen):
    return visit(citizen)


def sent_to(answer):
    """Read where a page of ours leads on to, and with what."""
    assert answer.status_code == 200, answer
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', answer.text)
    assert found, answer.text
    address = found[1].replace("&amp;", "&")
    parts = urlsplit(address)
    return address, {k: v[0] for k, v in parse_qs(parts.query).items()}


def agree(browser, asked, *, action="grant", scopes=("openid", "profile")):
    """Answer the question that a system has people asked."""
    page = browser.get(AUTHORIZE, asked)
    assert page.status_code == 200, page
    signed = re.search(r'name="request" value="([^"]+)"', page.text)
    assert signed, page.text
    return browser.post(
        AUTHORIZE, {"request": signed[1], "action": action, "scopes": scopes}
    )


def trade(made, **changes):
    """Trade a code for tokens, as the system's server does."""
    told = {
        "grant_type": "authorization_code",
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        "client_id": made.client.key,
        "client_secret": made.secret,
    }
    sent = {k: v for k, v in {**told, **changes}.items() if v is not None}
    return Browser().post("/tai-khoan/openid/token", sent)


def ask(token):
    return Browser().get(
        "/tai-khoan/openid/userinfo", headers={"Authorization": f"Bearer {token}"}
    )


@pytest.fixture
def tokens(hoa, asks, made):
    """What the system holds after somebody agreed."""
    _, back = sent_to(agree(hoa, asks()))
    return trade(made, code=back["code"]).json()


def keys():
    return jwt.PyJWKSet(Browser().get("/.well-known/jwks.json").json()["keys"])


def read(token, made, **options):
    """Check a token as a system does; answer what it says."""
    key = keys()[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(
        token, key.key, algorithms=["RS256"], audience=made.client.key, **options
    )


def test_who_is_not_signed_in_signs_in_first(asks, made, client):
    answer = client.get(AUTHORIZE, asks())

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_people_see_what_they_would_hand_over_and_to_whom(hoa, asks):
    page = hoa.get(AUTHORIZE, asks())

    assert "Học bạ số muốn biết bạn là ai" in page.text
    assert "Ủy ban nhân dân phường Hạ Long" in page.text
    assert "Để biết bạn là cha mẹ của học sinh nào." in page.text
    assert "Nguyễn Thị Hoa, 12/03/1995, nữ" in page.text
    assert "022195999001" not in page.text
    assert "hoc.quangninh.example" in page.text
    assert page["Cache-Control"] == "no-store"


def test_who_agrees_is_known_to_the_system(hoa, asks, made, citizen):
    address, back = sent_to(agree(hoa, asks()))
    assert address.startswith(BACK)
    assert back["state"] == "s1"

    told = trade(made, code=back["code"]).json()
    about = ask(told["access_token"]).json()
    proof = read(told["id_token"], made)

    assert about["name"] == "Nguyễn Thị Hoa"
    assert "personal_number" not in about
    assert proof["sub"] == about["sub"]
    assert (proof["nonce"], proof["iss"]) == ("n1", "http://localhost:8000")
    # A token passes through browsers and their logs.
    assert "Hoa" not in json.dumps(proof)
    (line,) = queries.told_of(actor=citizen)
    assert line.client == "Học bạ số"


def test_who_does_not_agree_is_sent_back_unknown(hoa, asks):
    _, back = sent_to(agree(hoa, asks(), action="cancel"))

    assert back == {"error": "access_denied", "state": "s1"}


def test_people_hand_over_less_than_was_asked_for(hoa, asks, made):
    asked = asks(scope="openid profile personal_number")
    _, back = sent_to(agree(hoa, asked, scopes=("openid", "personal_number")))

    about = ask(trade(made, code=back["code"]).json()["access_token"]).json()

    assert about["personal_number"] == "022195999001"
    assert "name" not in about


def test_who_has_agreed_is_not_asked_again_unless_for_more(hoa, asks, tokens):
    _, back = sent_to(hoa.get(AUTHORIZE, asks()))
    assert "code" in back

    page = hoa.get(AUTHORIZE, asks(scope="openid profile personal_number"))
    assert "Số định danh cá nhân" in page.text
    assert "http-equiv" not in page.text


def test_people_are_asked_each_time_by_what_keeps_no_secret(hoa, citizen, asks, ward):
    app = actions.register_client(
        name="Ứng dụng trên điện thoại",
        organization_id=ward.id,
        purpose="Để nhắc lịch tiêm.",
        scopes=["openid", "profile"],
        redirects=[BACK],
        is_public=True,
        actor=SYSTEM,
        at=clock.now(),
    )
    asked = asks(client_id=app.client.key)
    agree(hoa, asked)
    assert len(queries.grants_of(actor=citizen)) == 1

    assert "muốn biết bạn là ai" in hoa.get(AUTHORIZE, asked).text
    silent = hoa.get(AUTHORIZE, asks(client_id=app.client.key, prompt="none"))
    assert "error=consent_required" in silent["Location"]


def test_an_officer_shows_more_than_a_password_first(visit, clerk, asks, made):
    answer = visit(clerk).get(AUTHORIZE, asks())

    assert answer["Location"] == reverse("mfa_index")
    assert queries.grants_of(actor=clerk) == ()


def test_who_takes_it_back_is_asked_again_and_told_of_no_more(
    hoa, asks, tokens, citizen
):
    listed = hoa.get(reverse("account_grants"))
    assert "Học bạ số" in listed.text
    (grant,) = queries.grants_of(actor=citizen)

    hoa.post(reverse("account_grant_end", args=[grant.id]))

    assert ask(tokens["access_token"]).status_code == 401
    assert "muốn biết bạn là ai" in hoa.get(AUTHORIZE, asks()).text


def test_a_system_asks_silently_only_for_what_was_agreed_to(hoa, asks, tokens):
    def silently(**changes):
        answer = hoa.get(AUTHORIZE, asks(prompt="none", **changes))
        assert answer.status_code == 302
        return parse_qs(urlsplit(answer["Location"]).query)

    assert "code" in silently()
    more = silently(scope="openid profile personal_number")
    assert more["error"] == ["consent_required"]


def test_one_system_does_not_ask_silently_for_what_another_was_granted(
    hoa, asks, tokens, ward
):
    other = actions.register_client(
        name="Khác",
        organization_id=ward.id,
        purpose="Khác.",
        scopes=["openid", "profile"],
        redirects=[BACK],
        actor=SYSTEM,
        at=clock.now(),
    )

    answer = hoa.get(AUTHORIZE, asks(prompt="none", client_id=other.client.key))

    assert "error=consent_required" in answer["Location"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"scope": "openid everything"}, "invalid_scope"),
        ({"response_type": "id_token token"}, "unauthorized_client"),
        ({"response_type": "code id_token"}, "unauthorized_client"),
    ],
)
def test_a_system_that_asks_wrongly_is_told_why(hoa, asks, changes, error):
    answer = hoa.get(AUTHORIZE, asks(**changes))

    if answer.status_code == 302:
        told = answer["Location"]
    else:
        told, _ = sent_to(answer)
    assert told.startswith(BACK)
    assert f"error={error}" in told


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/xong"},
        {"redirect_uri": f"{BACK}/.."},
        {"redirect_uri": f"{BACK}?x=1"},
        {"redirect_uri": None},
        {"client_id": "nobody"},
        {"client_id": None},
    ],
)
def test_nobody_is_sent_to_a_stranger(hoa, asks, changes):
    answer = hoa.get(AUTHORIZE, asks(**changes))

    assert answer.status_code == 400
    assert "Dữ liệu của bạn chưa được đưa cho ai" in answer.text
    assert "http-equiv" not in answer.text
    assert "Location" not in answer


def test_what_people_agreed_to_cannot_be_changed_on_the_way(hoa, asks, made):
    page = hoa.get(AUTHORIZE, asks())
    signed = re.search(r'name="request" value="([^"]+)"', page.text)[1]

    answer = hoa.post(
        AUTHORIZE, {"request": f"x{signed}", "action": "grant", "scopes": ["openid"]}
    )

    assert answer.status_code == 403


def test_an_answer_that_another_site_sends_is_refused(hoa, asks, citizen):
    page = hoa.get(AUTHORIZE, asks())
    signed = re.search(r'name="request" value="([^"]+)"', page.text)[1]
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = hoa.cookies

    answer = strict.post(
        AUTHORIZE, {"request": signed, "action": "grant", "scopes": ["openid"]}
    )

    assert answer.status_code == 403
    assert queries.grants_of(actor=citizen) == ()


def test_a_code_is_worth_something_once(hoa, asks, made):
    _, back = sent_to(agree(hoa, asks()))

    assert trade(made, code=back["code"]).status_code == 200
    again = trade(made, code=back["code"])

    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "x" * 64}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"client_secret": "x"}, "invalid_client"),
        ({"client_secret": None}, "invalid_client"),
        ({"redirect_uri": f"{BACK}/x"}, "invalid_request"),
        ({"code": "nothing"}, "invalid_grant"),
        ({"grant_type": "password"}, "invalid_request"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
    ],
)
def test_a_code_is_traded_only_by_whom_it_was_given(hoa, asks, made, changes, error):
    _, back = sent_to(agree(hoa, asks()))

    answer = trade(made, **{"code": back["code"], **changes})

    assert answer.status_code in {400, 401}
    assert answer.json()["error"] == error


def test_a_code_of_one_system_is_nothing_to_another(hoa, asks, made, ward):
    _, back = sent_to(agree(hoa, asks()))
    other = actions.register_client(
        name="Khác",
        organization_id=ward.id,
        purpose="Khác.",
        scopes=["openid", "profile"],
        redirects=[BACK],
        actor=SYSTEM,
        at=clock.now(),
    )

    answer = trade(other, code=back["code"])

    assert answer.json()["error"] == "invalid_grant"


def refresh(made, token, **changes):
    return trade(
        made,
        grant_type="refresh_token",
        refresh_token=token,
        redirect_uri=None,
        code_verifier=None,
        **changes,
    )


def test_a_refresh_token_is_traded_once(tokens, made):
    fresh = refresh(made, tokens["refresh_token"])
    again = refresh(made, tokens["refresh_token"])

    assert ask(fresh.json()["access_token"]).status_code == 200
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_refresh_token_brings_no_more_than_was_agreed_to(tokens, made):
    answer = refresh(
        made, tokens["refresh_token"], scope="openid profile personal_number"
    )

    assert answer.json()["error"] == "invalid_scope"


def test_a_token_is_ended_by_its_system(tokens, made):
    def about(token, **who):
        told = {"client_id": made.client.key, "client_secret": made.secret, **who}
        return Browser().post("/tai-khoan/openid/introspect", {"token": token, **told})

    access = tokens["access_token"]
    assert about(access).json()["active"] is True
    assert about(access, client_secret="x").status_code == 401

    ended = Browser().post(
        "/tai-khoan/openid/revoke",
        {
            "token": access,
            "client_id": made.client.key,
            "client_secret": made.secret,
        },
    )

    assert ended.status_code == 200
    assert about(access).json() == {"active": False}
    assert ask(access).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_tells_nothing(db, token):
    answer = ask(token)

    assert answer.status_code == 401
    assert "sub" not in answer.text


def test_an_account_that_was_closed_is_known_to_nobody_from_then_on(
    tokens, made, citizen
):
    actions.close_account(account_id=citizen.id, actor=SYSTEM, at=clock.now())

    assert ask(tokens["access_token"]).status_code == 401
    assert refresh(made, tokens["refresh_token"]).status_code == 400


def test_a_system_that_ended_is_told_nothing_more(tokens, made, hoa, asks):
    actions.end_client(key=made.client.key, actor=SYSTEM, at=clock.now())

    assert ask(tokens["access_token"]).status_code == 401
    assert refresh(made, tokens["refresh_token"]).status_code == 401
    assert "chưa được đưa cho ai" in hoa.get(AUTHORIZE, asks()).text


def test_a_new_key_is_known_before_it_signs_and_the_old_one_still_convinces(
    tokens, made
):
    before = jwt.get_unverified_header(tokens["id_token"])["kid"]

    actions.keep_signing_keys(at=clock.now(), force=True)

    assert len(keys().keys) == 2
    assert read(tokens["id_token"], made)["sub"]
    fresh = refresh(made, tokens["refresh_token"]).json()
    if "id_token" in fresh:
        assert jwt.get_unverified_header(fresh["id_token"])["kid"] == before


def test_a_token_of_a_key_that_was_lost_convinces_nobody(tokens, made):
    actions.drop_signing_keys(actor=SYSTEM, at=clock.now())

    with pytest.raises(KeyError):
        read(tokens["id_token"], made)


def test_what_there_is_is_said_in_one_place(db):
    told = Browser().get("/.well-known/openid-configuration").json()

    assert told["issuer"] == "http://localhost:8000"
    assert told["response_types_supported"] == ["code"]
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["subject_types_supported"] == ["pairwise"]
    for name in ("authorization", "token", "userinfo", "revocation", "introspection"):
        assert told[f"{name}_endpoint"].endswith(
            {"authorization": "dong-y", "revocation": "revoke"}.get(
                name, "introspect" if name == "introspection" else name
            )
        )


def test_who_leaves_a_system_may_leave_us_too(hoa, tokens, made):
    asked = {
        "id_token_hint": tokens["id_token"],
        "post_logout_redirect_uri": "https://hoc.quangninh.example/",
        "state": "x",
    }
    page = hoa.get("/tai-khoan/openid/roi-di", asked)
    assert "Bạn muốn đăng xuất ở đây luôn?" in page.text

    answer = hoa.post(
        "/tai-khoan/openid/roi-di",
        {**asked, "action": "logout", "csrfmiddlewaretoken": "x"},
    )

    address, back = sent_to(answer)
    assert address.startswith("https://hoc.quangninh.example/")
    assert back == {"state": "x"}
    assert hoa.get(reverse("account_grants")).status_code == 302


def test_who_leaves_is_not_sent_to_a_stranger(hoa, tokens):
    answer = hoa.get(
        "/tai-khoan/openid/roi-di",
        {
            "id_token_hint": tokens["id_token"],
            "post_logout_redirect_uri": "https://evil.example/",
        },
    )

    assert "evil.example" not in answer.text


@pytest.fixture
def television(ward):
    return actions.register_client(
        name="Màn hình ở nhà văn hóa",
        organization_id=ward.id,
        purpose="Để hiện lịch họp của bạn.",
        scopes=["openid", "profile"],
        redirects=[],
        is_public=True,
        has_device=True,
        actor=SYSTEM,
        at=clock.now(),
    )


def show_code(made):
    return (
        Browser()
        .post(
            "/tai-khoan/openid/device",
            urlencode({"client_id": made.client.key, "scope": "openid profile"}),
            content_type="application/x-www-form-urlencoded",
        )
        .json()
    )


def poll(made, shown):
    told = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": shown["device_code"],
        "client_id": made.client.key,
    }
    return Browser().post("/tai-khoan/openid/token", told)


def test_what_has_no_keyboard_is_signed_in_by_a_code_it_shows(television, hoa, citizen):
    shown = show_code(television)
    assert poll(television, shown).json()["error"] == "authorization_pending"

    page = hoa.get(f"/tai-khoan/openid/thiet-bi?code={shown['user_code']}")
    assert "Đăng nhập vào Màn hình ở nhà văn hóa?" in page.text
    assert "Họ tên, ngày sinh, giới tính" in page.text
    done = hoa.post(
        f"/tai-khoan/openid/thiet-bi?code={shown['user_code']}", {"action": "confirm"}
    )
    assert "Đã đăng nhập trên thiết bị" in done.text

    (grant,) = queries.grants_of(actor=citizen)
    assert grant.client == television.client


def test_a_device_is_refused(television, hoa, citizen):
    shown = show_code(television)

    done = hoa.post(
        f"/tai-khoan/openid/thiet-bi?code={shown['user_code']}", {"action": "deny"}
    )

    assert "không đăng nhập được" in done.text
    assert queries.grants_of(actor=citizen) == ()
    assert poll(television, shown).json()["error"] == "access_denied"


def test_a_device_is_not_let_in_by_another_site(television, hoa, citizen):
    shown = show_code(television)
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = hoa.cookies

    answer = strict.post(
        f"/tai-khoan/openid/thiet-bi?code={shown['user_code']}", {"action": "confirm"}
    )

    assert answer.status_code == 403
    assert queries.grants_of(actor=citizen) == ()


def test_a_wrong_code_of_a_device_is_said_beside_its_field(television, hoa):
    page = hoa.get("/tai-khoan/openid/thiet-bi?code=XXXX-XXXX")

    assert "Mã xác thực chưa đúng." in page.text
