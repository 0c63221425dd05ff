"""ClamAV is asked where it is set up; its own signature file knows EICAR."""

import subprocess
import time
from hashlib import md5

import pytest

from tests import tools
from tests.documents.conftest import pdf_bytes
from tinhso.documents import actions, types
from tinhso.documents.models import FileRow
from tinhso.documents.providers import scanner
from tinhso.kernel.actor import SYSTEM
from torture.hostile import EICAR

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def clamd(tmp_path_factory):
    """A daemon with one signature: the official databases cannot be had offline."""
    program = tools.clamd()
    if program is None:
        pytest.skip(tools.NO_CLAMD)
    folder = tmp_path_factory.mktemp("clam")
    (folder / "db").mkdir()
    signature = f"{md5(EICAR).hexdigest()}:{len(EICAR)}:Eicar-Test-Signature\n"
    (folder / "db" / "own.hdb").write_text(signature)
    (folder / "db" / "own.ndb").write_text(f"Eicar-Inside:0:*:{EICAR.hex()}\n")
    socket = folder / "clamd.sock"
    settings = folder / "clamd.conf"
    settings.write_text(
        f"LocalSocket {socket}\nDatabaseDirectory {folder}/db\nForeground yes\n"
        f"LogFile {folder}/clamd.log\nTemporaryDirectory {folder}\n"
    )
    process = subprocess.Popen(
        [program, "--config-file", str(settings)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while not socket.exists() and time.monotonic() < deadline:
        assert process.poll() is None, (folder / "clamd.log").read_text()
        time.sleep(0.1)
    yield socket
    process.terminate()
    process.wait(20)


def store(content, now):
    return actions.store_file(
        content=content,
        name="giay.pdf",
        owner_id=None,
        organization_id=None,
        accepted=types.WHAT_PEOPLE_SEND,
        max_bytes=2**20,
        actor=SYSTEM,
        at=now,
    )


def test_eicar_is_found_and_a_good_file_is_not(clamd):
    asked = scanner.Clamd(place=clamd)

    assert "Eicar" in asked.finding(content=EICAR)
    assert asked.finding(content=pdf_bytes()) == ""
    assert asked.version().startswith("ClamAV")


def test_a_pdf_that_carries_eicar_is_refused_and_never_written(clamd, settings, now):
    settings.TINHSO_CLAMD_SOCKET = clamd
    infected = pdf_bytes() + b"%" + EICAR + b"\n%%EOF\n"

    with pytest.raises(types.FileInfected):
        store(infected, now)

    assert not FileRow.objects.exists()
    assert not (settings.TINHSO_HOME / "files").exists()
    assert store(pdf_bytes(), now).sha256


def test_nobody_is_let_in_unscanned_while_the_daemon_is_away(settings, now, tmp_path):
    settings.TINHSO_CLAMD_SOCKET = tmp_path / "nobody.sock"

    with pytest.raises(types.ScannerUnavailable) as refused:
        store(pdf_bytes(), now)

    assert refused.value.status == 503
    assert not FileRow.objects.exists()
