"""The commands that register systems of others."""

import json

import pytest
from click.testing import CliRunner

from tinhso.cli.clients import group
from tinhso.security import queries

BACK = "https://hoc.example/xong"


@pytest.fixture
def run(content):
    def do(*words):
        return CliRunner().invoke(group, [*words, "--json"])

    return do


@pytest.fixture
def made(run):
    words = ("Học bạ số", "--organization", "so_gddt", "--purpose", "Để biết.")
    answer = run("register", *words, "--redirect", BACK, "--scope", "profile")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


def test_a_system_is_registered_listed_and_ended(run, made):
    (listed,) = json.loads(run("list").output)["clients"]
    assert listed["client_id"] == made["client_id"]
    assert listed["scopes"] == ["openid", "profile"]

    other = json.loads(run("renew-secret", made["client_id"]).output)["secret"]
    assert other not in {"", made["secret"]}

    assert run("end", made["client_id"]).exit_code == 0
    assert queries.clients() == ()


def test_what_cannot_be_is_refused_in_words(run, made):
    words = ("X", "--organization", "so_gddt", "--purpose", "Để biết.")
    wrong = run("register", *words, "--redirect", "http://a.example")
    unknown = run("end", "nobody")

    assert (wrong.exit_code, unknown.exit_code) == (1, 1)
    assert "https" in wrong.output
    assert "Traceback" not in wrong.output + unknown.output


def test_keys_are_renewed_and_after_a_loss_only_one_is_trusted(run):
    assert json.loads(run("renew-keys").output) == {"keys": 1}
    assert json.loads(run("renew-keys").output) == {"keys": 2}
    assert json.loads(run("renew-keys", "--lost").output) == {"keys": 1}
