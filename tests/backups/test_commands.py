"""An operator's round: a key, a backup, a drill, and what the doctor says of it."""

import json
import subprocess

import pytest

from torture.cluster import cluster, private_home
from torture.prepare import environment_of, prepare
from torture.serving import BIN


class Operator:
    """Calls commands of a platform of its own."""

    def __init__(self, home, url, apart):
        self.home, self.folder, self.key = home, apart / "backups", apart / "key"
        self.environment = environment_of(
            home, DATABASE_URL=url, TINHSO_BACKUP_FOLDER=str(self.folder)
        )

    def ask(self, *words):
        return subprocess.run(
            [BIN / "tinhso", *words, "--json"],
            env=self.environment,
            capture_output=True,
            text=True,
        )

    def told(self, *words):
        result = self.ask(*words)
        assert result.returncode == 0, result.stdout + result.stderr
        return json.loads(result.stdout)

    def doctor(self):
        checks = json.loads(self.ask("doctor").stdout)["checks"]
        return next(one for one in checks if one["name"] == "backup")


@pytest.fixture(scope="module")
def operator():
    with private_home() as home, private_home() as apart:
        prepared = prepare(home)
        with cluster(home, prepared.url):
            yield Operator(home, prepared.url, apart)


@pytest.mark.slow
def test_a_backup_is_made_checked_and_shown_to_come_back(operator):
    assert "NoRecipientSet" in operator.ask("backup", "create").stderr
    made = operator.told("backup", "key", str(operator.key))
    operator.environment["TINHSO_BACKUP_RECIPIENTS"] = made["recipient"]
    assert operator.doctor()["detail"] == f"none yet in {operator.folder}"

    saved = operator.told("backup", "create")
    (listed,) = operator.told("backup", "list")["backups"]
    never_tried = operator.doctor()
    drilled = operator.told("drill", "--key", str(operator.key))
    tried = operator.doctor()

    assert (listed["backup"], listed["rows"]) == (saved["backup"], saved["rows"])
    assert operator.told("backup", "check") == {"backups": 1, "pieces": 4}
    assert not never_tried["ok"] and "last drill never" in never_tried["detail"]
    assert tried["ok"] and "last drill 0 days ago" in tried["detail"]
    assert (drilled["backup"], drilled["rows"]) == (saved["backup"], saved["rows"])
    assert drilled["root"] == saved["root"]
    assert drilled["minutes"] > 0
    assert list((operator.home / "backup").iterdir()) == []

    operator.environment["TINHSO_DRILL_EVERY_DAYS"] = "-1"
    assert not operator.doctor()["ok"]
