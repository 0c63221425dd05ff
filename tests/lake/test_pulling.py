"""Rows are fetched over HTTP and from PostgreSQL; each comes in once, wherever from."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from tests.lake.conftest import forget
from tests.lake.test_sources import PACK, SOURCE
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.packs import actions as packs
from tinhso.lake import actions, queries
from tinhso.lake.providers import published, pulling
from tinhso.lake.types import (
    SourceAnswersOtherwise,
    SourceNotReached,
    SourceNotSetUp,
    SourceOfFilesOnly,
    SourceTooMuch,
)

NAME = "tourism.visits"
REST = """
from:
  rest:
    items: data.visits
    next: data.next
    since: changed_since
    fields: {place: where.name, day: came_on, income: money}
"""
POSTGRESQL = """
from:
  postgresql:
    table: elsewhere.khach
    fields: {code: ma, told_at: bao_luc}
"""


def visit(code, *, told="2026-06-15T08:30:00+07:00", **more):
    """A row as a service elsewhere tells it."""
    return {
        "code": code,
        "where": {"name": "Cô Tô"},
        "came_on": "2026-06-15",
        "guests": 10,
        "money": 1234.5,
        "is_foreign": True,
        "told_at": told,
        **more,
    }


@pytest.fixture
def declare(db, tmp_path, now, monkeypatch):
    """Declare the source with what is said of where it is fetched."""

    def do(elsewhere):
        folder = tmp_path / "packs" / "tourism"
        (folder / "sources").mkdir(parents=True)
        (folder / "pack.yaml").write_text(PACK, "utf-8")
        (folder / "sources" / "visits.yaml").write_text(SOURCE + elsewhere, "utf-8")
        packs.apply(tmp_path / "packs", actor=SYSTEM, at=now)
        monkeypatch.setattr(published, "_datasets", {})
        sources = published.Family(queries.datasets_of_sources, queries.source_among)
        monkeypatch.setattr(published, "_families", [sources])

    yield do
    forget()


def set_up(address, key="", *, mode=0o600):
    """Say where the source is, as an operator does."""
    folder = settings.TINHSO_HOME / "keys" / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_text(f"{address}\n{key}\n", "utf-8")
    (folder / NAME).chmod(mode)


@pytest.fixture
def service():
    """A service on loopback: its pages by address, and what it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers.get("Authorization", "")))
            path = urlsplit(self.path).path
            status, content = pages.get(path, (404, b"{}"))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", content.decode())
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *words):
            pass

    pages, asked = {}, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    server.pages, server.asked = pages, asked
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def rest(declare, service):
    """The source over HTTP; say what its pages are, by address."""
    declare(REST)
    set_up(f"{service.url}/visits", "secret-key")

    def say(path, visits, following=None):
        body = {"data": {"visits": visits, "next": following}}
        service.pages[path] = (200, json.dumps(body).encode())

    return say


def test_pages_come_in_one_after_the_other(rest, service, ask, now):
    rest("/visits", [visit("A1")], "/visits/2")
    rest("/visits/2", [visit("A2"), visit("A3", money=None)])

    done = actions.pull(source=NAME, at=now)

    assert (done.rows, done.set_aside, done.is_fresh) == (3, 0, True)
    assert ask(f"SELECT code, place, income, is_foreign FROM {NAME} ORDER BY 1") == [
        ("A1", "Cô Tô", 1234.5, True),
        ("A2", "Cô Tô", 1234.5, True),
        ("A3", "Cô Tô", None, True),
    ]
    assert {key for _, key in service.asked} == {"Bearer secret-key"}


def test_the_next_pull_asks_for_what_is_newer_and_brings_nothing_twice(
    rest, service, ask, now
):
    rest("/visits", [visit("A1")])
    actions.pull(source=NAME, at=now)
    assert not actions.pull(source=NAME, at=now).is_fresh
    rest("/visits", [visit("A1"), visit("A2", told="2026-06-16T09:00:00+07:00")])

    actions.pull(source=NAME, at=now)

    query = parse_qs(urlsplit(service.asked[-1][0]).query)
    assert query["changed_since"] == ["2026-06-15T01:30:00+00:00"]
    assert ask(f"SELECT code FROM {NAME} ORDER BY 1") == [("A1",), ("A2",)]


def test_rows_that_are_wrong_are_set_aside(rest, now):
    rest("/visits", [visit("A1"), visit("A2", guests="nhiều"), visit("")])

    done = actions.pull(source=NAME, at=now)

    assert (done.rows, done.set_aside) == (1, 2)


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (200, b"<html>"),
        (200, b"[]"),
        (200, b'{"data": {"visits": {"a": 1}}}'),
        (200, b'{"data": {"visits": [1]}}'),
        (500, b"{}"),
        (302, b"http://127.0.0.1:1/elsewhere"),
    ],
)
def test_an_answer_that_is_no_rows_is_refused_whole(
    rest, service, now, status, content
):
    service.pages["/visits"] = (status, content)

    with pytest.raises(SourceAnswersOtherwise):
        actions.pull(source=NAME, at=now)


@pytest.mark.parametrize(
    "following", ["http://127.0.0.1:1/x", "https://example.org/x", "//example.org/x"]
)
def test_pages_lead_nowhere_else(rest, service, now, following):
    rest("/visits", [visit("A1")], following)

    with pytest.raises(SourceAnswersOtherwise):
        actions.pull(source=NAME, at=now)

    assert len(service.asked) == 1
    assert not queries.tables()[0].rows


def test_pages_without_end_are_not_followed_for_ever(rest, now, monkeypatch):
    monkeypatch.setattr(pulling, "MOST_PAGES", 5)
    rest("/visits", [visit("A1")], "/visits")

    with pytest.raises(SourceTooMuch):
        actions.pull(source=NAME, at=now)


def test_more_than_fits_is_refused(rest, now, monkeypatch):
    monkeypatch.setattr(pulling, "MOST_BYTES", 100)
    rest("/visits", [visit("A1")])

    with pytest.raises(SourceTooMuch):
        actions.pull(source=NAME, at=now)


def test_a_service_that_is_away_is_told(declare, now):
    declare(REST)
    set_up("http://127.0.0.1:1/visits")

    with pytest.raises(SourceNotReached):
        actions.pull(source=NAME, at=now)


def test_a_source_whose_place_everybody_reads_is_not_asked(declare, now):
    declare(REST)
    with pytest.raises(SourceNotSetUp):
        actions.pull(source=NAME, at=now)

    set_up("http://127.0.0.1:1/visits", "key", mode=0o644)
    with pytest.raises(SourceNotSetUp):
        actions.pull(source=NAME, at=now)


def test_a_source_of_files_is_not_pulled(declare, now):
    declare("")

    with pytest.raises(SourceOfFilesOnly):
        actions.pull(source=NAME, at=now)


@pytest.fixture
def elsewhere(declare):
    """A table in another schema, seen through a connection of its own."""
    params = connection.get_connection_params()
    names = ("host", "port", "dbname", "user", "password")
    address = make_conninfo(
        **{name: params[name] for name in names if params.get(name)}
    )
    declare(POSTGRESQL)
    set_up(address)
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("DROP SCHEMA IF EXISTS elsewhere CASCADE")
        other.execute("CREATE SCHEMA elsewhere")
        other.execute(
            "CREATE TABLE elsewhere.khach (ma text, place text, day date, guests int,"
            " income float8, is_foreign bool, bao_luc timestamptz)"
        )
        yield other
        other.execute("DROP SCHEMA elsewhere CASCADE")


INSERT = (
    "INSERT INTO elsewhere.khach VALUES (%s, 'Cô Tô', '2026-06-15', 7, 1.5, true, %s)"
)


def test_a_table_elsewhere_comes_in_and_then_what_is_newer(elsewhere, ask, now):
    elsewhere.execute(INSERT, ["A1", "2026-06-15 08:00+07"])
    elsewhere.execute(INSERT, ["A2", "2026-06-15 09:00+07"])
    assert actions.pull(source=NAME, at=now).rows == 2
    elsewhere.execute(INSERT, ["A3", "2026-06-15 09:00+07"])
    elsewhere.execute(INSERT, ["A4", "2026-06-16 09:00+07"])

    actions.pull(source=NAME, at=now)

    rows = ask(f"SELECT code, guests, income FROM {NAME} ORDER BY 1")
    assert rows == [(code, 7, 1.5) for code in ("A1", "A2", "A3", "A4")]


def test_the_other_database_is_only_read(elsewhere, now, monkeypatch):
    elsewhere.execute(
        "CREATE FUNCTION elsewhere.writes() RETURNS text LANGUAGE sql AS"
        " $$ INSERT INTO elsewhere.khach (ma) VALUES ('X') RETURNING ma $$"
    )
    elsewhere.execute("ALTER TABLE elsewhere.khach RENAME TO truth")
    elsewhere.execute(
        "CREATE VIEW elsewhere.khach AS SELECT elsewhere.writes() AS ma, place, day,"
        " guests, income, is_foreign, bao_luc FROM elsewhere.truth"
    )
    elsewhere.execute(INSERT.replace("khach", "truth"), ["A1", "2026-06-15 08:00+07"])

    with pytest.raises((SourceAnswersOtherwise, SourceNotReached)):
        actions.pull(source=NAME, at=now)

    assert elsewhere.execute("SELECT count(*) FROM elsewhere.truth").fetchone() == (1,)


def test_a_table_that_is_not_there_is_named(elsewhere, now):
    elsewhere.execute("DROP TABLE elsewhere.khach")

    with pytest.raises(SourceAnswersOtherwise) as refused:
        actions.pull(source=NAME, at=now)

    assert "khach" in str(refused.value)
