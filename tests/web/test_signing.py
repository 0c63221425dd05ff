"""The signing pages ask for a PIN or a code, only of those whose means needs it."""

import pytest
from django.urls import reverse

from tests import remote_signing, softhsm
from tests.remote_signing import code_of
from tests.web.test_batches import fresh, to_sign  # noqa: F401
from tests.web.test_desk import ENTRY, text_of  # noqa: F401
from tinhso.documents import actions as documents
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry

pytestmark = pytest.mark.usefixtures("built", "desk_clock")

NAME, NUMBER = "Bùi Quang Hải", "022078999103"
KEY = "lanhdao"


@pytest.fixture
def with_token(token, leader, now):
    """Let the deputy chairman sign with a token."""
    if KEY not in token.added:
        names = {"common_name": NAME, "serial_number": f"PNOVN-{NUMBER}"}
        token.add(KEY, names)
    return documents.declare_token(
        token_label="tinhso",
        key_label=KEY,
        person_id=leader.person_id,
        actor=SYSTEM,
        at=now,
    )


@pytest.fixture
def remote(tmp_path, settings):
    settings.TINHSO_REMOTE_SIGNING_KEY = remote_signing.KEY
    with remote_signing.running(tmp_path) as process:
        settings.TINHSO_REMOTE_SIGNING_URL = process.url
        yield process.url


def page_of(client, dossier, **given):
    address = reverse("desk_act", args=[dossier.id, "sign"])
    if not given:
        return client.get(address)
    return client.post(address, {"revision": dossier.revision, **given})


def test_without_a_means_no_page_asks_for_anything(visit, leader, to_sign, now):  # noqa: F811
    dossier = to_sign()
    client = visit(leader)

    assert "signing_secret" not in page_of(client, dossier).content.decode()
    page_of(client, dossier, revision=dossier.revision)

    assert fresh(dossier, leader, now).step.key == "sealing"


def test_a_leader_types_the_pin_of_the_token(
    visit,
    leader,
    to_sign,  # noqa: F811
    with_token,
    now,
):
    dossier = to_sign()
    client = visit(leader)
    assert 'type="password"' in page_of(client, dossier).content.decode()

    empty = page_of(client, dossier, signing_secret="")
    wrong = page_of(client, dossier, signing_secret="864209")
    assert (empty.status_code, wrong.status_code) == (422, 422)
    assert "Mã PIN chưa đúng" in text_of(wrong)
    assert "864209" not in wrong.content.decode()
    assert fresh(dossier, leader, now).step.key == "signing"

    page_of(client, dossier, signing_secret=softhsm.PIN)
    assert fresh(dossier, leader, now).step.key == "sealing"


def test_a_wrong_certificate_is_told_and_nothing_is_lost(
    visit,
    leader,
    to_sign,  # noqa: F811
    with_token,
    token,
    now,
):
    dossier = to_sign()
    token.authority.revoke(serial=token.added[KEY])
    written = JournalEntry.objects.exclude(
        deed__in=["security.sign_in", "procedures.read_dossier"]
    )
    before = written.count()

    refused = page_of(visit(leader), dossier, signing_secret=softhsm.PIN)

    assert "đã bị thu hồi" in text_of(refused)
    assert "chưa lưu" not in text_of(refused)
    assert fresh(dossier, leader, now).step.key == "signing"
    assert written.count() == before
    token.unrevoke(token.added[KEY])


def test_a_batch_takes_the_pin_once_and_stops_at_a_wrong_one(
    visit,
    leader,
    to_sign,  # noqa: F811
    with_token,
    now,
):
    dossiers = [to_sign(), to_sign()]
    client = visit(leader)
    chosen = {"deed": "sign", "selected": [str(one.id) for one in dossiers]}
    revisions = {f"revision-{one.id}": one.revision for one in dossiers}
    shown = client.post(reverse("desk_batch"), chosen).content.decode()
    assert 'type="password"' in shown

    for pin, why in (("", "Hãy nhập mã PIN"), ("864209", "Mã PIN chưa đúng")):
        given = {**chosen, **revisions, "signing_secret": pin}
        refused = client.post(reverse("desk_batch_do"), given)
        assert why in text_of(refused)
    given = {**chosen, **revisions, "signing_secret": softhsm.PIN}
    client.post(reverse("desk_batch_do"), given)

    assert {fresh(one, leader, now).step.key for one in dossiers} == {"sealing"}


def test_a_leader_has_a_code_sent_and_types_it(visit, leader, to_sign, remote, now):  # noqa: F811
    documents.declare_remote(
        credential_id=NUMBER, person_id=leader.person_id, actor=SYSTEM, at=now
    )
    dossier = to_sign()
    client = visit(leader)
    assert "Gửi mã cho tôi" in text_of(page_of(client, dossier))

    sent = page_of(client, dossier, send_code="1")
    assert "Đã gửi mã dùng một lần" in text_of(sent)
    wrong = page_of(client, dossier, signing_secret="abcdef")
    assert "Mã dùng một lần chưa đúng" in text_of(wrong)
    page_of(client, dossier, signing_secret=code_of(remote, NAME))

    assert fresh(dossier, leader, now).step.key == "sealing"


def test_a_batch_is_not_signed_with_one_code(visit, leader, to_sign, remote, now):  # noqa: F811
    documents.declare_remote(
        credential_id=NUMBER, person_id=leader.person_id, actor=SYSTEM, at=now
    )
    chosen = {"deed": "sign", "selected": [str(to_sign().id)]}

    page = text_of(visit(leader).post(reverse("desk_batch"), chosen))

    assert "Hãy ký từng hồ sơ" in page


def test_nobody_has_a_code_sent_who_signs_without(visit, leader, to_sign, remote):  # noqa: F811
    assert page_of(visit(leader), to_sign(), send_code="1").status_code == 404
