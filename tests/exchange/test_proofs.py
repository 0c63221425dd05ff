"""A logged message proves itself, without the platform; no byte of it can change."""

import json
import subprocess
import sys
from random import Random

import pytest
from click.testing import CliRunner
from cryptography import x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.conftest import OWNER, WARD
from tests.verify.test_receipts import VERIFY
from tinhso.cli.main import main
from tinhso.exchange import actions, queries
from tinhso.exchange.types import ProofBroken

sys.path.insert(0, str(VERIFY))

from tinhso_verify import exchange as verifier
from tinhso_verify.faults import UNREADABLE, BrokenError


@pytest.fixture
def db(committed_db):
    """Gateways have connections of their own."""


@pytest.fixture
def anchors():
    pem = actions.stamp_anchor()
    return [x509.load_pem_x509_certificate(pem.encode())]


@pytest.fixture
def called(exchange, agree):
    """Three calls and a refusal, time-stamped."""
    agree()
    for name in ("one", "two", "three"):
        assert exchange.call(headers={"X-Road-Id": name}).status == 200
    assert exchange.call("/odd/html", headers={"X-Road-Id": "four"}).refused
    exchange.stamp()
    return exchange


def proof(name, message_id, entry=0):
    member = queries.find_member(name=name)
    places = queries.logged_positions(member_id=member.id, message_id=message_id)
    return queries.proof_of(member_id=member.id, position=places[entry])


def holds(content, anchors, **more):
    try:
        return verifier.verify(content, anchors, **more)
    except (BrokenError, *UNREADABLE):
        return None


@pytest.mark.parametrize("name", [WARD, OWNER])
@pytest.mark.parametrize("entry", [0, 1])
def test_every_logged_message_is_proved(called, anchors, name, entry):
    for message_id in ("one", "two", "three", "four"):
        told = holds(proof(name, message_id, entry), anchors)

        assert told is not None
        assert told["id"] == message_id
        assert told["gateway"] == str(name)


def test_the_body_is_held_against_what_was_signed(called, anchors):
    reply = called.call(headers={"X-Road-Id": "five"})
    called.stamp()
    content = proof(WARD, "five", 1)

    assert holds(content, anchors, body=reply.body)
    assert not holds(content, anchors, body=reply.body + b" ")


def test_any_changed_byte_is_found(called, anchors):
    content = proof(OWNER, "two", 1)
    assert holds(content, anchors)

    @settings(
        max_examples=400,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.integers(0, len(content) - 1), st.integers(1, 255))
    def change(place, by):
        changed = bytearray(content)
        changed[place] ^= by
        assert holds(bytes(changed), anchors) is None

    change()
    assert holds(content[:-1], anchors) is None
    assert holds(content + b"\n", anchors) is None


def test_another_authority_convinces_nobody(called, tmp_path, settings):
    content = proof(OWNER, "two")
    settings.TINHSO_HOME = tmp_path / "other"
    other = x509.load_pem_x509_certificate(actions.stamp_anchor().encode())

    assert holds(content, [other]) is None
    with pytest.raises(ProofBroken):
        queries.read_proof(content=content, anchors=actions.stamp_anchor())


def test_the_platform_says_the_same(called, anchors):
    content = proof(OWNER, "two")

    told = queries.read_proof(content=content, anchors=actions.stamp_anchor())

    alone = verifier.verify(content, anchors)
    assert told.pop("stamped_at")[:19] == alone.pop("stamped_at")[:19]
    assert told == alone
    for change in (b"two", b"H49"):
        with pytest.raises(ProofBroken):
            queries.read_proof(
                content=content.replace(change, change[::-1]),
                anchors=actions.stamp_anchor(),
            )


def test_commands_export_and_verify(called, tmp_path):
    file, ca = tmp_path / "m.json", tmp_path / "ca.pem"
    ca.write_text(actions.stamp_anchor())
    run = CliRunner().invoke

    done = run(main, ["exchange", "export", str(WARD), "one", str(file), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["entries"] == 2
    done = run(main, ["exchange", "verify", str(file), "--json"])
    assert json.loads(done.output)["id"] == "one"

    alone = subprocess.run(
        [sys.executable, "-m", "tinhso_verify", "message", file, "--anchor", ca],
        cwd=VERIFY,
        capture_output=True,
        check=False,
    )
    assert alone.returncode == 0, alone.stdout
    file.write_bytes(file.read_bytes().replace(b"one", b"two"))
    assert run(main, ["exchange", "verify", str(file)]).exit_code == 1


@pytest.fixture
def folder(called, tmp_path):
    """The owner's log of two time-stamps, exported."""
    called.call(headers={"X-Road-Id": "five"})
    called.stamp()
    to = tmp_path / "log"
    done = CliRunner().invoke(main, ["exchange", "export-log", str(OWNER), str(to)])
    assert done.exit_code == 0, done.output
    return to


def test_a_whole_log_is_verified(folder, anchors):
    entries, faults = verifier.verify_log(folder, anchors, signatures=True, processes=1)

    assert (entries, faults) == (10, [])


def swap(lines):
    lines[2], lines[3] = lines[3], lines[2]


@pytest.mark.parametrize(
    "change",
    [
        swap,
        lambda lines: lines.pop(4),
        lambda lines: lines.pop(),
        lambda lines: lines.insert(3, lines[3]),
        lambda lines: lines.append(lines[0]),
        lambda lines: lines.__setitem__(5, lines[5].replace(b"/", b"|", 1)),
    ],
)
def test_a_log_that_was_changed_is_found_out(folder, anchors, change):
    file = folder / verifier.ENTRIES
    lines = file.read_bytes().splitlines(keepends=True)
    change(lines)
    file.write_bytes(b"".join(lines))

    assert verifier.verify_log(folder, anchors)[1]


def test_a_time_stamp_that_was_changed_is_found_out(folder, anchors):
    file = folder / verifier.STAMPS
    content, random = file.read_bytes(), Random(1)
    for _ in range(60):
        changed = bytearray(content)
        changed[random.randrange(len(content) - 1)] ^= 1 << random.randrange(8)
        file.write_bytes(bytes(changed))

        assert verifier.verify_log(folder, anchors)[1]


def test_a_signature_that_never_held_is_found_out(folder, anchors):
    """A gateway that logs a forgery chains and stamps it as it does all else."""
    line = json.loads((folder / verifier.ENTRIES).read_bytes().splitlines()[0])
    verifier._know((folder / verifier.CERTIFICATES).read_bytes())
    forged = {**line, "base": line["base"].replace("/people/", "/peoplf/")}

    assert verifier._wrong_of([json.dumps(line).encode()]) == []
    assert verifier._wrong_of([json.dumps(forged).encode()])
    assert verifier._wrong_of([json.dumps({**line, "id": "other"}).encode()])
