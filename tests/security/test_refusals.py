"""Who was refused what stands in the log, and what was a thing in the journal."""

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import Conflict, NotAllowed, NotFound
from tinhso.procedures import actions as procedures
from tinhso.procedures.types import Channel
from tinhso.security import actions
from tinhso.security.actions import refusals
from tinhso.security.models import Account


@pytest.fixture(autouse=True)
def _one_factor(settings):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False


@pytest.fixture
def dossier(citizen, ward, answers):
    return procedures.submit_dossier(
        procedure_code="1.001193",
        organization_id=ward.id,
        channel=Channel.ONLINE,
        answers=answers,
        key="k",
        actor=citizen,
        at=clock.now(),
    )


@pytest.fixture
def foreign(sign_in):
    """A clerk of another commune."""
    return sign_in("Triệu Thị Sen")


def signed_in(actor):
    client = Client()
    client.force_login(Account.objects.get(pk=actor.id))
    return client


def entries():
    return list(JournalEntry.objects.filter(deed="security.refuse").order_by("id"))


def test_an_officer_at_somebody_elses_dossier_stands_in_the_journal(
    foreign, dossier, caplog
):
    page = reverse("desk_dossier", args=[dossier.id])

    with caplog.at_level(logging.WARNING, "tinhso.security"):
        assert signed_in(foreign).get(page).status_code == 404

    [entry] = entries()
    assert (entry.actor_id, entry.subject_id) == (foreign.id, dossier.id)
    assert entry.details == {"place": "desk_dossier", "refusal": "NotFound"}
    assert f"desk_dossier of {dossier.id}, account {foreign.id}" in caplog.text
    assert "127.0.0.1" in caplog.text
    assert "127.0.0.1" not in str(entry.details)


def test_a_citizen_at_the_desk_stands_in_the_journal(citizen, dossier):
    page = reverse("desk_dossier", args=[dossier.id])

    assert signed_in(citizen).get(page).status_code == 403

    assert [entry.details["refusal"] for entry in entries()] == ["NotAllowed"]


def test_a_machine_that_was_refused_stands_in_the_journal(foreign, dossier):
    token = actions.issue_token(
        account_id=foreign.id,
        label="test",
        valid_for=timedelta(hours=1),
        actor=SYSTEM,
        at=clock.now(),
    )
    headers = {"authorization": f"Bearer {token.secret}"}

    answer = Client().get(f"/api/v1/dossiers/{dossier.id}", headers=headers)

    assert answer.status_code == 404
    [entry] = entries()
    assert (entry.actor_id, entry.subject_id) == (foreign.id, dossier.id)


def test_who_may_read_leaves_no_refusal(clerk, citizen, dossier):
    signed_in(clerk).get(reverse("desk_dossier", args=[dossier.id]))
    signed_in(citizen).get(reverse("dossier", args=[dossier.id]))

    assert entries() == []


@pytest.mark.django_db
def test_strangers_and_addresses_of_nothing_fill_no_journal(client, caplog):
    with caplog.at_level(logging.WARNING, "tinhso.security"):
        client.get("/khong-co")
        client.get(f"/api/v1/dossiers/{uuid4()}")

    assert entries() == []
    assert "refused" not in caplog.text


def test_limits_and_failed_sign_ins_of_machines_stand_in_the_log(citizen, caplog):
    given = {"username": str(citizen.person_id), "password": "bi-mat-cua-toi"}

    with caplog.at_level(logging.WARNING, "tinhso.security"):
        for _ in range(11):
            Client().post("/api/v1/sessions", given, "application/json")

    assert caplog.text.count("refused SignInFailed") == 10
    assert caplog.text.count("refused TooManyCalls") == 1
    assert "bi-mat" not in caplog.text


def refuse(actor, now, refusal):
    actions.note_refusal(
        refusal=refusal,
        place="desk_dossier",
        thing_id=uuid4(),
        address="10.0.0.1",
        actor=actor,
        at=now,
    )


def test_what_is_daily_work_is_not_written_down(clerk, now, caplog):
    with caplog.at_level(logging.WARNING, "tinhso.security"):
        refuse(clerk, now, Conflict())

    assert entries() == [] and caplog.text == ""


def test_nobody_fills_the_journal_by_trying(foreign, now, monkeypatch, caplog):
    monkeypatch.setattr(refusals, "MOST_JOURNALED", 3)

    with caplog.at_level(logging.WARNING, "tinhso.security"):
        for refusal in (NotAllowed(), NotFound()) * 3:
            refuse(foreign, now, refusal)

    assert len(entries()) == 3
    assert caplog.text.count("refused") == 6
