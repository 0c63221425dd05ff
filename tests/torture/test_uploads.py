"""The checkers of hostile uploads find what is planted; then the short form."""

import socket
import subprocess
import sys
from threading import Thread
from types import SimpleNamespace

import httpx
import pytest

from torture import hostile, uploads
from torture.hostile import ACCEPTED, PAYLOAD, TYPE, Hostile
from torture.served import Meter

# It times the platform, or takes the machine to its limits.
pytestmark = pytest.mark.alone

BAD = Hostile("planted", "a.pdf", b"x", frozenset({TYPE}))
SAFE = {
    "Content-Disposition": "attachment; filename*=UTF-8''a.png",
    "X-Content-Type-Options": "nosniff",
    "Content-Type": "image/png",
}


def refused(name, title):
    told = {"type": f"urn:tinhso:refused:{name}", "title": title}
    return httpx.Response(422, json=told)


RIGHT = "Tệp “a.pdf” không thuộc loại được nhận. Hãy gửi tệp PDF."


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (refused(TYPE, RIGHT), ""),
        (httpx.Response(500), "500"),
        (httpx.Response(201, json={}), "came in"),
        (refused("FileTruncated", "Tệp “a.pdf” bị hỏng."), "FileTruncated"),
        (refused(TYPE, "File is not accepted."), "File is not accepted."),
    ],
)
def test_an_answer_that_is_wrong_is_named(answer, fault):
    found = uploads.faults_of(BAD, answer)

    assert bool(found) is bool(fault)
    assert all(fault in one for one in found)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, ""),
        ({"Content-Disposition": "inline"}, "served inline"),
        ({"X-Content-Type-Options": ""}, "may be taken for another type"),
        ({"Content-Type": "text/html"}, "type text/html"),
    ],
)
def test_a_file_handed_out_as_a_page_is_named(change, fault):
    found = uploads.unsafe(httpx.Response(200, headers={**SAFE, **change}))

    assert found == ([fault] if fault else [])


def test_what_was_smuggled_in_is_seen_when_it_comes_out_again():
    got = httpx.Response(200, headers=SAFE, content=b"\x89PNG" + PAYLOAD)

    assert uploads.unsafe(got) == ["still holds what was smuggled in"]


def test_the_meter_sees_memory_and_time_of_a_child():
    wasting = (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', "
        "'x = b\"x\" * (300 * 2**20)\\nfor n in range(10**7): n * n'])"
    )
    process = subprocess.Popen([sys.executable, "-c", wasting])

    with Meter(process.pid).watching() as meter:
        process.wait(60)

    assert meter.peak > 290 * 2**20
    assert meter.cpu() > 0.2


@pytest.fixture
def swallowing():
    """A server that takes whatever it is sent."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def swallow():
            wire, _ = listening.accept()
            with wire:
                while wire.recv(2**20):
                    pass

        thread = Thread(target=swallow, daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        yield SimpleNamespace(port=port, token="x", url=f"http://127.0.0.1:{port}")
        thread.join(10)


def test_a_server_that_takes_a_stream_without_end_is_found_out(swallowing, monkeypatch):
    monkeypatch.setattr(uploads, "_form_token", lambda server: ("x", "x=x"))

    assert uploads.cut_after(
        swallowing, path="/x", chunked=False, most=64 * 2**20
    ) == float("inf")


def test_the_same_seed_makes_the_same_files_and_six_hundred_in_the_long_form():
    first, again = (
        [(one.family, one.name, one.right) for one in hostile.files(seed=3, each=1)]
        for _ in range(2)
    )

    assert first == again
    assert hostile.EACH * len(hostile.FAMILIES) >= 600
    assert any(ACCEPTED in one.right for one in hostile.files(seed=3, each=1))


def test_hostile_files_are_refused_rightly_and_at_little_cost():
    (figure,) = uploads.measure(short=True)

    assert figure.reached, (figure.line(), figure.note)
    assert figure.n >= 90
