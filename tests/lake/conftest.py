"""A dataset of its own, and a catalogue that forgets what tests made."""

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from tests.lake.datasets import VISITS
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.ids import new_id
from tinhso.lake import actions, queries
from tinhso.lake.providers import published
from tinhso.lake.types import Limits

LIMITS = Limits(rows=10_000, seconds=20, memory=512 * 2**20, reads=2**30)


def forget():
    """Empty the catalogue, which is written beside the transaction of a test."""
    params = connection.get_connection_params()
    names = ("host", "port", "dbname", "user", "password")
    known = {name: params[name] for name in names if params.get(name)}
    with psycopg.connect(**known, autocommit=True) as other:
        other.execute("DELETE FROM lake.iceberg_tables")
        other.execute("DELETE FROM lake.iceberg_namespace_properties")


@pytest.fixture
def visits(db, monkeypatch):
    """The dataset of the tests, alone in the lake."""
    monkeypatch.setattr(published, "_datasets", {})
    monkeypatch.setattr(published, "_families", [])
    monkeypatch.setattr(published, "_batches", [])
    actions.publish(dataset=VISITS)
    yield VISITS
    forget()


@pytest.fixture
def hand_in(visits, now):
    """Hand in a visit; answer its id."""

    def do(desk="H49.06688", number=1, after=timedelta(), correction=False, **values):
        at = now + after
        row = {
            "visit_id": new_id(),
            "desk": desk,
            "number": number,
            "came_on": at.date(),
            "came_at": at,
            **values,
        }
        actions.hand_in(
            dataset=VISITS.name, values=row, at=at, is_correction=correction
        )
        return row["visit_id"]

    return do


@pytest.fixture
def ask():
    """Ask DuckDB as the operator; answer the rows."""

    def do(sql, snapshots=queries.NEWEST, **limits):
        found = queries.ask(
            sql=sql,
            limits=replace(LIMITS, **limits),
            actor=SYSTEM,
            snapshots=snapshots,
        )
        return list(found.rows)

    return do
