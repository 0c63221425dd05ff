"""Systems of others that sign people in through us: what they may be and are told."""

from datetime import timedelta

import pytest

from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotFound
from tinhso.security import actions, queries
from tinhso.security.providers import subjects
from tinhso.security.rules.clients import is_safe
from tinhso.security.types import ClientUnknown, ClientWrong, GrantUnknown, Scope

BACK = "https://hoc.quangninh.example/xong"


@pytest.fixture
def register(ward, now):
    """Register a system of the ward; answer it and its secret."""

    def do(**changes):
        told = {
            "name": "Học bạ số",
            "organization_id": ward.id,
            "purpose": "Để biết bạn là cha mẹ của học sinh nào.",
            "scopes": ["openid", "profile", "personal_number", "posts"],
            "redirects": [BACK],
        }
        return actions.register_client(**{**told, **changes}, actor=SYSTEM, at=now)

    return do


def tell(client, actor, at, *scopes):
    return actions.hand_over(key=client.key, account_id=actor.id, scopes=scopes, at=at)


def test_a_system_is_registered_with_a_secret_of_which_only_a_hash_is_kept(register):
    made = register()

    kept = queries.get_client(key=made.client.key)
    assert kept == made.client
    assert len(made.secret) >= 43
    assert made.secret not in repr(JournalEntry.objects.values_list("details"))
    assert kept.organization == "Ủy ban nhân dân phường Hạ Long"


def test_one_that_keeps_no_secret_is_given_none(register):
    assert register(is_public=True).secret == ""


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/x",
        "https://a.example:8443/x?y=1",
        "http://127.0.0.1:5000/x",
        "http://localhost/x",
        "vn.gov.quangninh.app:/xong",
    ],
)
def test_people_may_be_sent_to(address):
    assert is_safe(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://a.example/x",
        "https://*.a.example/x",
        "https://a.example/x#y",
        "https://a.example /x",
        "https://me:secret@a.example/x",
        "https:///x",
        "javascript:alert(1)",
        "data:text/html,x",
        "app:/xong",
        "//a.example",
        "http://[::1",
        "",
    ],
)
def test_people_are_not_sent_to(address):
    assert not is_safe(address)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"purpose": ""}, "purpose"),
        ({"scopes": ["openid", "everything"]}, "scopes"),
        ({"scopes": ["profile"]}, "scopes"),
        ({"redirects": ["http://a.example"]}, "redirects"),
        ({"redirects": []}, "redirects"),
        ({"redirects": [f"{BACK}/{n}" for n in range(11)]}, "redirects"),
        ({"logouts": ["javascript:x"]}, "logouts"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(register, changes, field):
    with pytest.raises(ClientWrong) as refused:
        register(**changes)

    assert set(refused.value.fields) == {field}


def test_a_system_is_told_what_it_asks_for_and_may_and_no_more(
    register, citizen, clerk, ward, now
):
    client = register(scopes=["openid", "profile", "posts"]).client

    about = tell(client, citizen, now, "openid", "profile", "personal_number", "posts")
    assert about == {
        "name": "Nguyễn Thị Hoa",
        "birthdate": "1995-03-12",
        "gender": "female",
        "is_synthetic": True,
    }
    posts = tell(client, clerk, now, "posts")["posts"]
    assert ("clerk", ward.key) in {(p["role"], p["organization"]) for p in posts}


def test_each_reading_stands_in_the_journal_for_who_it_is_about(
    register, citizen, clerk, now
):
    client = register().client

    tell(client, citizen, now, "openid")
    tell(client, citizen, now, "openid", "profile")

    (line,) = queries.told_of(actor=citizen)
    assert (line.client, line.scopes) == ("Học bạ số", (Scope.PROFILE,))
    assert queries.told_of(actor=clerk) == ()


def test_each_system_knows_somebody_by_another_name(register, citizen, clerk):
    one, other = register().client, register(name="Khám bệnh").client

    def name(client, actor):
        return queries.subject_of(key=client.key, account_id=actor.id)

    def account(client, subject):
        return queries.account_by_subject(key=client.key, subject=subject)

    names = {name(c, a) for c in (one, other) for a in (citizen, clerk)}
    assert len(names) == 4
    assert name(one, citizen) == name(one, citizen)
    assert account(one, name(one, citizen)) == citizen.id
    assert account(other, name(one, citizen)) is None


@pytest.mark.parametrize("subject", ["", "x", "!!", "a" * 52, "0" * 400, "é"])
def test_what_is_no_name_of_anybody_finds_nobody(subject):
    assert subjects.account_of(client="a", subject=subject) is None


def test_a_closed_account_is_known_to_no_system(register, citizen, now):
    client = register().client
    subject = queries.subject_of(key=client.key, account_id=citizen.id)

    actions.close_account(account_id=citizen.id, actor=SYSTEM, at=now)

    assert queries.account_by_subject(key=client.key, subject=subject) is None


def test_what_was_agreed_to_holds_until_it_is_taken_back(register, citizen, clerk, now):
    client = register().client

    def agreed(*scopes):
        return queries.has_granted(account_id=citizen.id, key=client.key, scopes=scopes)

    assert not agreed("openid")
    actions.grant(key=client.key, scopes=["openid", "profile"], actor=citizen, at=now)
    assert agreed("openid")
    assert agreed("openid", "profile")
    assert not agreed("openid", "personal_number")
    actions.grant(key=client.key, scopes=["openid"], actor=citizen, at=now)
    assert not agreed("openid", "profile")

    (grant,) = queries.grants_of(actor=citizen)
    with pytest.raises(GrantUnknown):
        actions.take_grant_back(grant_id=grant.id, actor=clerk, at=now)
    actions.take_grant_back(grant_id=grant.id, actor=citizen, at=now)
    assert not agreed("openid")
    with pytest.raises(GrantUnknown):
        actions.take_grant_back(grant_id=grant.id, actor=citizen, at=now)


def test_a_system_that_ended_is_told_nothing(register, citizen, now):
    client = register().client
    actions.grant(key=client.key, scopes=["openid"], actor=citizen, at=now)

    actions.end_client(key=client.key, actor=SYSTEM, at=now)

    assert queries.clients() == ()
    assert queries.grants_of(actor=citizen) == ()
    for deed in (
        lambda: tell(client, citizen, now, "profile"),
        lambda: actions.grant(key=client.key, scopes=[], actor=citizen, at=now),
        lambda: actions.end_client(key=client.key, actor=SYSTEM, at=now),
        lambda: actions.renew_client_secret(key=client.key, actor=SYSTEM, at=now),
    ):
        with pytest.raises(ClientUnknown):
            deed()


def test_a_system_belongs_to_an_agency_that_there_is(register, citizen):
    with pytest.raises(NotFound):
        register(organization_id=citizen.person_id)


@pytest.mark.django_db
def test_a_key_is_announced_a_day_before_it_signs_and_trusted_after(now):
    day = timedelta(days=1)
    assert actions.keep_signing_keys(at=now)
    (first,) = queries.signing_keys(at=now)
    assert first.signs_from == now

    assert not actions.keep_signing_keys(at=now + 29 * day)
    assert actions.keep_signing_keys(at=now + 30 * day)
    before, after = queries.signing_keys(at=now + 30 * day)
    assert before.pem == first.pem
    assert after.signs_from == now + 31 * day
    assert before.trusted_until == now + 31 * day + timedelta(hours=1)
    assert [key.pem for key in queries.signing_keys(at=now + 32 * day)] == [after.pem]


@pytest.mark.django_db
def test_keys_that_were_lost_are_trusted_no_more(now):
    actions.keep_signing_keys(at=now)
    (lost,) = queries.signing_keys(at=now)

    actions.drop_signing_keys(actor=SYSTEM, at=now)

    (made,) = queries.signing_keys(at=now)
    assert made.pem != lost.pem
    assert made.signs_from == now
