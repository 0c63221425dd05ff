"""`tinhso signing declare`, `means` and `end`."""

import json

import pytest
from click.testing import CliRunner

from tests.documents.test_tokens import agency, leader  # noqa: F401
from tests.softhsm import LEADER_NUMBER, REASON, find
from tinhso.cli.signing import group

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(find() is None, reason=REASON),
]


def run(*words):
    return CliRunner().invoke(group, words)


def test_a_means_is_declared_listed_and_ended(leader, agency):  # noqa: F811
    person = run(
        *("declare", "--personal-number", LEADER_NUMBER, "--json"),
        *("--token", "tinhso", "--key-label", "leader"),
    )
    seal = run(
        *("declare", "--unit", agency.key, "--token", "tinhso", "--key-label", "seal"),
        "--json",
    )
    declared = json.loads(person.output)
    assert declared["person_id"] == str(leader.id)
    assert json.loads(seal.output)["organization_id"] == str(agency.id)

    listed = json.loads(run("means", "--json").output)["means"]
    assert [one["key_label"] for one in listed] == ["leader", "seal"]

    assert run("end", declared["id"]).exit_code == 0
    assert run("end", declared["id"]).exit_code == 1
    assert len(json.loads(run("means", "--json").output)["means"]) == 1


PERSON = ("--personal-number", LEADER_NUMBER)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((*PERSON, "--token", "tinhso"), "MeansIncomplete"),
        (("--token", "tinhso", "--key-label", "leader"), "MeansIncomplete"),
        (("--personal-number", "022175999000"), "no person has this number"),
        (("--unit", "nowhere"), "no unit has this key"),
        ((*PERSON, "--credential", "x"), "RemoteNotSetUp"),
        (
            (*PERSON, "--token", "tinhso", "--key-label", "expired"),
            "CertificateExpired",
        ),
    ],
)
def test_what_is_wrong_is_told(leader, words, why):  # noqa: F811
    answer = run("declare", *words)

    assert answer.exit_code == 1
    assert why in answer.output
