"""CKAN's own client reads the portal over HTTP, and nothing it sends does any harm."""

import json
import threading
from datetime import date
from wsgiref.simple_server import make_server

import pytest
from ckanapi import NotAuthorized, NotFound, RemoteCKAN, ValidationError
from django.core.wsgi import get_wsgi_application

from tests.opendata.places import body, stay
from tests.web.conftest import Quiet, Server
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.opendata import actions, queries
from tinhso.opendata.providers import reading

CANARY = "022195999001"


@pytest.fixture
def ask(published_stays, client, monkeypatch, now, settings):
    """Call a verb in this process; answer status and content."""
    monkeypatch.setattr(clock, "now", lambda: now)
    settings.TINHSO_ORIGIN = "https://tinhso.example"

    def call(verb, **given):
        answer = client.get(f"/api/3/action/{verb}", given)
        return answer.status_code, json.loads(answer.content)

    return call


@pytest.fixture
def portal(transactional_db, stays, enter, publish):
    """A server with a dataset that is out; answer CKAN's client of it."""
    stays(*(stay(nights=n) for n in range(12)))
    enter(body("commune", "nights", "came_on"))
    publish(at=clock.now())
    served = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Quiet)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield RemoteCKAN(f"http://127.0.0.1:{served.server_port}")
    served.shutdown()
    thread.join()


def test_ckans_own_client_finds_reads_and_is_told_what_is_wrong(portal):
    call = portal.action

    assert call.site_read() is True
    assert call.package_list() == ["luu-tru"]
    wanted = 'tags:"tourism" AND organization:H49 groups:econ'
    found = call.package_search(q="luu tru", fq=wanted)
    assert (found["count"], found["results"][0]["name"]) == (1, "luu-tru")
    package = call.package_show(id="luu-tru")
    [rows] = [one for one in package["resources"] if one["format"] == "CSV"]
    assert call.resource_show(id=rows["id"])["datastore_active"]
    told = call.datastore_search(
        resource_id=rows["id"], filters={"nights": [3, 4]}, sort="nights desc"
    )
    assert [one["nights"] for one in told["records"]] == [4, 3]
    sql = f'SELECT count(*) AS n, max(nights) AS most FROM "{rows["id"]}"'
    assert call.datastore_search_sql(sql=sql)["records"] == [{"n": 12, "most": 11}]
    with pytest.raises(NotFound):
        call.package_show(id="khong-co")
    with pytest.raises(ValidationError):
        call.datastore_search(resource_id=rows["id"], filters={"guest": "A"})
    with pytest.raises(NotAuthorized):
        call.package_create(name="cua-toi")
    assert [one["name"] for one in call.organization_list(all_fields=True)] == ["H49"]


def test_every_read_verb_answers_in_ckans_shape(ask):
    version = queries.find_version(name="luu-tru")
    calls = {
        "status_show": {},
        "site_read": {},
        "help_show": {"name": "package_show"},
        "package_list": {"limit": "5"},
        "package_search": {"facet.field": '["organization","groups","tags"]'},
        "package_show": {"id": "luu-tru"},
        "resource_show": {"id": f"{version.id}-parquet"},
        "organization_list": {},
        "organization_show": {"id": "H49", "include_datasets": "true"},
        "group_list": {"all_fields": "true"},
        "tag_list": {},
        "license_list": {},
        "datastore_search": {"resource_id": "luu-tru", "limit": "3"},
        "datastore_info": {"id": str(version.id)},
        "datastore_search_sql": {"sql": 'SELECT 1 FROM "luu-tru"'},
    }

    for verb, given in calls.items():
        status, told = ask(verb, **given)
        assert (status, told["success"]) == (200, True), (verb, told)
        assert told["result"] not in (None, [], {}), verb


def test_facets_and_counts_are_told_as_ckan_does(ask):
    _, told = ask("package_search", **{"facet.field": '["organization","tags"]'})

    assert told["result"]["facets"] == {
        "organization": {"H49": 1},
        "tags": {"du lịch": 1, "tourism": 1},
    }


def test_rows_are_filtered_sorted_cut_and_counted(ask):
    given = {"resource_id": "luu-tru", "filters": '{"commune": "06688"}'}

    _, told = ask("datastore_search", **given, sort="nights desc, reason", limit="2")
    _, some = ask("datastore_search", **given, fields="commune,reason", distinct="true")
    _, found = ask("datastore_search", resource_id="luu-tru", q="THAM than")

    assert [one["nights"] for one in told["result"]["records"]] == [6, 6]
    assert told["result"]["total"] == 20
    assert some["result"]["total"] == 2
    assert found["result"]["total"] == 20
    assert date.fromisoformat(told["result"]["records"][0]["came_on"])


def test_no_more_than_a_thousand_rows_go_out_at_once(ask):
    _, told = ask("datastore_search", resource_id="luu-tru", limit="32000")

    assert told["result"]["limit"] == 1000


@pytest.mark.parametrize(
    ("verb", "given", "status"),
    [
        ("datastore_search", {"sort": "nights; DROP TABLE x"}, 409),
        ("datastore_search", {"sort": 'nights" DESC, (SELECT 1) --'}, 409),
        ("datastore_search", {"filters": '{"nights\\" OR 1=1 --": 1}'}, 409),
        ("datastore_search", {"filters": '{"nights": "1 OR 1=1"}'}, 409),
        ("datastore_search", {"filters": "[1]"}, 409),
        ("datastore_search", {"filters": "{"}, 409),
        ("datastore_search", {"fields": "guest"}, 409),
        ("datastore_search", {"fields": "*, (SELECT 1)"}, 409),
        ("datastore_search", {"limit": "-1"}, 409),
        ("datastore_search", {"offset": "1; SELECT 1"}, 409),
        ("datastore_search", {"resource_id": "x' OR '1'='1"}, 404),
        ("package_search", {"fq": "site_id:x"}, 409),
        ("package_search", {"fq": "organization:H49) OR (1:1"}, 409),
        ("package_search", {"sort": "id; SELECT pg_sleep(9)"}, 409),
        ("package_show", {"id": "../../etc/passwd"}, 404),
        ("resource_show", {"id": "luu-tru"}, 200),
    ],
)
def test_what_is_injected_is_refused_by_name(ask, verb, given, status):
    base = {"resource_id": "luu-tru"} if verb == "datastore_search" else {}

    answered, told = ask(verb, **{**base, **given})

    assert answered == status
    if status != 200:
        assert told["error"]["__type"] in ("Validation Error", "Not Found Error")
        assert told["error"]["refused"]


def test_a_value_is_a_value_whatever_it_looks_like(ask):
    filters = json.dumps({"reason": ["' OR 1=1 --", "=1+1"]})

    _, told = ask("datastore_search", resource_id="luu-tru", filters=filters)

    assert told["result"]["total"] == 20


ATTEMPTS = [
    "SELECT * FROM read_csv('{canary}')",
    "SELECT * FROM '{canary}'",
    "SELECT * FROM read_text('{canary}')",
    "SELECT * FROM glob('{home}/**')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_views()",
    "SELECT current_setting('allowed_paths')",
    "SELECT getenv('HOME')",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_tables",
    'SELECT * FROM main."luu-tru"',
    "SELECT * FROM query('SELECT 1')",
    'SELECT * FROM "luu-tru"; DROP VIEW "luu-tru"',
    "COPY (SELECT * FROM \"luu-tru\") TO '{home}/out.csv'",
    "ATTACH '{home}/x.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "PRAGMA database_list",
    "CREATE TABLE a AS SELECT 1",
    'DELETE FROM "luu-tru"',
    "EXPORT DATABASE '{home}/all'",
    "SELECT * FROM postgres_scan('dbname=tinhso', 'public', 'people_personrow')",
    "SELECT * FROM people_personrow",
    "SELECT * FROM procedures_dossierrow",
    "WITH a AS (SELECT * FROM duckdb_settings()) SELECT * FROM a",
    'SELECT (SELECT count(*) FROM duckdb_tables()) FROM "luu-tru"',
    "SELECT * FROM parquet_metadata('{home}/opendata/luu-tru/*')",
    "SELECT " + "1+(" * 900 + "1" + ")" * 900,
    "not sql at all",
    "",
]


@pytest.mark.parametrize("sql", ATTEMPTS)
def test_a_question_in_sql_reaches_published_rows_and_nothing_else(
    ask, sql, settings, tmp_path
):
    canary = tmp_path / "canary.csv"
    canary.write_text(f"secret\n{CANARY}\n")
    asked = sql.format(canary=canary, home=settings.TINHSO_HOME)

    status, told = ask("datastore_search_sql", sql=asked)

    assert status in (403, 404, 409), told
    assert told["success"] is False
    assert CANARY not in json.dumps(told)
    assert str(settings.TINHSO_HOME) not in json.dumps(told["error"]["message"])
    assert not (settings.TINHSO_HOME / "out.csv").exists()


def test_questions_that_only_read_are_answered(ask):
    asked = (
        'WITH a AS (SELECT reason, nights FROM "luu-tru")'
        " SELECT reason, sum(nights) AS n FROM a GROUP BY 1 ORDER BY 1"
    )

    status, told = ask("datastore_search_sql", sql=asked)

    assert status == 200, told
    assert told["result"]["records"] == [
        {"reason": "=1+1", "n": 48},
        {"reason": "thăm thân", "n": 48},
    ]


def test_a_question_without_end_is_stopped(ask, settings):
    settings.TINHSO_OPENDATA_QUERY_SECONDS = 0.3
    forever = "SELECT count(*) FROM range(100000000000) a, range(1000) b"

    status, told = ask("datastore_search_sql", sql=forever)

    assert (status, told["error"]["refused"]) == (409, "QuestionTooLarge")


def test_more_questions_than_there_is_memory_for_wait_outside(ask, settings):
    settings.TINHSO_OPENDATA_QUERY_SECONDS = 0.2
    with reading.TURNS, reading.TURNS:
        status, told = ask("datastore_search", resource_id="luu-tru")
        assert (status, told["error"]["refused"]) == (503, "TooManyAtOnce")

    settings.TINHSO_OPENDATA_QUERY_SECONDS = 10
    assert ask("datastore_search", resource_id="luu-tru")[0] == 200


def test_an_answer_of_many_rows_is_cut_and_says_so(ask):
    status, told = ask("datastore_search_sql", sql="SELECT * FROM range(5000)")

    assert status == 200
    assert len(told["result"]["records"]) == 1000
    assert told["result"]["records_truncated"] is True


@pytest.mark.parametrize(
    "verb",
    [
        "package_create",
        "package_delete",
        "datastore_upsert",
        "resource_patch",
        "datastore_delete",
        "user_create",
        "bulk_update_public",
        "organization_purge",
    ],
)
def test_every_verb_that_writes_is_refused_by_name(ask, verb):
    status, told = ask(verb)

    assert (status, told["error"]["__type"]) == (403, "Authorization Error")
    assert told["error"]["refused"] == "PortalReadOnly"


def test_a_verb_that_ckan_has_not_is_a_bad_request(ask):
    assert ask("nothing_of_the_kind")[0] == 400


def test_a_withdrawn_version_is_not_found_any_more(ask, published_stays, now):
    actions.withdraw(slug="luu-tru", number=1, reason="Sai.", actor=SYSTEM, at=now)

    status, told = ask("datastore_search", resource_id=str(published_stays.id))

    assert (status, told["error"]["refused"]) == (404, "VersionWithdrawn")
    assert ask("package_show", id="luu-tru")[0] == 404
    assert ask("package_list")[1]["result"] == []
