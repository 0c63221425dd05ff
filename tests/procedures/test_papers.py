"""Papers that expire: how long they hold, and who is reminded when."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tinhso.documents import actions as documents
from tinhso.kernel.errors import NotFound
from tinhso.notify import queries as notify
from tinhso.procedures import actions, queries

# Issued on 16/06/2026 for six months; reminded 30 and 7 days before.
LAST = date(2026, 12, 16)
FIRST_REMINDER, SECOND_REMINDER = date(2026, 11, 16), date(2026, 12, 9)


@pytest.fixture
def on(now):
    """The moment of nine o'clock on a day."""
    return lambda day: now + (day - now.date()) * 1


def validity(dossier, day):
    found = queries.validities_of(document_ids=[dossier.result_document_id], on=day)
    return found.get(dossier.result_document_id)


def reminders(actor):
    found = notify.inbox(person_id=actor.person_id).items
    return [m.body["vi"] for m in found if m.template_key == "paper_expires"]


def test_a_certificate_of_marital_status_holds_six_months(single):
    assert validity(single, LAST).valid_until == LAST
    assert not validity(single, LAST).is_over
    assert validity(single, LAST + timedelta(days=1)).is_over


def test_a_birth_certificate_never_expires(issue, answers, now):
    dossier = issue("1.001193", answers, now)

    assert validity(dossier, now.date()) is None
    assert actions.remind_of_expiry(at=now + timedelta(days=4000)) == 0


def test_its_holder_is_reminded_once_for_each_lead_time(single, citizen, on, happen):
    for day in (FIRST_REMINDER - timedelta(days=1), FIRST_REMINDER, FIRST_REMINDER):
        actions.remind_of_expiry(at=on(day))
    happen()
    happen()
    assert len(reminders(citizen)) == 1
    assert "đến hết ngày 16/12/2026" in reminders(citizen)[0]

    actions.remind_of_expiry(at=on(SECOND_REMINDER))
    actions.remind_of_expiry(at=on(LAST))
    happen()

    assert len(reminders(citizen)) == 2


def test_what_a_day_off_missed_the_next_day_makes_up_for(single, on):
    late = SECOND_REMINDER + timedelta(days=2)

    assert actions.remind_of_expiry(at=on(late)) == 1
    assert actions.remind_of_expiry(at=on(late)) == 0


def test_nobody_is_reminded_of_what_has_expired_or_was_revoked(single, leader, on, now):
    documents.revoke_document(
        document_id=single.result_document_id,
        reason="Sai họ tên.",
        actor=leader,
        at=now,
    )

    assert actions.remind_of_expiry(at=on(FIRST_REMINDER)) == 0


def test_reminders_of_one_paper_are_switched_off_and_on(
    single, citizen, sign_in, on, now
):
    def want(wanted, actor=citizen):
        actions.want_reminders(
            document_id=single.result_document_id, wanted=wanted, actor=actor, at=now
        )

    want(False)
    assert actions.remind_of_expiry(at=on(FIRST_REMINDER)) == 0
    want(True)
    assert actions.remind_of_expiry(at=on(FIRST_REMINDER)) == 1
    with pytest.raises(NotFound):
        want(False, actor=sign_in("Trần Quốc Hưng"))


def test_the_daily_job_reads_what_is_due_by_its_index(single, on):
    with CaptureQueriesContext(connection) as captured:
        actions.remind_of_expiry(at=on(FIRST_REMINDER))
    [search, *_] = [
        q["sql"]
        for q in captured
        if "next_reminder_on" in q["sql"] and "LIMIT" in q["sql"]
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {search}")
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "procedures_reminders_due" in plan
