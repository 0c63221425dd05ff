"""`DATABASE_URL` names a PostgreSQL of one's own, with a role that owns just that."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg.conninfo import make_conninfo

from tests.journeys.conftest import ROOT, prepare_home

NAME = "tinhso_own_database"


@pytest.fixture
def own_url():
    """A database that an ordinary role owns, on the server of the tests."""
    values = settings.DATABASES["default"]
    known = {"host": values["HOST"], "port": values["PORT"], "user": values["USER"]}
    known |= {"password": values["PASSWORD"], "dbname": "postgres"}
    admin = make_conninfo(**{k: v for k, v in known.items() if v})
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"DROP ROLE IF EXISTS {NAME}")
        connection.execute(f"CREATE ROLE {NAME} LOGIN PASSWORD 'own'")
        connection.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")
        own = {"user": NAME, "password": "own", "dbname": NAME}
        yield make_conninfo(**{k: v for k, v in {**known, **own}.items() if v})
        connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
        connection.execute(f"DROP ROLE {NAME}")


def test_the_platform_stands_on_a_database_of_ones_own(own_url, tmp_path):
    prepare_home(tmp_path)
    environment = {
        **os.environ,
        "DATABASE_URL": own_url,
        "TINHSO_HOME": str(tmp_path),
        "TINHSO_SECRET_KEY": "own",
        "PYTHONPATH": str(ROOT),
    }

    def tinhso(*words):
        command = [Path(sys.executable).parent / "tinhso", *words, "--json"]
        result = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return json.loads(result.stdout)

    assert tinhso("migrate") == {"migrated": True}
    assert len(tinhso("packs", "apply")["changes"]) > 15
    tinhso("audit", "seal")
    checks = tinhso("doctor")["checks"]

    assert [check["name"] for check in checks if not check["ok"]] == []
    assert not (tmp_path / "postgres").exists()
