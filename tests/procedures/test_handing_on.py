"""Handing on: many at once, back again, to a colleague; and what was before."""

from datetime import timedelta

import pytest

from tests.web.test_desk import ENTRY
from tinhso.kernel.errors import NotAllowed, NotFound
from tinhso.procedures import actions, queries
from tinhso.procedures.types import DossierMovedOn, NothingToRecall, Seen


@pytest.fixture
def ready(submit, act, clerk, officer, leader):
    """A dossier whose draft waits to be handed to the leader."""

    def do():
        dossier = act(submit(), "receive", clerk)
        data = {**ENTRY, "signer": str(leader.person_id)}
        return act(dossier, "draft_result", officer, data=data)

    return do


def seen(*dossiers):
    return [Seen(one.id, one.revision) for one in dossiers]


def test_several_dossiers_are_handed_on_as_they_were_seen(submit, act, clerk, now):
    first, second = submit(), submit()
    offered = queries.forwardable(dossier_ids=[first.id, second.id], actor=clerk)
    listed = seen(first, second)
    act(second, "receive", clerk)

    outcome = actions.advance_dossiers(
        seen=listed, action_key="receive", actor=clerk, at=now
    )

    assert [a.key for a in offered[first.id]] == ["receive"]
    assert outcome.done == (first.code,)
    assert [type(one) for one in outcome.refused] == [DossierMovedOn]


def test_what_needs_more_or_signs_is_not_handed_on_in_batches(
    ready, officer, leader, act
):
    dossier = ready()
    offered = queries.forwardable(dossier_ids=[dossier.id], actor=officer)
    act(dossier, "submit_for_signing", officer)
    of_leader = queries.forwardable(dossier_ids=[dossier.id], actor=leader)

    assert [a.key for a in offered[dossier.id]] == ["submit_for_signing"]
    assert of_leader[dossier.id] == ()


def test_a_step_handed_on_by_mistake_comes_back_to_who_had_it(ready, act, officer, now):
    dossier = ready()
    handed = act(dossier, "submit_for_signing", officer)

    back = actions.recall_dossier(
        dossier_id=handed.id, actor=officer, at=now + timedelta(minutes=20)
    )

    assert (back.step.key, back.status) == (dossier.step.key, dossier.status)
    assert back.task.assignee_id == officer.id
    assert back.clock.due_at == dossier.clock.due_at
    assert [move.action for move in back.moves[-2:]] == ["submit_for_signing", "recall"]
    again = act(back, "submit_for_signing", officer, minutes=25)
    assert again.step.key == "signing"


def test_only_ones_own_fresh_plain_step_comes_back(
    submit, ready, act, clerk, officer, leader, now
):
    received = act(submit(), "receive", clerk)  # receiving tells the citizen
    handed = act(ready(), "submit_for_signing", officer)

    def recall(dossier, actor, minutes=20):
        actions.recall_dossier(
            dossier_id=dossier.id, actor=actor, at=now + timedelta(minutes=minutes)
        )

    for dossier, actor, minutes in (
        (received, clerk, 20),
        (handed, leader, 20),
        (handed, officer, 45),
    ):
        with pytest.raises(NothingToRecall):
            recall(dossier, actor, minutes)
    actions.claim_task(dossier_id=handed.id, actor=leader, at=now)
    with pytest.raises(NothingToRecall):
        recall(handed, officer)


def test_who_has_a_dossier_in_hand_passes_it_on(submit, clerk, officer, act, now):
    dossier = act(submit(), "receive", clerk)
    common = {"person_id": officer.person_id, "actor": officer, "at": now}
    outcome = actions.assign_tasks(dossier_ids=[dossier.id], **common)
    assert [type(one) for one in outcome.refused] == [NotAllowed]

    actions.claim_task(dossier_id=dossier.id, actor=officer, at=now)
    outcome = actions.assign_tasks(dossier_ids=[dossier.id], **common)

    assert outcome.done == (dossier.code,)


def test_what_was_answered_before_a_supplement_stays_readable(
    submit, act, clerk, citizen, sign_in, now
):
    dossier = submit()
    asked = act(dossier, "ask_supplement", clerk, reasons={"child_name": "Sai dấu."})
    act(asked, "supply", citizen, minutes=30, data={"child_name": "Nguyễn Minh Khôi"})

    first, second = queries.answers_versions(dossier_id=dossier.id, actor=clerk, at=now)

    assert first.answers == dossier.answers
    assert second.answers["child_name"] == "Nguyễn Minh Khôi"
    assert (first.until, second.until) == (second.since, None)
    with pytest.raises(NotFound):
        queries.answers_versions(
            dossier_id=dossier.id, actor=sign_in("Triệu Thị Sen"), at=now
        )
