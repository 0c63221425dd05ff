"""Filters of the desk: what they find, and those kept under a name."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tinhso.kernel.errors import NotAllowed, NotFound
from tinhso.procedures import actions, queries
from tinhso.procedures.actions.desk_views import MOST_VIEWS
from tinhso.procedures.types import DeskFilter, TooManyViews, ViewNameMissing


@pytest.fixture
def head(sign_in):
    return sign_in("Đặng Thị Hạnh")


def codes(actor, now, **wanted):
    page = queries.inbox(actor=actor, at=now, wanted=DeskFilter(**wanted))
    return [item.code for item in page.items]


def test_a_filter_finds_by_procedure_day_and_colleague(submit, clerk, head, now):
    late, fresh = submit(at=now - timedelta(days=5)), submit()
    actions.claim_task(dossier_id=fresh.id, actor=clerk, at=now)
    due = fresh.clock.due_at.date()

    assert codes(head, now, procedure="1.001193") == [late.code, fresh.code]
    assert codes(head, now, procedure="1.004873") == []
    assert codes(head, now, due_from=due, due_to=due) == [fresh.code]
    assert codes(head, now, due_to=due - timedelta(1)) == [late.code]
    assert codes(head, now, assignee_id=clerk.id) == [fresh.code]


def test_a_kept_filter_comes_back_as_it_was_and_the_same_name_replaces_it(clerk, now):
    wanted = DeskFilter(
        role="clerk", text="hoa", due_to=now.date(), assignee_id=clerk.id
    )
    common = {"share_with": None, "actor": clerk, "at": now}

    actions.keep_view(name="  Của  Hoa ", wanted=wanted, **common)
    (kept,) = queries.views_of(actor=clerk)
    actions.keep_view(name="Của Hoa", wanted=DeskFilter(color="red"), **common)
    (replaced,) = queries.views_of(actor=clerk)

    assert (kept.name, kept.wanted, kept.is_own) == ("Của Hoa", wanted, True)
    assert replaced.wanted == DeskFilter(color="red")


def test_heads_share_filters_with_their_unit_alone(
    clerk, officer, head, sign_in, ward, now
):
    elsewhere = sign_in("Triệu Thị Sen")
    wanted = DeskFilter(color="red")
    actions.keep_view(
        name="Quá hạn", wanted=wanted, share_with=ward.id, actor=head, at=now
    )

    (shared,) = queries.views_of(actor=officer)
    assert (shared.name, shared.is_own) == ("Quá hạn", False)
    assert queries.views_of(actor=elsewhere) == ()
    with pytest.raises(NotAllowed):
        actions.keep_view(
            name="X", wanted=wanted, share_with=ward.id, actor=clerk, at=now
        )
    with pytest.raises(NotFound):
        actions.drop_view(view_id=shared.id, actor=officer, at=now)

    actions.drop_view(view_id=shared.id, actor=head, at=now)
    assert queries.views_of(actor=officer) == ()


def test_a_filter_needs_a_name_and_there_is_an_end_to_them(clerk, now):
    common = {"wanted": DeskFilter(), "share_with": None, "actor": clerk, "at": now}
    for name in ("", " \u200b ", "x" * 61):
        with pytest.raises(ViewNameMissing):
            actions.keep_view(name=name, **common)
    for _ in range(MOST_VIEWS):
        actions.keep_view(name=str(uuid4()), **common)

    with pytest.raises(TooManyViews):
        actions.keep_view(name="Thêm một", **common)


def test_citizens_keep_no_filters(citizen, now):
    with pytest.raises(NotAllowed):
        actions.keep_view(
            name="X", wanted=DeskFilter(), share_with=None, actor=citizen, at=now
        )
