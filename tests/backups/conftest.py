"""A platform of one's own, with its database, and an operator who backs it up."""

import json
import subprocess

import pytest

from torture.cluster import cluster, private_home
from torture.prepare import environment_of, prepare
from torture.serving import BIN


class Operator:
    """Calls commands of a platform of its own."""

    def __init__(self, home, url, apart):
        self.home, self.url = home, url
        self.folder, self.key = apart / "backups", apart / "key"
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


@pytest.fixture(scope="session")
def prepared_operator():
    with private_home() as home, private_home() as apart:
        prepared = prepare(home)
        with cluster(home, prepared.url):
            yield Operator(home, prepared.url, apart)


@pytest.fixture
def operator(prepared_operator, tmp_path):
    """The operator, with a folder and a key file that nobody used before."""
    operator = prepared_operator
    return Operator(operator.home, operator.url, tmp_path)
