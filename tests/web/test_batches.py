"""One deed on many dossiers: shown first, then done, each for itself, then undone."""

import pytest
from django.urls import reverse

from tests.web.test_desk import ENTRY, text_of  # noqa: F401
from tests.web.test_desk_browser import SMALL_TARGETS, faults
from tinhso.procedures import actions, queries

pytestmark = pytest.mark.usefixtures("built", "desk_clock")


@pytest.fixture
def to_sign(submit, clerk, officer, leader, now):
    """Make a dossier that waits for the signature of the deputy chairman."""
    count = 0

    def make():
        nonlocal count
        count += 1
        entry = {
            "child_number": f"02232699900{count}",
            "register_book": "01/2026",
            "signer": str(leader.person_id),
        }
        dossier = submit()
        for action, actor, data in (
            ("receive", clerk, {}),
            ("draft_result", officer, entry),
            ("submit_for_signing", officer, {}),
        ):
            dossier = actions.take_action(
                dossier_id=dossier.id,
                action_key=action,
                revision=dossier.revision,
                data=data,
                actor=actor,
                at=now,
            )
        return dossier

    return make


def fresh(dossier, actor, now):
    return queries.get_dossier(dossier_id=dossier.id, actor=actor, at=now)


def test_a_leader_sees_all_drafts_then_signs_them_at_once(visit, leader, to_sign, now):
    first, second = to_sign(), to_sign()
    client = visit(leader)
    assert "Ký các hồ sơ đã chọn" in text_of(client.get(reverse("desk_signing")))
    chosen = {"deed": "sign", "selected": [str(first.id), str(second.id)]}

    preview = text_of(client.post(reverse("desk_batch"), chosen))
    assert first.code in preview
    assert reverse("desk_result", args=[second.id]) in preview
    assert fresh(first, leader, now).step.key == "signing"

    revisions = {f"revision-{one.id}": one.revision for one in (first, second)}
    done = client.post(reverse("desk_batch_do"), {**chosen, **revisions})
    assert first.code in text_of(done)
    assert {fresh(one, leader, now).step.key for one in (first, second)} == {"sealing"}


def test_what_changed_since_it_was_shown_stays_unsigned(visit, leader, to_sign, now):
    kept, changed = to_sign(), to_sign()
    actions.take_action(
        dossier_id=changed.id,
        action_key="send_back",
        revision=changed.revision,
        note="Sai ngày sinh.",
        actor=leader,
        at=now,
    )
    chosen = {"deed": "sign", "selected": [str(kept.id), str(changed.id)]}
    revisions = {f"revision-{one.id}": one.revision for one in (kept, changed)}

    answer = text_of(
        visit(leader).post(reverse("desk_batch_do"), {**chosen, **revisions})
    )

    assert kept.code in answer
    assert "Chưa làm được" in answer
    assert fresh(kept, leader, now).step.key == "sealing"
    assert fresh(changed, leader, now).step.key == "assess"


def test_another_leaders_dossier_is_left_out_of_the_preview(
    visit, sign_in, leader, to_sign
):
    theirs = to_sign()
    chosen = {"deed": "sign", "selected": [str(theirs.id)]}

    page = text_of(visit(sign_in("Phan Đức Long")).post(reverse("desk_batch"), chosen))

    assert "Không thuộc lượt của bạn" in page
    assert 'name="selected"' not in page


def test_a_head_assigns_and_takes_back(visit, head, officer, clerk, submit, now):
    dossier = submit()
    client = visit(head)
    chosen = {"deed": "assign", "selected": [str(dossier.id)]}
    assert "Vũ Thị Lan" in text_of(client.post(reverse("desk_batch"), chosen))

    given = {**chosen, "colleague": str(clerk.person_id)}
    done = text_of(client.post(reverse("desk_batch_do"), given))
    assert "Thu lại" in done
    assert fresh(dossier, head, now).task.assignee_name == "Vũ Thị Lan"

    client.post(reverse("desk_batch_undo"), {"selected": [str(dossier.id)]})
    assert fresh(dossier, head, now).task.assignee_name == ""


def test_who_may_not_do_the_task_is_not_given_it(visit, head, officer, submit, now):
    dossier = submit()
    given = {
        "deed": "assign",
        "selected": [str(dossier.id)],
        "colleague": str(officer.person_id),
    }

    answer = text_of(visit(head).post(reverse("desk_batch_do"), given))

    assert "không giữ vị trí" in answer
    assert fresh(dossier, head, now).task.assignee_id is None


def test_a_case_officer_assigns_nothing(visit, officer, clerk, submit, now):
    dossier = submit()
    given = {
        "deed": "assign",
        "selected": [str(dossier.id)],
        "colleague": str(clerk.person_id),
    }

    visit(officer).post(reverse("desk_batch_do"), given)

    assert fresh(dossier, officer, now).task.assignee_id is None


@pytest.mark.parametrize("given", [{}, {"selected": ["x", "00"]}, {"deed": "burn"}])
def test_a_choice_of_nothing_is_told_so(visit, leader, given):
    assert "Không có hồ sơ nào" in text_of(
        visit(leader).post(reverse("desk_batch"), given)
    )


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_a_leader_signs_many_by_keyboard(server, open_as, leader, to_sign, width):
    to_sign(), to_sign()
    page = open_as(leader, width=width)
    page.goto(server + reverse("desk_signing"))
    for box in page.get_by_role("checkbox", name="Chọn H49").all():
        box.focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Ký các hồ sơ đã chọn").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/lam-viec/chon")
    assert faults(page) == []
    assert page.evaluate(SMALL_TARGETS) == []

    page.get_by_role("button", name="Ký các hồ sơ đã chọn").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/lam-viec/chon/lam")
    assert faults(page) == []
    assert page.get_by_role("heading", name="Đã ký").is_visible()
