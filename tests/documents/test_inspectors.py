"""Files of strangers are opened where they can do no harm."""

import os
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from threading import Thread

import pikepdf
import pytest
from PIL import Image

from tests.documents.conftest import image_bytes, pdf_bytes
from tinhso.documents.providers import inspector, inspectors
from tinhso.documents.types import (
    WHAT_PEOPLE_SEND,
    FileTooDemanding,
    InspectionUnavailable,
)

CONFINED = """
import os, socket, sys
from tinhso.documents.providers import inspector
inspector.confine()
try:
    {deed}
except (OSError, MemoryError) as refused:
    os._exit(0)
os._exit(7)
"""


@pytest.fixture
def pool():
    made = inspectors.Pool(most=2)
    yield made
    made.close()


def words(**changes):
    accepted = list(WHAT_PEOPLE_SEND)
    asked = {"job": "inspect", "name": "a", "accepted": accepted, "max_bytes": 2**24}
    return asked | changes


@pytest.mark.parametrize(
    "deed",
    [
        "socket.socket()",
        "socket.create_connection(('127.0.0.1', 9))",
        "open('/etc/hostname')",
        "open('/tmp/x', 'w')",
        "os.fork()",
        "bytearray(400 * 2**20)",
        "os.memfd_create('x')",
    ],
)
def test_an_inspector_opens_no_socket_no_file_and_starts_nothing(deed):
    program = CONFINED.format(deed=deed)

    done = subprocess.run([sys.executable, "-c", program], timeout=60)

    assert done.returncode == 0


def test_an_inspector_knows_no_secret_of_the_server(pool, monkeypatch):
    monkeypatch.setenv("TINHSO_SECRET_KEY", "hidden-from-parsers")
    pool.ask(words(), pdf_bytes())

    environments = [Path(f"/proc/{pid}/environ").read_bytes() for pid in _family(pool)]

    assert len(environments) >= 2
    assert not any(b"hidden-from-parsers" in one for one in environments)


def _family(pool):
    nursery = pool._nursery.pid
    children = Path(f"/proc/{nursery}/task/{nursery}/children").read_text("ascii")
    return [nursery, *map(int, children.split())]


def test_an_inspector_that_is_killed_from_outside_costs_nobody_their_file(pool):
    pool.ask(words(), pdf_bytes())
    for pid in _family(pool)[1:]:
        os.kill(pid, signal.SIGKILL)

    answer = pool.ask(words(), pdf_bytes())

    assert answer.words["media_type"] == "application/pdf"


def test_a_nursery_that_is_killed_is_replaced(pool):
    pool.ask(words(), pdf_bytes())
    for pid in _family(pool):
        os.kill(pid, signal.SIGKILL)

    assert pool.ask(words(), pdf_bytes()).words["same"] is True


def test_inspectors_end_with_the_process_that_asked_them(tmp_path):
    program = (
        "from tinhso.documents.providers import inspectors\n"
        "pool = inspectors.Pool()\n"
        f"pool.ask({words()!r}, b'x')\n"
        "print(pool._nursery.pid, flush=True)\n"
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True)
    nursery = Path(f"/proc/{int(done.stdout)}")

    deadline = time.monotonic() + 10
    while nursery.exists() and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not nursery.exists()


def test_a_file_that_takes_too_long_is_refused_and_the_next_one_comes_in():
    out = BytesIO()
    Image.new("L", (6_000, 6_000), 200).save(out, "JPEG", progressive=True)
    whole = out.getvalue()
    scan = whole.find(b"\xff\xda")
    heavy = whole[:-2] + whole[scan:-2] * 400 + whole[-2:]
    started = time.monotonic()

    with pytest.raises(FileTooDemanding):
        _inspected(heavy)

    assert time.monotonic() - started < inspector.ALARM_SECONDS + 5
    assert _inspected(pdf_bytes()).media_type == "application/pdf"


def _inspected(content):
    return inspectors.begin(
        content=content, name="a", accepted=WHAT_PEOPLE_SEND, max_bytes=2**26
    ).outcome()


def test_whoever_finds_no_free_inspector_is_told_to_come_later(pool):
    held = [pool.begin(words(), pdf_bytes()) for _ in range(2)]

    with pytest.raises(InspectionUnavailable) as refused:
        pool.begin(words(), pdf_bytes(), wait=0.05)

    assert refused.value.status == 503
    held.pop().drop()
    assert pool.ask(words(), pdf_bytes()).words["same"]
    assert held.pop().answer().words["same"]


def test_many_at_once_each_get_their_own_answer(pool):
    contents = [image_bytes() for _ in range(12)] + [pdf_bytes() for _ in range(12)]
    found = {}

    def ask(number):
        found[number] = pool.ask(words(), contents[number]).words["media_type"]

    threads = [Thread(target=ask, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert [found[n] for n in range(24)] == ["image/png"] * 12 + [
        "application/pdf"
    ] * 12


def test_an_inspector_is_replaced_after_some_files(pool, monkeypatch):
    pool.ask(words(), pdf_bytes())
    first = _family(pool)[1]
    for _ in range(inspector.MOST_FILES):
        pool.ask(words(), b"x")

    pool.ask(words(), pdf_bytes())

    assert first not in _family(pool)


def photo(**saving):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "Nhà số 5"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (20.95, 0.0, 0.0)
    out = BytesIO()
    picture = Image.effect_noise((64, 48), 90).convert("RGB")
    picture.save(out, saving.pop("kind", "JPEG"), exif=exif, **saving)
    return out.getvalue()


@pytest.mark.parametrize("saving", [{}, {"progressive": True}, {"kind": "PNG"}])
def test_a_photo_keeps_every_pixel_and_loses_where_it_was_taken(saving):
    sent = photo(comment=b"tai nha", **saving)
    kept = _inspected(sent + b"PK behind the end").content

    before, after = Image.open(BytesIO(sent)), Image.open(BytesIO(kept))
    assert before.convert("RGB").tobytes() == after.convert("RGB").tobytes()
    assert not after.getexif().get_ifd(0x8825)
    assert "Nhà số 5".encode() not in kept
    assert b"tai nha" not in kept
    assert kept.endswith((b"\xff\xd9", b"IEND\xaeB`\x82"))


def test_a_photo_stays_turned_as_it_was():
    after = Image.open(BytesIO(_inspected(photo()).content))

    assert dict(after.getexif()) == {0x0112: 6}


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_was_cleaned_before_stays_the_same(kind):
    once = _inspected(photo(kind=kind)).content

    assert _inspected(once).content == once


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_pictures_of_all_kinds_come_in(mode):
    out = BytesIO()
    Image.new(mode, (130, 90)).save(out, "PNG")

    assert _inspected(out.getvalue()).content == out.getvalue()


def test_a_pdf_is_kept_byte_for_byte():
    sent = pdf_bytes()

    assert _inspected(sent).content == sent


def test_a_pdf_that_opens_at_a_page_is_no_active_one():
    def at_first_page(pdf):
        pdf.Root.OpenAction = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])

    assert _inspected(pdf_bytes(change=at_first_page))
