"""Somebody is absent: a colleague does their work, and the record says for whom."""

from datetime import timedelta

import pytest

from tests.web.test_desk import ENTRY
from tinhso.kernel.errors import NotAllowed
from tinhso.people.models import PostRow
from tinhso.procedures import actions, queries
from tinhso.procedures.types import (
    AnotherSignerNamed,
    DeskFilter,
    NothingToSign,
)
from tinhso.security import actions as security
from tinhso.security import queries as accounts
from tinhso.security.types import (
    AlreadyCovered,
    CoverDaysWrong,
    CoverImpossible,
    CoverReasonMissing,
    CoverUnknown,
)


@pytest.fixture
def head(sign_in):
    return sign_in("Đặng Thị Hạnh")


@pytest.fixture
def chairman(sign_in):
    return sign_in("Phan Đức Long")


@pytest.fixture
def cover(ward, now):
    """Arrange a cover; answer the substitute as the next request knows them."""

    def do(absent, substitute, *, by=None, first=0, last=2, reason="Nghỉ phép"):
        security.arrange_cover(
            absent_id=absent.person_id,
            substitute_id=substitute.person_id,
            organization_id=ward.id,
            first_day=now.date() + timedelta(first),
            last_day=now.date() + timedelta(last),
            reason=reason,
            actor=by or absent,
            at=now,
        )
        return accounts.actor_of(account_id=substitute.id, at=now)

    return do


@pytest.fixture
def drafted(submit, act, clerk, officer):
    def do(signer):
        dossier = act(submit(), "receive", clerk)
        data = {**ENTRY, "signer": str(signer.person_id)}
        dossier = act(dossier, "draft_result", officer, data=data)
        return act(dossier, "submit_for_signing", officer)

    return do


def test_a_substitute_does_the_work_and_the_timeline_says_for_whom(
    submit, act, cover, clerk, officer, now
):
    dossier = submit()
    actions.claim_task(dossier_id=dossier.id, actor=clerk, at=now)
    with pytest.raises(NotAllowed):
        actions.claim_task(dossier_id=dossier.id, actor=officer, at=now)

    substitute = cover(clerk, officer)
    mine = queries.inbox(actor=substitute, at=now, wanted=DeskFilter(role="own"))
    received = act(dossier, "receive", substitute)

    assert dossier.code in [item.code for item in mine.items]
    last = received.moves[-1]
    assert last.actor_id == officer.id
    assert last.actor_name == "Hoàng Văn Nam (làm thay Vũ Thị Lan)"


def test_a_cover_holds_for_its_days_alone_and_ends_at_once_when_ended(
    cover, clerk, officer, ward, now
):
    substitute = cover(clerk, officer, first=1, last=2)

    def holds(days):
        actor = accounts.actor_of(account_id=officer.id, at=now + timedelta(days))
        return actor.holds("clerk", at=ward.id)

    assert not substitute.holds("clerk")
    assert [holds(days) for days in (0, 1, 2, 3)] == [False, True, True, False]
    common = {
        "absent_id": clerk.person_id,
        "substitute_id": officer.person_id,
        "organization_id": ward.id,
        "first_day": now.date() + timedelta(1),
        "actor": clerk,
        "at": now,
    }
    security.end_cover(**common)
    assert not holds(1)
    with pytest.raises(CoverUnknown):
        security.end_cover(**common)


def test_heads_arrange_covers_for_their_people_and_nobody_for_others(
    cover, clerk, officer, head, sign_in
):
    with pytest.raises(NotAllowed):
        cover(clerk, officer, by=officer)
    with pytest.raises(NotAllowed):
        cover(clerk, officer, by=sign_in("Triệu Thị Sen"))

    assert cover(clerk, officer, by=head).holds("clerk")


def test_a_cover_is_refused_by_name(cover, clerk, officer, leader, sign_in):
    elsewhere = sign_in("Triệu Thị Sen")
    for absent, substitute in (
        (clerk, clerk),
        (clerk, elsewhere),
        (leader, officer),  # who signs in a leader's stead must be one
    ):
        with pytest.raises(CoverImpossible):
            cover(absent, substitute)
    for days in ({"first": -1}, {"first": 2, "last": 1}, {"last": 400}):
        with pytest.raises(CoverDaysWrong):
            cover(clerk, officer, **days)
    with pytest.raises(CoverReasonMissing):
        cover(clerk, officer, reason=" ")
    cover(clerk, officer)
    with pytest.raises(AlreadyCovered):
        cover(clerk, officer, first=2, last=5)


def test_a_leader_signs_in_anothers_stead_with_their_own_name(
    cover, drafted, act, leader, chairman, now
):
    dossier = drafted(leader)
    with pytest.raises(NothingToSign):
        actions.sign_instead(
            dossier_id=dossier.id, revision=dossier.revision, actor=chairman, at=now
        )
    substitute = cover(leader, chairman)
    with pytest.raises(AnotherSignerNamed):
        act(dossier, "sign", substitute)

    taken = actions.sign_instead(
        dossier_id=dossier.id, revision=dossier.revision, actor=substitute, at=now
    )
    signed = act(taken, "sign", substitute)

    assert taken.result_data["signer"]["name"] == "Phan Đức Long"
    assert taken.result_document_id != dossier.result_document_id
    assert taken.moves[-1].note == "Bùi Quang Hải"
    assert signed.step.key == "sealing"


def test_who_stands_in_for_the_registrar_seals_for_the_agency(
    cover, drafted, act, leader, clerk, registrar
):
    signed = act(drafted(leader), "sign", leader)
    substitute = cover(registrar, clerk)

    sealed = act(signed, "seal", substitute)

    assert sealed.step.key == "returning"
    assert sealed.moves[-1].actor_name == "Vũ Thị Lan (làm thay Ngô Thị Thu)"


def test_a_cover_ends_with_the_post_it_covers(cover, clerk, officer, now):
    assert cover(clerk, officer).holds("clerk")

    PostRow.objects.filter(person_id=clerk.person_id).update(valid_to=now.date())

    assert not accounts.actor_of(account_id=officer.id, at=now).holds("clerk")
