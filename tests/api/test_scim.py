"""A personnel system keeps officers' accounts; a tester of RFC 7644 asks everything."""

import json
import threading
from datetime import timedelta
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import httpx2
import pytest
from django.core.wsgi import get_wsgi_application
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.people import queries as people
from tinhso.security import actions, queries
from tinhso.security.models import Account

USERS = "/api/scim/v2/Users"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"


@pytest.fixture
def keeper(sign_in, settings):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False
    return sign_in("Tạ Văn Khoa")


@pytest.fixture
def key(keeper):
    issued = actions.issue_token(
        account_id=keeper.id,
        label="HR",
        valid_for=timedelta(days=1),
        actor=SYSTEM,
        at=clock.now(),
    )
    return issued.secret


@pytest.fixture
def call(client, key):
    def do(method, path="", body=None, *, secret=None, **query):
        address = USERS + path
        kwargs = {"headers": {"Authorization": f"Bearer {secret or key}"}}
        if method == "get":
            return client.get(address, query, **kwargs)
        content = json.dumps(body) if not isinstance(body, str) else body
        kwargs["content_type"] = "application/scim+json"
        return getattr(client, method)(address, content, **kwargs)

    return do


CLERK = {"value": "clerk", "type": "xa_06688", "display": "Công chức một cửa"}


def hung(**changes):
    return {
        "schemas": [CORE],
        "userName": "ngo.hung",
        "displayName": "Ngô Văn Hùng",
        "active": True,
        "externalId": "HR-17",
        "roles": [CLERK],
        **changes,
    }


@pytest.fixture
def made(call):
    answer = call("post", "", hung())
    assert answer.status_code == 201, answer.content
    return answer.json()


def actor_of(one):
    return queries.actor_of(account_id=one["id"], at=clock.now())


def test_an_officer_who_is_provisioned_works_at_their_desk(made, ward):
    found = actor_of(made)

    assert found.name == "Ngô Văn Hùng"
    assert ward.id in queries.desks_of(actor=found)
    assert made["externalId"] == "HR-17"
    assert not Account.objects.get(pk=made["id"]).has_usable_password()


def test_a_post_that_is_taken_away_is_gone_with_the_next_request(call, made, ward):
    patch = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "remove", "path": "roles"}],
    }

    answer = call("patch", f"/{made['id']}", patch)

    assert answer.status_code == 200, answer.content
    assert not queries.desks_of(actor=actor_of(made))


def test_an_account_that_is_locked_is_nobodys(call, made):
    patch = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "active", "value": False}],
    }

    call("patch", f"/{made['id']}", patch)

    assert actor_of(made).id is None
    assert call("get", f"/{made['id']}").json()["active"] is False


def test_what_is_left_out_of_a_replacement_ends(call, made):
    given = hung(displayName="Ngô Hùng")
    del given["roles"]

    answer = call("put", f"/{made['id']}", given)

    assert answer.json()["displayName"] == "Ngô Hùng"
    assert "roles" not in answer.json()
    person = people.get_person(person_id=Account.objects.get(pk=made["id"]).person_id)
    assert person.full_name == "Ngô Hùng"


def test_a_removed_account_is_found_no_more_and_stays_locked(call, made):
    assert call("delete", f"/{made['id']}").status_code == 204

    assert call("get", f"/{made['id']}").status_code == 404
    assert call("delete", f"/{made['id']}").status_code == 404
    assert not Account.objects.get(pk=made["id"]).is_active


def test_accounts_are_found_by_what_one_asks(call, made):
    found = call("get", filter='userName eq "ngo.hung"').json()
    none = call("get", filter='externalId eq "HR-18"').json()
    page = call("get", count="1", startIndex="2", sortBy="userName").json()

    assert [one["id"] for one in found["Resources"]] == [made["id"]]
    assert none["totalResults"] == 0
    assert page["itemsPerPage"] == 1
    assert page["totalResults"] >= 2


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"userName": "ngo.hung"}, 409),
        ({"userName": None}, 400),
        ({"displayName": " "}, 400),
        ({"roles": [{**CLERK, "type": "x"}]}, 400),
        ({"roles": [{**CLERK, "value": "king"}]}, 400),
        ({"active": "maybe"}, 400),
        ({"schemas": ["urn:x"]}, 400),
    ],
)
def test_what_cannot_be_is_refused_in_the_words_of_scim(call, made, changes, status):
    answer = call("post", "", hung(userName="khac") | changes)

    assert answer.status_code == status, answer.content
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert not Account.objects.filter(username="khac").exists()


@pytest.mark.parametrize("body", ["", "[]", "{", "null", '{"a": ' + "[" * 500])
def test_a_body_that_is_none_is_refused(call, body):
    assert call("post", "", body).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        {"filter": "userName eq"},
        {"filter": "((((" * 100},
        {"sortBy": "nothing"},
        {"count": "x"},
    ],
)
def test_a_question_that_is_none_is_refused(call, query):
    assert call("get", **query).status_code == 400


def test_nobody_else_keeps_accounts(call, client, clerk, settings):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False
    issued = actions.issue_token(
        account_id=clerk.id,
        label="x",
        valid_for=timedelta(days=1),
        actor=SYSTEM,
        at=clock.now(),
    )

    assert call("get", secret=issued.secret).status_code == 403
    assert call("post", "", hung(), secret=issued.secret).status_code == 403
    assert call("get", secret="guess").status_code == 401
    assert client.get(USERS).status_code == 401


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.mark.django_db(transaction=True)
def test_a_tester_nobody_here_wrote_finds_no_fault(transactional_db, key, settings):
    served = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Quiet)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    settings.TINHSO_ORIGIN = f"http://127.0.0.1:{served.server_port}"
    at = f"{settings.TINHSO_ORIGIN}/api/scim/v2"
    headers = {"Authorization": f"Bearer {key}"}
    try:
        with httpx2.Client(base_url=at, headers=headers, timeout=30) as asked:
            results = check_server(SyncSCIMClient(asked))
    finally:
        served.shutdown()
        thread.join()

    bad = {Status.ERROR, Status.CRITICAL, Status.DEVIATION}
    wrong = [f"{one.title}: {one.reason}" for one in results if one.status in bad]
    assert not wrong, "\n".join(wrong)
    assert sum(one.status is Status.SUCCESS for one in results) > 20
