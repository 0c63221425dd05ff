"""What all tests stand on: real PostgreSQL, a fixed moment, a home of their own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

pytest_plugins = ["tests.fixtures"]

# What migrations write, and no test.
MIGRATED = ["django_migrations", "django_content_type", "auth_permission"]

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


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly():
    """Empty what holds something after a test that commits.

    Django would empty all tables, in a way that the journal refuses, and grant all
    permissions anew: a second for each page in a browser.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: _empty())
        yield


@pytest.fixture
def committed_db(django_db_setup, django_db_blocker):
    """A database in which tests commit, for those with several connections."""
    require_tests_own(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        yield
        _empty()
        connection.close()


def _empty():
    """Take all rows out, but for what migrations have written."""
    tables = (
        "SELECT schemaname || '.' || tablename FROM pg_tables"
        " WHERE schemaname IN ('public', 'lake') AND tablename <> ALL(%s)"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        # Emptying is the test's business; the journal refuses it otherwise.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(tables, [MIGRATED])
        found = [table for (table,) in cursor.fetchall()]
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})"
                for table in found
            )
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")
