"""What is done on dossiers is in the lake: each act, once, and nobody's name."""

import json
from datetime import timedelta

import pytest

from tests.fixtures import SINGLE
from tests.lake.conftest import forget
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.lake import actions as lake
from tinhso.lake import queries
from tinhso.lake.models import WaitingRow
from tinhso.people.models import PersonRow
from tinhso.procedures import actions
from tinhso.procedures.datasets import DOSSIER_ACTS, EVALUATIONS
from tinhso.procedures.models import DossierRow
from tinhso.procedures.types import ASKED, Channel, Satisfaction

PAGE = "tinhso.project.publications"
HOUR = timedelta(hours=1)


@pytest.fixture
def delivered(db):
    """Deliver all events; forget what came into the lake at the end."""

    def do(at):
        for event_id in OutboxEvent.objects.order_by("id").values_list("id", flat=True):
            events.deliver(event_id=event_id, at=at)

    yield do
    forget()


@pytest.fixture
def submitted(citizen, ward, now):
    def do(at=now):
        return actions.submit_dossier(
            procedure_code="1.004873",
            organization_id=ward.id,
            channel=Channel.ONLINE,
            answers=SINGLE,
            key=f"{at}",
            actor=citizen,
            at=at,
        )

    return do


def acts(*columns, dataset=DOSSIER_ACTS):
    rows = WaitingRow.objects.filter(dataset=dataset.name, fault="").order_by("id")
    return [tuple(row.values[name] for name in columns) for row in rows]


def test_what_an_applicant_says_is_a_row_without_their_words(
    submitted, clerk, officer, delivered, citizen, now
):
    dossier = submitted()
    for action, actor in (("receive", clerk), ("refuse", officer)):
        dossier = actions.take_action(
            dossier_id=dossier.id,
            action_key=action,
            revision=dossier.revision,
            note="Không đủ điều kiện.",
            actor=actor,
            at=now,
        )
    actions.evaluate_dossier(
        dossier_id=dossier.id,
        satisfaction=Satisfaction.SATISFIED,
        answers=dict.fromkeys(ASKED, 2),
        comment="Chị Hoa rất tận tình.",
        actor=citizen,
        at=now + HOUR,
    )
    delivered(now + HOUR)

    [row] = acts("satisfaction", "points", "most_points", dataset=EVALUATIONS)
    assert row[0] == "satisfied"
    assert 10 <= row[1] <= row[2] == 18
    assert "tận tình" not in str(WaitingRow.objects.last().values)
    assert not WaitingRow.objects.exclude(fault="").exists()


def test_each_act_of_a_dossier_is_a_row(single, delivered, now):
    delivered(now)

    assert acts("action", "status", "resolved") == [
        ("submit", 1, None),
        ("receive", 4, None),
        ("draft_result", 4, None),
        ("submit_for_signing", 4, None),
        ("sign", 4, None),
        ("seal", 9, "early"),
    ]
    assert not WaitingRow.objects.exclude(fault="").exists()


def test_an_act_tells_agency_procedure_channel_and_days(single, delivered, now):
    delivered(now)

    row = WaitingRow.objects.order_by("id").first().values
    dossier = DossierRow.objects.get()
    assert (row["procedure"], row["agency"], row["channel"]) == (
        "1.004873",
        "H49.06688",
        "online",
    )
    assert row["acted_on"] == row["submitted_on"] == "2026-06-16"
    assert row["due_at"] == dossier.original_due_at.isoformat()
    assert row["is_synthetic"] is True


def test_an_act_after_the_due_date_is_late(submitted, clerk, delivered, now):
    dossier = submitted()
    late = dossier.clock.due_at + HOUR
    actions.take_action(
        dossier_id=dossier.id,
        action_key="receive",
        revision=dossier.revision,
        actor=clerk,
        at=late,
    )

    delivered(late)

    assert acts("action", "is_late") == [("submit", False), ("receive", True)]


def test_a_new_due_date_is_an_act(submitted, clerk, leader, delivered, now):
    dossier = submitted()
    actions.take_action(
        dossier_id=dossier.id,
        action_key="receive",
        revision=dossier.revision,
        actor=clerk,
        at=now,
    )
    day = (dossier.clock.due_at + timedelta(days=7)).date()
    actions.extend_deadline(
        dossier_id=dossier.id, reason="Mất điện.", new_day=day, actor=leader, at=now
    )

    delivered(now)

    action, step, due = acts("action", "step", "due_at")[-1]
    row = DossierRow.objects.get()
    assert (action, step, due) == ("extend", row.step, row.due_at.isoformat())


def test_nobody_is_named_in_what_goes_to_the_lake(single, delivered, now):
    delivered(now)

    told = json.dumps(list(WaitingRow.objects.values_list("values", flat=True)))
    dossier = DossierRow.objects.get()
    person = PersonRow.objects.get(pk=dossier.owner_id)
    secrets = [
        dossier.code,
        dossier.applicant_name,
        str(dossier.owner_id),
        person.personal_number,
        SINGLE["phone"],
        SINGLE["residence"],
        *PersonRow.objects.values_list("full_name", flat=True),
    ]
    assert [secret for secret in secrets if json.dumps(secret)[1:-1] in told] == []
    assert str(dossier.id) in told  # so the search finds what is there
    assert not any(column.is_personal for column in DOSSIER_ACTS.columns)


def test_what_was_before_the_lake_is_caught_up_with_once(single, delivered, now):
    assert events.catch_up(page=PAGE, at=now) == 6
    assert events.catch_up(page=PAGE, at=now) == 0

    delivered(now)

    assert len(acts("act_id")) == len(set(acts("act_id"))) == 6


def test_acts_are_asked_by_sql(single, delivered, ask, now):
    delivered(now)
    lake.append_waiting(at=now)

    found = ask(
        "SELECT agency, count(*), count(*) FILTER (resolved = 'early')"
        " FROM procedures.dossier_acts GROUP BY agency"
    )

    assert found == [("H49.06688", 6, 1)]
    assert queries.tables()[0].rows == 6
