"""Rows go into tables beside the program, in their order, and nothing is lost."""

import pytest
from django.db import IntegrityError, connection, transaction

from tinhso.registries.providers.copying import aside

MADE = """
CREATE TEMPORARY TABLE places (name text PRIMARY KEY);
CREATE TEMPORARY TABLE things (
    id int PRIMARY KEY,
    place text REFERENCES places DEFERRABLE INITIALLY DEFERRED
)
"""
PLACES, THINGS = "COPY places FROM STDIN", "COPY things FROM STDIN"


@pytest.fixture
def tables(db):
    with connection.cursor() as cursor:
        cursor.execute(MADE)


def held():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, place FROM things ORDER BY id")
        return cursor.fetchall()


def test_a_question_waits_for_what_was_sent_before_it(tables):
    with aside() as copying:
        copying.put(PLACES, [("a",)])
        copying.put(THINGS, ((number, "a") for number in range(20_000)))
        copying.go()

        assert len(held()) == 20_000


def test_what_is_ready_is_in_when_the_work_is_done(tables):
    odd = "tab\t line\n back\\ \\N"
    with aside() as copying:
        copying.put(PLACES, [(odd,)])
        copying.put(THINGS, [(1, odd), (2, None)])

        assert held() == []

    assert held() == [(1, odd), (2, None)]


@pytest.mark.parametrize("rows", [[(1, "nowhere")], [(2, None), (2, None)]])
def test_what_the_database_refuses_is_told_to_who_asks_next(tables, rows):
    with pytest.raises(IntegrityError), transaction.atomic(), aside() as copying:
        copying.put(THINGS, rows)
        copying.go()
        held()

    assert held() == []


def test_a_fault_of_ours_is_told_and_nobody_is_left_talking(tables):
    with pytest.raises(KeyError), transaction.atomic(), aside() as copying:
        copying.put(THINGS, [(1, "nowhere")])
        copying.go()
        raise KeyError

    assert held() == []
