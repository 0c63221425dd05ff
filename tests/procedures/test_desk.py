"""What a desk asks of the procedures at once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tinhso.kernel.errors import Invalid, NotFound
from tinhso.procedures import actions, queries
from tinhso.procedures.models import DossierRow
from tinhso.procedures.queries.desks import wanted_rows
from tinhso.procedures.types import (
    Channel,
    ClockColor,
    DeskFilter,
    DossierClaimedByOther,
    NewDayTooFar,
)


@pytest.fixture
def submit(citizen, ward, answers, now):
    def do(*, at=now):
        return actions.submit_dossier(
            procedure_code="1.001193",
            organization_id=ward.id,
            channel=Channel.ONLINE,
            answers=answers,
            key=str(uuid4()),
            actor=citizen,
            at=at,
        )

    return do


def test_an_inbox_counts_what_it_lists(submit, clerk, officer, now):
    late, fresh = submit(at=now - timedelta(days=5)), submit()

    inbox = queries.inbox(actor=clerk, at=now, wanted=DeskFilter(role="own"))
    red = queries.inbox(actor=clerk, at=now, wanted=DeskFilter(role="own", color="red"))
    empty = queries.inbox(actor=officer, at=now, wanted=DeskFilter(role="own"))

    assert [item.code for item in inbox.items] == [late.code, fresh.code]
    assert inbox.counts == {"green": 1, "amber": 0, "red": 1, "grey": 0}
    assert [item.code for item in red.items] == [late.code]
    assert red.counts == inbox.counts
    assert empty.items == ()
    assert sum(empty.counts.values()) == 0
    assert inbox.items[0].role == "clerk"


@pytest.mark.parametrize("color", list(ClockColor))
def test_a_list_and_its_workbook_agree_on_colors(submit, clerk, now, color):
    dossiers = [submit(at=now - timedelta(hours=10 * n)) for n in range(16)]
    DossierRow.objects.filter(pk=dossiers[1].id).update(stopped_at=now)
    DossierRow.objects.filter(pk=dossiers[2].id).update(resolved_at=now)
    wanted, at = DeskFilter(color=color.value), now + timedelta(hours=6)

    listed = queries.inbox(actor=clerk, at=at, wanted=wanted)
    narrowed = wanted_rows(clerk, wanted, at).order_by("due_at", "id")

    assert [item.code for item in listed.items] == [row.code for row in narrowed]
    assert listed.counts[color] == len(listed.items) > 0


def test_a_place_in_no_list_is_refused(clerk, now):
    with pytest.raises(Invalid):
        queries.inbox(actor=clerk, at=now, after="2026|x")


def test_the_search_forgives_diacritics_and_keeps_to_the_desk(
    submit, clerk, sign_in, now
):
    dossier = submit()
    other = sign_in("Triệu Thị Sen")

    def found(text, actor=clerk):
        lines = queries.search_desk(actor=actor, at=now, text=text)
        return [line.code for line in lines]

    assert found("nguyen thi hoa") == [dossier.code]
    assert found(dossier.code[-4:]) == [dossier.code]
    assert found("") == []
    assert found("nguyen", other) == []


def test_the_leaders_of_the_unit_may_sign(submit, now):
    signers = queries.possible_signers(dossier=submit(), on=now.date())

    names = [post.person.full_name for post in signers]
    assert names == ["Bùi Quang Hải", "Phan Đức Long"]


def test_a_result_is_read_by_its_desk_only(
    submit, clerk, officer, leader, sign_in, now
):
    dossier = submit()
    with pytest.raises(NotFound):
        queries.read_result(dossier_id=dossier.id, actor=clerk)

    common = {"dossier_id": dossier.id, "at": now}
    dossier = actions.take_action(
        action_key="receive", revision=dossier.revision, actor=clerk, **common
    )
    actions.take_action(
        action_key="draft_result",
        revision=dossier.revision,
        actor=officer,
        data={
            "child_number": "022326999001",
            "register_book": "01/2026",
            "signer": str(leader.person_id),
        },
        **common,
    )

    title, pdf = queries.read_result(dossier_id=dossier.id, actor=clerk)
    assert title == "Giấy khai sinh"
    assert pdf.startswith(b"%PDF")
    with pytest.raises(NotFound):
        queries.read_result(dossier_id=dossier.id, actor=sign_in("Triệu Thị Sen"))


def test_of_several_claims_each_succeeds_or_is_refused(submit, clerk, now):
    free, taken = submit(), submit()
    colleague = type(clerk)(
        kind=clerk.kind, id=uuid4(), name="Người khác", duties=clerk.duties
    )
    actions.claim_task(dossier_id=taken.id, actor=colleague, at=now)

    ids = [free.id, taken.id, free.id, uuid4()]
    outcome = actions.claim_tasks(dossier_ids=ids, actor=clerk, at=now)

    assert outcome.done == (free.code,)
    kinds = [type(refusal) for refusal in outcome.refused]
    assert kinds == [DossierClaimedByOther, NotFound]


def test_a_new_day_beyond_the_calendar_is_refused(submit, clerk, officer, now):
    dossier = submit()

    with pytest.raises(NewDayTooFar):
        actions.extend_deadline(
            dossier_id=dossier.id,
            reason="Cần xác minh.",
            new_day=date(2150, 1, 1),
            actor=officer,
            at=now,
        )


def test_a_dossier_knows_where_its_answers_came_from(
    citizen, ward, answers, picture, now
):
    common = {"actor": citizen, "at": now}
    draft = actions.start_draft(procedure_code="1.001193", **common)
    common["draft_id"] = draft.id
    actions.choose_unit(organization_id=ward.id, **common)
    form = draft.procedure.form
    states = queries.form_pages(form=form, answers=answers, on=now.date())
    for page in [page for state in states for page in state.pages]:
        typed = {key: value for key, value in answers.items() if key != "birth_proof"}
        if page.key != "birth_proof":
            actions.save_page(page_key=page.key, typed=typed, **common)
    actions.attach_file(
        field_key="birth_proof", content=picture(), name="a.png", **common
    )

    dossier = actions.submit_draft(key="k", **common)

    assert dossier.sources["requester_number"] == "person"
    assert "child_name" not in dossier.sources
