"""`tinhso simulate activity`, as an operator calls it."""

import json

import pytest
from click.testing import CliRunner

from tinhso.cli.simulate import group
from tinhso.procedures.models import DossierRow

DAYS = ("--from", "2025-11-03", "--to", "2025-11-04", "--share", "0.001")


@pytest.fixture
def ask(content):
    def do(*words):
        found = CliRunner().invoke(group, ["activity", *words, "--json"])
        return found.exit_code, json.loads(found.stdout)

    return do


def test_it_tells_what_came_and_how_fast(ask):
    code, told = ask(*DAYS, "--workers", "1")

    assert code == 0
    assert told["dossiers"] == DossierRow.objects.count() > 0
    assert told["lake_rows"] > told["dossiers"]
    assert told["per_second"] > 0


def test_a_day_can_be_played_act_by_act(ask):
    code, told = ask(
        "--from", "2025-11-03", "--to", "2025-11-03", "--share", "0.001", "--by", "acts"
    )

    assert code == 0, told
    assert told["dossiers"] == DossierRow.objects.count()
    assert DossierRow.objects.filter(idempotency_key__startswith="played-").exists()


def test_a_refusal_is_named(ask, settings):
    settings.TINHSO_DEMO = False

    code, told = ask(*DAYS)

    assert (code, told["refused"]) == (1, "NotADemonstration")
