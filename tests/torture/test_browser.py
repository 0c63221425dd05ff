"""Who signs in at a browser is let in, or it is told; forms carry the right token."""

from urllib.parse import parse_qs

import pytest

from torture.browser import SIGN_IN, Browser, Reply

PAGE = b'<input name="csrfmiddlewaretoken" value="old">'


def carried(*, status=302, session="tinhso-session=abc; Path=/"):
    """A platform that lets people in, or not; answer it, and what it was sent."""
    sent = []

    def carry(method, path, content, headers):
        sent.append((method, path, parse_qs(content), headers["Cookie"]))
        if method == "GET":
            return Reply(path, 200, {}, ["tinhso-csrf=old; Path=/"], PAGE)
        cookies = [session, "tinhso-csrf=new; Path=/"] if session else []
        return Reply(path, status, {}, cookies, b"")

    return carry, sent


def test_a_form_after_the_sign_in_carries_the_token_that_came_with_it():
    carry, sent = carried()
    browser = Browser(carry)

    browser.sign_in("hoa")
    browser.ask("POST", "/ho-so", {"a": "b"})

    assert browser.session() == "abc"
    assert [one[2].get("csrfmiddlewaretoken") for one in sent[1:]] == [["old"], ["new"]]
    assert "tinhso-session=abc" in sent[2][3]


@pytest.mark.parametrize("fault", [{"status": 200}, {"session": ""}])
def test_who_is_not_let_in_is_told(fault):
    carry, _ = carried(**fault)

    with pytest.raises(RuntimeError, match="hoa is not let in"):
        Browser(carry).sign_in("hoa")


def test_each_reply_is_looked_at_the_sign_ins_too():
    carry, _ = carried()
    seen = []

    Browser(carry, looks=seen.append).sign_in("hoa")

    assert [(reply.path, reply.status) for reply in seen] == [
        (SIGN_IN, 200),
        (SIGN_IN, 302),
    ]


def test_a_cookie_is_known_with_the_prefix_that_tls_brings():
    carry, _ = carried(session="__Host-tinhso-session=abc; Path=/; Secure")
    browser = Browser(carry)

    browser.sign_in("hoa")

    assert browser.session() == "abc"
