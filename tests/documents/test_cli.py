"""`tinhso documents verify`."""

import json

import pytest
from click.testing import CliRunner

from tinhso.cli.documents import group
from tinhso.documents import queries

pytestmark = pytest.mark.django_db


def test_verify_ends_with_0_for_a_valid_document_only(issued, tmp_path):
    path = str(queries.file_path(file_id=issued.file_id))
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(queries.read_file(file_id=issued.file_id) + b" ")

    good = CliRunner().invoke(group, ["verify", path, "--json"])
    bad = CliRunner().invoke(group, ["verify", str(changed)])

    report = json.loads(good.output)
    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert report["verdict"] == "valid"
    assert [one["role"] for one in report["signatures"]][::2] == ["personal", "seal"]
    assert "ALTERED" in bad.output


def test_anchors_are_certificates_without_keys():
    shown = CliRunner().invoke(group, ["anchors"]).output

    assert "BEGIN CERTIFICATE" in shown
    assert "PRIVATE" not in shown
