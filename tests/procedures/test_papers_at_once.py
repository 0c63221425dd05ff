"""The daily job runs twice at once, on real connections, and reminds once."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from tinhso.kernel.events.models import OutboxEvent
from tinhso.procedures import actions
from tinhso.procedures.models import PaperRow


@pytest.fixture
def db(committed_db):
    """Commit, so that threads see what others did."""


def test_two_workers_at_once_remind_once(single, now):
    due = PaperRow.objects.get().next_reminder_on
    at, start = now + (due - now.date()), Barrier(2)
    done = []

    def work():
        try:
            start.wait(10)
            done.append(actions.remind_of_expiry(at=at))
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(done) == [0, 1]
    told = OutboxEvent.objects.filter(name__endswith="PaperExpires")
    assert told.count() == 1
    following = PaperRow.objects.get().next_reminder_on
    assert following == due + timedelta(days=23)
