"""An account writes so often and no more; what was typed is not lost."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.test_citizen import client_of
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.errors import TooManyCalls
from tinhso.procedures import actions as procedures
from tinhso.security import actions
from tinhso.security.actions import calls
from tinhso.security.models import CallCount

MOST = 20
# What may pass besides, until the process has told the others.
LATE = calls.STEP


@pytest.fixture
def few(settings):
    settings.TINHSO_WRITES_IN_TEN_MINUTES = MOST


@pytest.fixture
def page(citizen):
    """A page of a draft, which saves what is typed into it."""
    draft = procedures.start_draft(
        procedure_code="1.001193", actor=citizen, at=clock.now()
    )
    return f"/nop-ho-so/{draft.id}/trang/child_name"


@pytest.fixture
def write(citizen, page):
    web = client_of(citizen)
    typed = {"child_name": "Phạm Gia Hân", "asked": "child_name"}
    return lambda: web.post(page, typed)


@pytest.mark.usefixtures("few")
def test_who_writes_too_often_waits_and_keeps_what_was_typed(write, page, built):
    passed = [write().status_code for _ in range(MOST)]
    refused = [write() for _ in range(LATE + 1)][-1]

    assert passed == [302] * MOST
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 600
    text = refused.content.decode()
    assert 'value="Phạm Gia Hân"' in text
    assert f'<form method="post" action="{page}">' in text
    assert "Về trang chủ" not in text  # which would lose it


@pytest.mark.usefixtures("few", "content")
def test_who_wrote_too_often_still_reads_and_ends_sessions(citizen, write, built):
    for _ in range(MOST + LATE + 1):
        write()
    web = client_of(citizen)

    assert web.get("/ho-so").status_code == 200
    ended = web.post(reverse("account_sessions_end"), {"which": "others"})
    assert ended.status_code == 302
    assert web.post("/tai-khoan/dang-xuat").status_code == 302


@pytest.mark.usefixtures("few")
def test_a_machine_is_told_in_its_form_and_still_reads(citizen, built):
    token = actions.issue_token(
        account_id=citizen.id,
        label="test",
        valid_for=timedelta(hours=1),
        actor=SYSTEM,
        at=clock.now(),
    )
    api = Client(headers={"authorization": f"Bearer {token.secret}"})

    def call():
        return api.post("/api/v1/dossiers", {}, "application/json")

    answers = [call() for _ in range(MOST + LATE + 1)]

    assert {answer.status_code for answer in answers[:MOST]} == {422}
    assert answers[-1].status_code == 429
    assert answers[-1].json()["type"] == "urn:tinhso:refused:TooManyCalls"
    assert 0 < int(answers[-1]["Retry-After"]) <= 600
    assert api.get("/api/v1/dossiers").status_code == 200


@pytest.mark.django_db
def test_hundreds_of_acts_an_hour_pass(now):
    clerk = uuid4()

    for second in range(3600):
        actions.count_write(account_id=clerk, at=now + timedelta(seconds=second))


@pytest.mark.usefixtures("desk_clock", "built")
def test_a_batch_counts_once(visit, clerk, submit):
    dossiers = [str(submit().id) for _ in range(3)]
    web = visit(clerk)

    for _ in range(calls.STEP):
        web.post(reverse("desk_claim_selected"), {"selected": dossiers})

    assert CallCount.objects.get().count == calls.STEP


@pytest.mark.django_db
@pytest.mark.usefixtures("few")
def test_what_one_process_counted_another_one_knows(now, monkeypatch):
    account = uuid4()
    for _ in range(MOST):
        actions.count_write(account_id=account, at=now)
    monkeypatch.setattr(calls, "TALLY", calls.Tally())

    with pytest.raises(TooManyCalls):
        for _ in range(calls.STEP):
            actions.count_write(account_id=account, at=now)


@pytest.mark.django_db
@pytest.mark.usefixtures("few")
def test_each_account_is_counted_alone_and_may_write_again_later(now):
    busy, other = uuid4(), uuid4()
    with pytest.raises(TooManyCalls) as refused:
        for _ in range(MOST + LATE):
            actions.count_write(account_id=busy, at=now)

    actions.count_write(account_id=other, at=now)
    with pytest.raises(TooManyCalls):
        actions.count_write(account_id=busy, at=now + timedelta(minutes=9))
    actions.count_write(account_id=busy, at=now + timedelta(minutes=10))
    assert refused.value.params["seconds"] == 600
