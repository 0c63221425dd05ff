"""The lists of the desk are read by their indexes, for any value and without joins."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.fill_province import DOSSIERS, PEOPLE, TASKS
from tinhso.procedures import queries
from tinhso.procedures.types import DeskFilter


@pytest.fixture
def full(clerk, now):
    """So many dossiers that an index pays, as the benchmark of a province has them."""
    values = {"dossiers": 20_000, "people": 500, "now": now.isoformat()}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in (PEOPLE, DOSSIERS, TASKS):
            cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE procedures_dossierrow, procedures_taskrow")
        # Plans for any value, as prepared statements get them.
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")


def statements(ask):
    with CaptureQueriesContext(connection) as captured:
        ask()
    return [query["sql"] for query in captured]


def plan(sql):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(row[0] for row in cursor.fetchall())


def walks_all(plan):
    """Tell whether dossiers are read one by one, as they lie or in the order of ids."""
    table = "procedures_dossierrow"
    return f"Seq Scan on {table}" in plan or f"Backward using {table}_pkey" in plan


def test_a_search_reads_the_index_of_the_desk_alone(full, clerk, now):
    [search, *_] = statements(
        lambda: queries.search_desk(actor=clerk, at=now, text="nguyen hoa")
    )

    assert not walks_all(plan(search))


def test_an_inbox_lists_and_counts_from_indexes_alone(full, clerk, now):
    asked = statements(lambda: queries.inbox(actor=clerk, at=now))
    [look] = [sql for sql in asked if "count(" in sql]

    # Nothing was vacuumed here, so rows are fetched; what is asked for needs none.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_seqscan = off")
    read = re.findall(r"(\S+ \S+) Scan using (\w+) on procedures_doss", plan(look))

    assert set(read) == {
        ("Index Only", "procedures_open_at_agency"),
        ("Index Only", "procedures_open_at_desk"),
    }


def test_a_list_of_ones_own_walks_through_no_table(full, clerk, now):
    wanted = DeskFilter(role="own", mine=True)
    asked = statements(lambda: queries.inbox(actor=clerk, at=now, wanted=wanted))

    assert not any(walks_all(plan(sql)) for sql in asked if "_dossierrow" in sql)


def test_a_page_of_the_inbox_asks_the_same_however_many_there_are(submit, clerk, now):
    submit(at=now)
    few = len(statements(lambda: queries.inbox(actor=clerk, at=now)))
    for n in range(6):
        submit(at=now - timedelta(hours=n))

    assert len(statements(lambda: queries.inbox(actor=clerk, at=now))) == few


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("nguyen hoa", True),
        ("HOA nguyễn", True),
        ("260616-0001", True),
        ("h49.06688", True),
        ("nguyen%", False),
        ("_", False),
        ("nguyen lan", False),
        ("  ", False),
    ],
)
def test_all_words_must_occur_in_any_order(submit, clerk, now, text, is_found):
    dossier = submit()

    found = queries.search_desk(actor=clerk, at=now, text=text)

    assert [line.code for line in found] == ([dossier.code] if is_found else [])
