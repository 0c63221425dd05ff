"""Rows are counted at one place of the log, whoever writes meanwhile."""

import threading
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from psycopg.conninfo import make_conninfo

from tinhso.cli.backups import moment, receive, tools
from tinhso.cli.backups.types import (
    NoQuietMoment,
    ReplicationNotAllowed,
    ServerMissing,
    ToolsMissing,
)

NAME = "tinhso_moment"
TABLES = """
CREATE TABLE one (n int);
CREATE TABLE two (n int);
CREATE TABLE django_migrations (app text, name text);
CREATE TABLE audit_signedtreehead
    (size bigint, root bytea, signed_at timestamptz, signature bytea);
INSERT INTO django_migrations VALUES ('audit', '0001_first');
INSERT INTO audit_signedtreehead VALUES (7, '\\x07', now(), '\\xaa');
"""


def address(**values):
    known = settings.DATABASES["default"]
    found = {"host": known["HOST"], "user": known["USER"], "dbname": NAME, **values}
    return make_conninfo(**{name: value for name, value in found.items() if value})


@pytest.fixture
def url():
    """A small database of the test's own, on the server of all tests."""
    with psycopg.connect(address(dbname="postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {NAME}")
        with psycopg.connect(address()) as connection:
            connection.execute(TABLES)
        yield address()
        admin.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def test_the_moment_knows_rows_head_and_migrations(url):
    held = moment.take(url=url)

    assert held.counts == {
        "audit_signedtreehead": 1,
        "django_migrations": 1,
        "one": 0,
        "two": 0,
    }
    assert held.head is not None
    assert (held.head.size, held.head.root) == (7, "07")
    assert held.migrations == ("audit.0001_first",)
    with psycopg.connect(url) as connection:
        after = connection.execute(
            "SELECT %s::pg_lsn < %s::pg_lsn", (held.lsn, held.end)
        ).fetchone()
    assert after == (True,)


def test_two_tables_that_are_always_alike_are_counted_alike(url):
    ends = threading.Event()

    def write():
        with psycopg.connect(url) as connection:
            while not ends.is_set():
                connection.execute("INSERT INTO one VALUES (1)")
                connection.execute("INSERT INTO two VALUES (1)")
                connection.commit()

    writers = [threading.Thread(target=write) for _ in range(3)]
    for one in writers:
        one.start()
    try:
        held = [moment.take(url=url) for _ in range(5)]
    finally:
        ends.set()
        for one in writers:
            one.join()

    assert all(one.counts["one"] == one.counts["two"] for one in held)
    assert held[-1].counts["one"] > held[0].counts["one"]


def test_whoever_writes_for_too_long_is_not_waited_for_without_end(url):
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO one VALUES (1)")

        with pytest.raises(NoQuietMoment):
            moment.take(url=url, patience=0.5)
        # Nobody else was kept waiting, and the writer is not disturbed.
        connection.execute("INSERT INTO two VALUES (1)")
        connection.commit()

    assert moment.take(url=url).counts["two"] == 1


@pytest.fixture
def weak_role():
    with psycopg.connect(address(dbname="postgres"), autocommit=True) as admin:
        admin.execute(f"DROP ROLE IF EXISTS {NAME}")
        admin.execute(f"CREATE ROLE {NAME} LOGIN")
        yield NAME
        admin.execute(f"DROP ROLE {NAME}")


def test_a_role_that_may_not_copy_the_cluster_is_refused_by_name(url, weak_role):
    with pytest.raises(ReplicationNotAllowed, match=f"role {NAME} needs REPLICATION"):
        tools.server_of(url=address(user=weak_role))


def test_a_role_with_replication_may(url, weak_role):
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"ALTER ROLE {weak_role} REPLICATION")

    assert tools.server_of(url=address(user=weak_role)).user == weak_role


def test_a_slot_is_made_once(url):
    with psycopg.connect(url, autocommit=True) as connection:
        made = [receive.keep_slot(url=url) for _ in range(2)]
        found = connection.execute(
            "SELECT count(*) FROM pg_replication_slots WHERE slot_name = %s",
            (receive.SLOT,),
        ).fetchone()
        connection.execute("SELECT pg_drop_replication_slot(%s)", (receive.SLOT,))

    assert (made, found) == ([True, False], (1,))


def test_programs_are_found_by_the_version_they_can_serve():
    assert tools.client(name="pg_basebackup", version=150_000).exists()
    with pytest.raises(ToolsMissing):
        tools.client(name="pg_basebackup", version=990_000)
    with pytest.raises(ServerMissing):
        tools.server_program(version=70_000)


def test_a_password_is_not_among_the_words_of_a_command():
    where, environment = tools.reachable(
        url=f"postgresql://a:{quote('s3cret')}@localhost/tinhso"
    )

    assert "s3cret" not in where
    assert environment["PGPASSWORD"] == "s3cret"
