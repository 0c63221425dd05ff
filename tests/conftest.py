"""What all tests stand on: real PostgreSQL, a fixed moment, a home of their own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, transaction

pytest_plugins = ["tests.fixtures"]

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture
def now() -> datetime:
    """A Tuesday morning, 09:00 in Vietnam, with no holiday near."""
    return datetime(2026, 6, 16, 2, 0, tzinfo=UTC)


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data; its tests skip with a reason where it is missing."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"real data not found in {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path) -> None:
    """Keep files and keys of tests apart from those of the demo."""
    settings.TINHSO_HOME = tmp_path
    # How full the disk of whoever tests is must change nothing.
    settings.TINHSO_DISKS = []


def require_tests_own(database):
    """Stop before the tables of a database are emptied that is not the tests' own.

    pytest-django makes one only if a test that was chosen asks for `db` itself.
    """
    if not database.startswith("test_"):
        pytest.fail(f"{database} is no test's own: run a test that takes `db` along")


@pytest.fixture
def committed_db(django_db_setup, django_db_blocker):
    """A database in which tests commit, for those with several connections.

    Not pytest-django's own: it empties tables in a way that the journal refuses.
    """
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        # What is recorded has jobs, too.
        if model.__module__.startswith(("tinhso.", "procrastinate."))
    ]
    require_tests_own(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        yield
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        connection.close()
