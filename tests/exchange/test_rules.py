"""The rules by themselves: signatures, fields, documents, quotas."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.service import DOCUMENT
from tinhso.exchange.rules import answers, fields, openapi, signing
from tinhso.exchange.rules.breaker import FAILURES, REST, Breaker
from tinhso.exchange.types import AnswerNotJson, SignatureWrong

AT = datetime(2026, 6, 16, 2, tzinfo=UTC)

# RFC 9421, B.1.4 and B.2.6: the test key and its signature over this base.
KEY = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----"""
BASE = "\n".join(
    (
        '"date": Tue, 20 Apr 2021 02:07:55 GMT',
        '"@method": POST',
        '"@path": /foo',
        '"@authority": example.com',
        '"content-type": application/json',
        '"content-length": 18',
        '"@signature-params": ("date" "@method" "@path" "@authority" "content-type"'
        ' "content-length");created=1618884473;keyid="test-key-ed25519"',
    )
)
SIGNATURE = (
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5W"
    "PpBKRCw=="
)


def test_a_base_is_written_as_the_standard_does():
    parts = [tuple(line[1:].split('": ', 1)) for line in BASE.split("\n")[:-1]]
    told = BASE.split("\n")[-1].removeprefix('"@signature-params": ')
    key = load_pem_private_key(KEY, password=None)

    base = signing._base(parts, told)

    assert base == BASE
    assert key.sign(base.encode()) == b64decode(SIGNATURE)


def test_a_digest_is_written_as_the_standard_does():
    """RFC 9530, B.1."""
    body = b'{"hello": "world"}\n'

    assert signing.content_digest(body) == (
        "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    )


PARTS = [("@method", "GET"), ("x-road-id", "one"), ("content-digest", "d")]


def signed():
    key = Ed25519PrivateKey.generate()
    _, headers = signing.sign(PARTS, key=key, name="0" * 64, at=AT)
    return key.public_key(), headers


def check(key, headers, values, needed=("@method",)):
    return signing.check(
        values,
        needed=needed,
        signature_input=headers["Signature-Input"],
        signature=headers["Signature"],
        key=key,
        at=AT,
    )


def test_a_part_that_was_not_signed_or_is_gone_is_noticed():
    key, headers = signed()
    assert check(key, headers, dict(PARTS))

    for values in (
        {**dict(PARTS), "x-road-issue": "HS-1"},
        dict(PARTS[:2]),
        {**dict(PARTS), "x-road-id": "two"},
    ):
        with pytest.raises(SignatureWrong):
            check(key, headers, values)
    with pytest.raises(SignatureWrong):
        check(key, headers, dict(PARTS), needed=["@status"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4)
    ),
    max_leaves=20,
)
FIELD = st.lists(
    st.sampled_from(["a", "b", "c", "a[]", "b[]"]), min_size=1, max_size=3
).map(".".join)


def paths(value, here=""):
    """List where the values of an answer stand, as fields are written."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from paths(one, f"{here}.{name}" if here else name)
    elif isinstance(value, list):
        for one in value:
            yield from paths(one, f"{here}[]")
    else:
        yield here


@given(JSON, st.lists(FIELD, max_size=3))
def test_nothing_leaves_that_was_not_agreed(value, agreed):
    if not isinstance(value, dict | list):
        return

    left = fields.kept(value, agreed)

    for path in paths(left):
        assert any(
            path == one or path.startswith((f"{one}.", f"{one}[]")) for one in agreed
        ), (path, agreed)
    assert fields.kept(left, agreed) == left


def test_without_fields_nothing_leaves():
    assert fields.kept({"a": 1}, []) == {}
    assert fields.kept([{"a": 1}], []) == []


def test_lists_are_filtered_one_by_one():
    value = [{"a": 1, "b": 2}, {"b": 3}, 4]

    assert fields.kept(value, ["[].a"]) == [{"a": 1}, {}]


@pytest.mark.parametrize("body", [b"1", b'"a"', b"null", b"", b"[1"])
def test_what_is_no_object_or_list_does_not_leave(body):
    if not body:
        assert answers.filtered(body, "application/json", ["a"]) == b""
        return
    with pytest.raises(AnswerNotJson):
        answers.filtered(body, "application/json", ["a"])


def changed(path, value):
    document = json.loads(json.dumps(DOCUMENT))
    here = document
    for name in path[:-1]:
        here = here[name]
    here[path[-1]] = value
    return document


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        changed(["openapi"], "2.0"),
        changed(["info", "title"], ""),
        changed(["paths"], {}),
        changed(["paths"], []),
        changed(["paths", "/people", "post", "operationId"], "getPerson"),
        changed(["paths", "/people", "post", "operationId"], "có dấu"),
        changed(["paths", "/people", "post", "responses"], {}),
        changed(["paths", "/people/../x"], DOCUMENT["paths"]["/people"]),
        changed(["paths", "/people/{number}", "get", "parameters"], []),
    ],
)
def test_a_document_that_will_not_do_is_told(document):
    assert openapi.faults(DOCUMENT) == []
    assert openapi.faults(document)


def test_what_failed_is_left_alone_for_a_while():
    breaker = Breaker()
    for _ in range(FAILURES):
        assert breaker.lets_through(at=AT)
        breaker.note(went_well=False, at=AT)
    assert not breaker.lets_through(at=AT + REST - timedelta(seconds=1))

    assert breaker.lets_through(at=AT + REST)
    assert not breaker.lets_through(at=AT + REST)  # one tries, the others wait
    breaker.note(went_well=True, at=AT + REST)
    assert breaker.lets_through(at=AT + REST)
