"""Whose turn it is at the desk: signing is asked about, others' work is not offered."""

import re
from dataclasses import replace

import pytest
from django.urls import reverse

from tests.web.test_citizen import words
from tests.web.test_desk import ENTRY, decide, fresh
from tinhso.procedures import actions, queries
from tinhso.procedures.types import DeskFilter, Status

pytestmark = pytest.mark.usefixtures("built", "desk_clock")


@pytest.fixture
def other_leader(sign_in):
    return sign_in("Phan Đức Long")


@pytest.fixture
def to_sign(clerk, officer, now):
    """Bring a dossier to where a leader signs it."""

    def do(found, signer):
        data = {**ENTRY, "signer": str(signer.person_id)}
        way = [
            (clerk, "receive", {}),
            (officer, "draft_result", {"data": data}),
            (officer, "submit_for_signing", {}),
        ]
        for actor, action, more in way:
            found = actions.take_action(
                dossier_id=found.id,
                action_key=action,
                revision=found.revision,
                actor=actor,
                at=now,
                **more,
            )
        return found

    return do


def page_of(client, found):
    return words(client.get(reverse("desk_dossier", args=[found.id])))


def test_signing_shows_first_what_will_be_signed_and_in_whose_name(
    visit,
    dossier,
    leader,
    to_sign,
    now,
):
    found = to_sign(dossier, leader)
    client = visit(leader)
    address = reverse("desk_act", args=[found.id, "sign"])

    assert f'href="{address}"' in page_of(client, found)
    assert f'action="{address}"' not in page_of(client, found)
    asked = words(client.get(address))
    for shown in (found.code, "Giấy khai sinh", "Bùi Quang Hải", "ket-qua.pdf"):
        assert shown in asked
    assert "Quay lại" in asked
    assert fresh(found, leader, now).step.key == "signing"

    assert decide(client, found, "sign").status_code == 302
    assert fresh(found, leader, now).step.key == "sealing"


def test_the_agencys_seal_is_asked_about_too(
    visit,
    dossier,
    leader,
    registrar,
    to_sign,
):
    found = to_sign(dossier, leader)
    decide(visit(leader), found, "sign")
    address = reverse("desk_act", args=[found.id, "seal"])

    assert f'action="{address}"' not in page_of(visit(registrar), found)
    asked = words(visit(registrar).get(address))

    assert "Đóng dấu số của" in asked
    assert "Ủy ban nhân dân phường Hạ Long" in asked


def test_the_signing_queue_names_the_signer_and_puts_ones_own_first(
    visit,
    submit,
    leader,
    other_leader,
    to_sign,
):
    theirs, mine = to_sign(submit(), other_leader), to_sign(submit(), leader)

    queue = words(visit(leader).get("/lam-viec/ky-so"))

    assert queue.index(mine.code) < queue.index(theirs.code)
    assert "Lãnh đạo Phan Đức Long" in queue
    assert reverse("desk_act", args=[mine.id, "sign"]) in queue
    assert reverse("desk_act", args=[theirs.id, "sign"]) not in queue
    assert f'value="{theirs.id}"' not in queue


def test_the_signing_queue_goes_on_where_it_stopped(
    submit,
    leader,
    other_leader,
    to_sign,
    now,
    monkeypatch,
):
    monkeypatch.setattr("tinhso.procedures.queries.desk_list.PAGE_SIZE", 1)
    made = [to_sign(submit(), who) for who in (other_leader, leader, other_leader)]
    codes, after = [], None
    for _ in made:
        page = queries.inbox(
            actor=leader, at=now, wanted=DeskFilter(role="leader"), after=after
        )
        codes += [item.code for item in page.items]
        after = page.next_after

    assert codes == [made[1].code, made[0].code, made[2].code]
    assert after is None


def test_another_leaders_paper_is_not_offered_and_the_page_says_whose_it_is(
    visit,
    dossier,
    leader,
    other_leader,
    to_sign,
):
    found = to_sign(dossier, other_leader)
    client = visit(leader)

    page = page_of(client, found)
    address = reverse("desk_act", args=[found.id, "sign"])

    assert address not in page
    assert "Dự thảo này do Phan Đức Long ký." in page
    assert client.get(address).status_code == 409


def test_who_drafted_is_not_offered_to_sign_and_reads_why(
    visit,
    dossier,
    leader,
    officer,
    clerk,
    now,
):
    both = replace(leader, duties=leader.duties + officer.duties)
    data = {**ENTRY, "signer": str(leader.person_id)}
    way = [(clerk, "receive", {}), (both, "draft_result", {"data": data})]
    found = dossier
    for actor, action, more in [*way, (both, "submit_for_signing", {})]:
        found = actions.take_action(
            dossier_id=found.id,
            action_key=action,
            revision=found.revision,
            actor=actor,
            at=now,
            **more,
        )
    client = visit(leader)

    page = page_of(client, found)

    assert "thao-tac/sign" not in page
    assert "Bạn đã làm bước “Dự thảo kết quả” của hồ sơ này" in page
    assert "thao-tac/send_back" in page
    assert decide(client, found, "sign").status_code == 409
    assert fresh(found, leader, now).status is Status.IN_PROGRESS


def test_who_has_no_task_reads_whose_turn_it_is(
    visit,
    dossier,
    officer,
    leader,
    to_sign,
):
    found = to_sign(dossier, leader)

    page = page_of(visit(officer), found)

    assert "Đang chờ: Lãnh đạo ký" in page
    assert "Lãnh đạo Bùi Quang Hải" in page
    assert "Việc cần làm" not in page


def test_claiming_is_not_taken_for_receiving_and_a_fee_of_nothing_is_said_in_words(
    visit,
    dossier,
    clerk,
):
    page = page_of(visit(clerk), dossier)

    assert "Tiếp nhận hồ sơ" in page
    assert "Tôi làm hồ sơ này" in page
    assert "Nhận hồ sơ về mình" not in page
    assert "Không thu" in page
    assert "0 ₫" not in page


def test_lateness_is_told_in_the_unit_of_the_time_left(
    visit,
    submit,
    clerk,
    now,
):
    submit(at=now.replace(day=10))

    late = words(visit(clerk).get("/lam-viec?mau=red"))

    assert re.search(r"Quá hạn \d+ ngày[^<]* làm việc", late)
