"""The web waits for the database so long, and no longer."""

import time

import psycopg
import pytest
from django.db import connection

from tinhso.project.patience import PatientConnection


@pytest.fixture
def patient(db, monkeypatch):
    monkeypatch.setattr(PatientConnection, "patience", 0.3)
    with PatientConnection.connect(**connection.get_connection_params()) as made:
        yield made


def test_an_answer_that_does_not_come_is_given_up_and_the_connection_with_it(patient):
    begun = time.monotonic()

    with pytest.raises(psycopg.OperationalError):
        patient.execute("SELECT pg_sleep(20)")

    assert time.monotonic() - begun < 5
    assert patient.closed


def test_a_statement_that_is_refused_leaves_the_connection_as_it_is(patient):
    with pytest.raises(psycopg.errors.UndefinedTable):
        patient.execute("SELECT * FROM nowhere")
    patient.rollback()

    assert patient.execute("SELECT 1").fetchone() == (1,)


def test_without_a_limit_it_waits(patient, monkeypatch):
    monkeypatch.setattr(PatientConnection, "patience", None)

    assert patient.execute("SELECT 1 FROM pg_sleep(0.5)").fetchone() == (1,)
