"""Processes that are killed while they write, and several that write at once."""

import os
import subprocess
import sys
import time
from random import Random

import psycopg
import pytest
from django.conf import settings
from django.db import transaction

from tests.lake.conftest import forget
from tests.lake.datasets import VISITS
from tests.lake.writer import EACH
from tinhso.cli.run import database_url
from tinhso.kernel import clock
from tinhso.kernel.ids import new_id
from tinhso.lake import actions
from tinhso.lake.models import BatchRow
from tinhso.lake.providers import published, rows, tables
from tinhso.lake.types import LakeBusy

KILLS, SECONDS = 6, 60


class Died(BaseException):
    """As a process dies, nothing catches it."""


@pytest.fixture
def lake(committed_db, monkeypatch):
    monkeypatch.setattr(published, "_datasets", {VISITS.name: VISITS})
    yield
    forget()


def start(first, rounds):
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "TINHSO_HOME": str(settings.TINHSO_HOME),
        "TINHSO_SECRET_KEY": "tests",
    }
    words = [sys.executable, "-m", "tests.lake.writer", str(first), str(rounds)]
    return subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, text=True, bufsize=1
    )


def numbers(ask):
    return [row[0] for row in ask("SELECT number FROM counters.visits__all ORDER BY 1")]


def groups(found):
    """Name the groups that are there, and the rows that are too many or too few."""
    starts = sorted({number // EACH * EACH for number in found})
    whole = [number for start in starts for number in range(start, start + EACH)]
    return starts, [] if whole == found else found


def test_a_row_that_is_there_twice_or_missing_is_seen():
    assert groups([0, 1, 2, 3, 4]) == ([0], [])
    assert groups([0, 1, 2, 2, 3, 4])[1]
    assert groups([0, 1, 3, 4])[1]


def kill_writers(random):
    """Kill one writer after another; answer what each told before it died."""
    told = []
    for kill in range(KILLS):
        writer = start(kill * 10_000, rounds=1000)
        told.append(int(writer.stdout.readline()))
        time.sleep(random.uniform(0, 0.5))
        writer.kill()
        told += [int(line) for line in writer.communicate(timeout=SECONDS)[0].split()]
    return told


def test_writers_who_are_killed_lose_no_row_and_double_none(lake, ask):
    told = kill_writers(Random(5))

    actions.append_waiting(at=clock.now())

    starts, wrong = groups(numbers(ask))
    assert wrong == []
    assert set(told) <= set(starts)
    assert len(set(starts) - set(told)) <= KILLS  # committed, and killed before telling
    assert not BatchRow.objects.filter(appended_at=None).exists()


def test_writers_at_once_and_one_who_joins_files_agree(lake, ask):
    writers = [start(first, rounds=12) for first in (0, 10_000)]
    deadline = time.monotonic() + SECONDS

    while any(writer.poll() is None for writer in writers):
        assert time.monotonic() < deadline
        actions.compact()
        time.sleep(0.05)
    actions.append_waiting(at=clock.now())

    starts, wrong = groups(numbers(ask))
    assert [writer.returncode for writer in writers] == [0, 0]
    assert wrong == []
    assert len(starts) == 24


STEPS = {
    "before a file is written": (rows, "write", False),
    "once the files are written": (rows, "write", True),
    "once the table has the rows": (tables, "append_rows", True),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_writer_who_dies_at_a_step_is_taken_up(hand_in, ask, now, monkeypatch, step):
    module, name, is_after = STEPS[step]
    real = getattr(module, name)

    def die(*args, **named):
        if is_after:
            real(*args, **named)
        raise Died

    for _ in range(3):
        hand_in()
    with monkeypatch.context() as patched, pytest.raises(Died):
        patched.setattr(module, name, die)
        actions.append_waiting(at=now)
    hand_in()

    actions.append_waiting(at=now)

    assert ask(
        "SELECT count(*), count(DISTINCT lake_seq) FROM counters.visits__all"
    ) == [(4, 4)]


def test_without_its_mark_a_batch_would_be_there_twice(
    hand_in, visits, ask, now, monkeypatch
):
    for number in range(EACH):
        hand_in(number=number)
    batch = actions._next_batch(visits.name, now)
    values = actions._columns(visits, batch)
    actions.append_waiting(at=now)
    monkeypatch.setattr(tables, "_has", lambda *_: False)

    tables.append_rows(visits, values, source=actions.ROOMS, position=batch.number)

    assert groups(numbers(ask))[1]


def test_a_dataset_that_somebody_writes_is_left_to_them(hand_in, now):
    hand_in()
    with psycopg.connect(database_url(), autocommit=True) as other:
        lock = f"SELECT pg_advisory_lock({actions._key(f'writer of {VISITS.name}')})"
        other.execute(lock)
        meanwhile = actions.append_waiting(at=now)

    assert (meanwhile, actions.append_waiting(at=now)) == (0, 1)


def test_a_writer_of_a_forgotten_table_adds_nothing_to_the_new_one(lake, ask, now):
    batch = handed_in(now)
    held = actions._columns(VISITS, batch)
    actions.append_waiting(at=now)

    with transaction.atomic():
        actions.forget_tables()
    handed_in(now)
    actions.append_waiting(at=now)
    tables.append_rows(VISITS, held, source=actions.ROOMS, position=batch.number)

    assert ask("SELECT count(*) FROM counters.visits__all") == [(1,)]


def test_a_commit_to_a_table_that_was_made_anew_is_given_up(
    lake, ask, now, monkeypatch
):
    handed_in(now)
    write = rows.write

    def meanwhile(*args):
        made = write(*args)
        monkeypatch.setattr(rows, "write", write)
        with transaction.atomic():
            actions.forget_tables()
        tables.table_of(VISITS)
        return made

    actions.append_waiting(at=now)
    batch = handed_in(now)
    monkeypatch.setattr(rows, "write", meanwhile)
    with pytest.raises(LakeBusy):
        actions._append(VISITS, batch, now)

    assert ask("SELECT count(*) FROM counters.visits__all") == [(0,)]


def handed_in(now):
    """Hand one row in, and put it into a batch."""
    values = {
        "visit_id": new_id(),
        "desk": "one",
        "number": 1,
        "came_on": now.date(),
        "came_at": now,
    }
    with transaction.atomic():
        actions.hand_in(dataset=VISITS.name, values=values, at=now)
    return actions._next_batch(VISITS.name, now)
