"""A scenario is frozen whole, by who may, and stays as it was."""

import re

import pypdfium2
import pytest
from django.db import DatabaseError, connection, transaction

from tinhso.documents import queries as documents
from tinhso.documents.types import SignatureRole, Verdict
from tinhso.foresight import actions, queries
from tinhso.foresight.models import FrozenScenarioRow, PutForwardRow
from tinhso.foresight.types.frozen import (
    AlreadyPutForward,
    FrozenUnknown,
    NothingChanged,
    ReasonMissing,
    Rechecked,
    TitleMissing,
    TooManyMembers,
)
from tinhso.foresight.types.refusals import LeverOutside, LeverUnknown, ModelUnknown
from tinhso.foresight.types.scenarios import Target, TargetPassed
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.ids import new_id

GOAL = Target("digital_economy_share", 12, 2030)


@pytest.fixture
def freeze(leader, now):
    def act(**changed):
        told = {
            "model_key": "quang_ninh",
            "levers": {"sme_support": "medium", "skills_training": 20000},
            "members": 30,
            "seed": 5,
            "target": GOAL,
            "title": "Hỗ trợ 1.500 doanh nghiệp mỗi năm",
            "reason": "Rẻ nhất trong các phương án có bằng chứng",
            "actor": leader,
            "at": now,
        }
        return actions.freeze_scenario(**told | changed)

    return act


def test_a_frozen_scenario_holds_what_it_was_made_of(freeze, leader, now):
    frozen = freeze()

    ran = queries.play_scenario(
        model=queries.get_model(key="quang_ninh"),
        levers=frozen.levers,
        members=30,
        seed=5,
        on=now.date(),
        target=GOAL,
    )
    assert frozen == queries.get_frozen_scenario(scenario_id=frozen.id)
    assert frozen.is_intact
    assert (frozen.frozen_by, frozen.frozen_at) == (leader.name, now)
    assert frozen.model_digest == ran.current.provenance.digest
    assert frozen.version == 1
    assert frozen.told["chance"] == ran.chance.share
    assert [one["mean"] for one in frozen.told["current"]] == [
        one.mean for one in ran.current.rows
    ]
    inputs = {one["name"]: one for one in frozen.told["inputs"]}
    assert inputs["digital_2021"]["lineage"].startswith("Nghị quyết 09-NQ/TU")
    assert inputs["online_2026"]["fallback"] is True
    assert [one["lever"] for one in frozen.told["ledger"]["interventions"]] == [
        "sme_support",
        "skills_training",
    ]


def test_who_is_made_up_freezes_what_is_flagged_and_the_journal_knows(freeze):
    frozen = freeze()

    assert frozen.made_up  # all people of the demonstration are
    entry = JournalEntry.objects.get(deed="foresight.freeze_scenario")
    assert entry.subject_id == frozen.id
    assert entry.details["digest"] == frozen.digest


def test_the_newest_come_first_and_each_is_its_own(freeze):
    first = freeze()
    second = freeze(title="Phương án hai")

    assert [one.id for one in queries.frozen_scenarios()] == [second.id, first.id]
    assert queries.frozen_scenarios(model="other") == ()
    assert first.digest != second.digest


def test_what_was_tampered_with_is_not_intact(freeze):
    frozen = freeze()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        FrozenScenarioRow.objects.filter(id=frozen.id).update(reason="khác")
        cursor.execute("SET LOCAL session_replication_role = origin")

    assert not queries.get_frozen_scenario(scenario_id=frozen.id).is_intact


@pytest.mark.parametrize("table", [FrozenScenarioRow, PutForwardRow])
def test_the_database_refuses_to_change_or_drop_what_was_frozen(
    freeze, leader, now, table
):
    frozen = freeze()
    actions.put_forward_scenario(scenario_id=frozen.id, actor=leader, at=now)

    for deed in (
        lambda rows: rows.update(id=new_id()),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed(table.objects.all())

    assert queries.get_frozen_scenario(scenario_id=frozen.id).is_intact


def test_a_frozen_scenario_is_printed_and_sealed(freeze, leader, now):
    frozen = freeze()

    paper, pdf = queries.proposal_pdf(scenario_id=frozen.id, actor=leader)
    assert [one.role for one in paper.signatures] == [SignatureRole.SEAL]
    text = " ".join(
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)
    )
    assert "Hỗ trợ 1.500 doanh nghiệp mỗi năm" in text
    assert frozen.digest in re.sub(r"[\s\u200b]", "", text)
    assert documents.verify_pdf(content=pdf, at=now).verdict is Verdict.VALID


def test_worked_out_again_it_comes_to_the_same_whatever_was_measured_since(
    freeze, leader, monkeypatch
):
    frozen = freeze()
    monkeypatch.setattr(
        "tinhso.foresight.providers.measures._known",
        lambda *asked, **more: {("digital_economy_share", "2021"): (50.0, "khác")},
    )

    found = queries.recheck_proposal(scenario_id=frozen.id, actor=leader)

    assert found == Rechecked(is_same=True, digest=frozen.digest)


def test_another_outcome_is_told_from_what_was_frozen(freeze, leader, monkeypatch):
    frozen = freeze()
    told = {**frozen.told, "chance": 0.5}
    monkeypatch.setattr("tinhso.foresight.rules.scenarios.telling.told", lambda _: told)

    found = queries.recheck_proposal(scenario_id=frozen.id, actor=leader)

    assert not found.is_same and found.digest != frozen.digest


def test_the_council_reads_what_was_put_before_it_and_no_more(
    freeze, leader, sign_in, now
):
    member = sign_in("Nghiêm Thị Tuyết")
    first, second = freeze(), freeze(title="Phương án hai")
    put = actions.put_forward_scenario(scenario_id=second.id, actor=leader, at=now)

    assert (put.put_by, put.put_at) == (leader.name, now)
    assert [one.id for one in queries.proposals(actor=member)] == [second.id]
    assert len(queries.proposals(actor=leader)) == 2
    with pytest.raises(FrozenUnknown):
        queries.get_proposal(scenario_id=first.id, actor=member)
    with pytest.raises(AlreadyPutForward):
        actions.put_forward_scenario(scenario_id=second.id, actor=leader, at=now)
    with pytest.raises(NotAllowed):
        actions.put_forward_scenario(scenario_id=first.id, actor=member, at=now)
    with pytest.raises(FrozenUnknown):
        actions.put_forward_scenario(scenario_id=new_id(), actor=leader, at=now)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"levers": {}}, NothingChanged),
        ({"levers": {"sme_support": 0}}, NothingChanged),
        ({"levers": {"sme_support": 3001}}, LeverOutside),
        ({"levers": {"luck": 1}}, LeverUnknown),
        ({"model_key": "nowhere"}, ModelUnknown),
        ({"title": " \u200b"}, TitleMissing),
        ({"reason": " "}, ReasonMissing),
        ({"members": 10_001}, TooManyMembers),
        ({"target": Target("digital_economy_share", 20, 2025)}, TargetPassed),
    ],
)
def test_what_cannot_be_proposed_is_refused_by_name(freeze, changed, refusal):
    with pytest.raises(refusal):
        freeze(**changed)

    assert not FrozenScenarioRow.objects.exists()


def test_only_who_leads_freezes(freeze, officer):
    with pytest.raises(NotAllowed):
        freeze(actor=officer)


def test_a_proposal_nobody_made_is_unknown(db):
    with pytest.raises(FrozenUnknown):
        queries.get_frozen_scenario(scenario_id=new_id())
