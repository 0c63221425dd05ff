"""The exported journal verifies elsewhere; whatever is changed in it is found."""

import json
import random
import shutil
from datetime import timedelta

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.kernel.test_audit import write_some
from tests.verify.test_receipts import verify
from tinhso.cli.audit import group
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.audit import queries
from tinhso.kernel.audit.models import JournalEntry, Seal, SignedTreeHead

pytestmark = pytest.mark.django_db


def run(*words):
    result = CliRunner().invoke(group, [*map(str, words), "--json"])
    return result.exit_code, json.loads(result.output)


@pytest.fixture
def key(tmp_path):
    content = audit.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "journal.pem").write_bytes(content)
    return ("--journal-key", tmp_path / "journal.pem")


@pytest.fixture
def exported(tmp_path, now):
    for _ in range(3):
        write_some(4, now)
        audit.seal(at=now)
    folder = tmp_path / "export"
    assert run("export", folder) == (0, {"entries": 12, "heads": 3})
    return folder


def test_an_export_verifies(exported, key):
    assert verify("journal", exported, *key) == (0, {"entries": 12, "faults": []})


def delete(lines):
    del lines[5]


def swap(lines):
    lines[3], lines[4] = lines[4], lines[3]


def double(lines):
    lines.insert(3, lines[3])


def cut_off(lines):
    del lines[9:]


def add(lines):
    lines.append(lines[-1])


def forge(lines):
    lines[2] = lines[2].replace("tests.write", "tests.wrote")


@pytest.mark.parametrize("spoil", [delete, swap, double, cut_off, add, forge])
def test_whatever_becomes_of_an_entry_is_found(exported, key, spoil):
    file = exported / "entries.jsonl"
    lines = file.read_text("utf-8").splitlines()
    spoil(lines)
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")

    code, said = verify("journal", exported, *key)

    assert code == 1
    assert said["faults"]


@pytest.mark.parametrize("name", ["entries.jsonl", "heads.jsonl"])
def test_a_flipped_bit_is_found(exported, key, name):
    file, chosen = exported / name, random.Random(7)
    content = file.read_bytes()

    for _ in range(8):
        spoilt = bytearray(content)
        spoilt[chosen.randrange(len(content))] ^= 1 << chosen.randrange(8)
        file.write_bytes(spoilt)

        assert verify("journal", exported, *key)[0] == 1


def test_an_older_copy_of_everything_is_found_by_a_witness(
    exported, key, tmp_path, now
):
    witness = tmp_path / "witness.jsonl"
    older = tmp_path / "older"
    shutil.copytree(exported, older)
    write_some(2, now)
    audit.seal(at=now)
    assert run("witness", witness) == (0, {"size": 14, "faults": []})

    assert verify("journal", older, *key)[0] == 0
    code, said = verify("journal", older, *key, "--witness", witness)

    assert code == 1
    assert said["faults"] == ["witness 14: entries are missing"]


def test_a_witness_is_kept_once_and_finds_another_journal(exported, tmp_path):
    witness = tmp_path / "witness.jsonl"
    run("witness", witness)
    run("witness", witness)
    [line] = witness.read_text("utf-8").splitlines()
    assert run("verify", "--witness", witness)[0] == 0

    witness.write_text(line.replace('"root":"', '"root":"0')[:-1] + "}\n", "utf-8")
    code, said = run("verify", "--witness", witness)

    assert code == 1
    assert said["faults"] == ["witness 12: the entries have another root"]
    assert run("witness", witness)[0] == 1


def test_heads_are_handed_out_daily_and_as_they_were_signed(exported, key, client):
    assert SignedTreeHead.objects.count() == 3
    response = client.get("/api/v1/journal/heads")

    assert response["Content-Type"] == "application/jsonl"
    assert response.content.decode() == f"{queries.head_line(queries.newest_head())}\n"


def test_a_head_is_proved_to_begin_the_next(exported, client):
    said = client.get("/api/v1/journal/consistency?first=4&second=12").json()

    assert said["path"]
    for first, second in ((5, 12), (12, 4), (0, 12), (-4, 12), (4, 2**63)):
        address = f"/api/v1/journal/consistency?first={first}&second={second}"
        assert client.get(address).status_code == 404


def test_of_each_day_the_last_head_is_handed_out(tmp_path, now, client):
    for hours in (0, 1, 24, 25):
        write_some(1, now)
        audit.seal(at=now + timedelta(hours=hours))

    lines = client.get("/api/v1/journal/heads").content.decode().splitlines()

    assert [json.loads(line)["size"] for line in lines] == [2, 4]


def test_keys_and_anchors_are_handed_out(exported, key, client):
    given = client.get("/api/v1/journal/key").content
    assert given == key[1].read_bytes()
    anchors = client.get("/api/v1/journal/anchors").content
    assert anchors.startswith(b"-----BEGIN CERTIFICATE-----")


def test_a_deed_is_sealed_when_its_evidence_is_asked_for(now):
    write_some(1, now)
    entry = JournalEntry.objects.get()

    found = audit.evidence(deed=entry.deed, subject_id=entry.subject_id, at=now)

    assert json.loads(found.entry)["id"] == str(entry.id)
    assert Seal.objects.count() == 1
