"""No request is read beyond its limit, and who sent too much learns why."""

from io import BytesIO

import pytest
from django.test import Client

from tinhso.web.bodies import Bounded, bounded

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("size", [-1, 1, 7, 1000])
def test_a_body_ends_at_its_bound_however_it_is_read(size):
    read = Bounded(BytesIO(b"x" * 1000), most=100)

    parts = b"".join(iter(lambda: read.read(size), b""))

    assert parts == b"x" * 100
    assert read.readline() == b""


class Eager(BytesIO):
    """A body as some servers have it: asked for nothing, it reads all there is."""

    def read(self, size=-1):
        return super().read(size or -1)

    def readline(self, size=-1):
        return super().readline(size or -1)


def test_a_body_at_its_bound_is_not_asked_again():
    read = Bounded(Eager(b"x" * 1000), most=100)

    assert read.read() == b"x" * 100
    assert read.read(10) == read.read() == read.readline() == b""


def test_lines_are_counted_too():
    read = Bounded(BytesIO(b"ab\n" * 1000), most=8)

    assert list(read) == [b"ab\n", b"ab\n", b"ab"]


@pytest.mark.parametrize(
    ("announced", "is_bounded"), [("50", False), ("199", False), ("201", True)]
)
def test_a_body_much_too_large_is_bounded_and_a_little_too_large_read_to_its_end(
    announced, is_bounded
):
    seen = {}

    def application(environ, start_response):
        seen["body"] = environ["wsgi.input"].read()
        return [b""]

    body = BytesIO(b"x" * 300)
    environ = {"CONTENT_LENGTH": announced, "wsgi.input": body}
    bounded(application, most=100)(environ, lambda *given: None)

    assert len(seen["body"]) == (100 if is_bounded else 300)


@pytest.mark.parametrize("announced", ["", "many", "-1"])
def test_a_length_that_is_none_is_no_fault_of_ours(announced):
    environ = {"CONTENT_LENGTH": announced, "wsgi.input": BytesIO()}

    assert bounded(lambda e, s: [b"ok"], most=1)(environ, lambda *given: None)


def test_a_machine_that_sends_too_much_is_told_so_before_it_is_read(settings):
    settings.TINHSO_MAX_UPLOAD_BYTES = 2**20
    sent = {"file": BytesIO(b"x" * (2 * 2**20 + 10))}

    answer = Client().post("/api/v1/documents/verify", sent)

    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"].endswith(":BodyTooLarge")
    assert "1 MB" in answer.json()["title"]


def test_a_name_without_end_is_answered_in_words_people_and_machines_read():
    file = BytesIO(b"%PDF-1.7")
    file.name = "a" * 10_000 + ".pdf"

    machine = Client().post("/api/v1/documents/verify", {"file": file})
    file.seek(0)
    person = Client().post("/xac-minh", {"pdf": file})

    assert machine.status_code == person.status_code == 400
    assert "rất dài" in machine.json()["title"]
    assert "Nếu tên tệp rất dài" in person.content.decode()
