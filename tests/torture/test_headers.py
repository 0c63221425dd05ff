"""Every answer of a running platform carries its protecting headers (G21)."""

from types import SimpleNamespace

import pytest

from torture import headers
from torture.browser import Reply


def test_every_answer_carries_its_headers():
    [figure] = headers.measure(short=True)

    assert figure.reached, figure.note
    # Three visitors find more than they look at, and nobody finds some.
    assert figure.n > 3 * headers.SHORT


GOOD = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Type": "text/html; charset=utf-8",
}


def test_good_headers_are_not_complained_of():
    assert list(headers._faults("/", 200, GOOD)) == []


@pytest.mark.parametrize("name", GOOD)
def test_a_header_that_is_missing_or_weak_is_told(name):
    weak = {**GOOD, name: "text/html 'unsafe-inline' *"}

    assert list(headers._faults("/", 200, weak))


def test_open_data_is_shared_with_all_and_nothing_else_is():
    shared = {**GOOD, "Access-Control-Allow-Origin": "*"}

    assert list(headers._faults("/du-lieu-mo/a/1/du-lieu.csv", 200, shared)) == []
    assert list(headers._faults("/api/3/action/package_list?q=x", 200, shared)) == []
    for address in ("/ho-so", "/du-lieu-mo", "/ho-so?a=/api/3/action/"):
        assert list(headers._faults(address, 200, shared)), address


def test_a_personal_number_in_an_address_is_told():
    assert list(headers._faults("/tim?q=022195999001", 200, GOOD))


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ("__Host-a=b; Path=/; Secure; HttpOnly; SameSite=Lax", 0),
        ("a=b; Path=/; Secure; HttpOnly; SameSite=Lax", 1),
        ("__Host-a=b; Path=/; HttpOnly; SameSite=Lax", 1),
        ("__Host-a=b; Path=/; Secure; SameSite=Lax", 1),
        ("__Host-a=b; Path=/ho-so; Secure; HttpOnly; SameSite=Lax", 1),
    ],
)
def test_a_cookie_without_its_guards_is_told_whenever_it_comes(line, faults):
    crawl = headers.Crawl(SimpleNamespace(port=0), "")

    crawl._look(Reply("/", 200, GOOD, [line], b""))

    assert (crawl.seen, sum(crawl.faults.values())) == (1, faults)
