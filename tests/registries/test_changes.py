"""What is handed in is checked, decided by another, and written without overwriting."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.registries.conftest import SCHOOL, TODAY, school
from tinhso.kernel.actor import ANONYMOUS, SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.events.models import OutboxEvent
from tinhso.registries import actions, queries
from tinhso.registries.models import ChangeRow, LineRow, VersionRow
from tinhso.registries.types import (
    ChangeEmpty,
    ChangeHasFaults,
    ChangeMovedOn,
    ChangeState,
    ChangeUnknown,
    OwnChange,
    ReasonMissing,
    RecordMovedOn,
    RecordUnknown,
    SourceMissing,
)

LATER = timedelta(days=1)


def approve(change, actor, at):
    return actions.approve_change(change_id=change.id, actor=actor, at=at)


def test_a_change_is_written_once_another_has_approved_it(propose, approver, read, now):
    change = propose(school())
    with pytest.raises(RecordUnknown):
        read()

    done = approve(change, approver, now + LATER)

    assert (done.state, done.count_added) == (ChangeState.APPLIED, 1)
    found = read()
    assert found.values == SCHOOL
    assert (found.valid_from, found.recorded_at) == (TODAY, now + LATER)
    assert found.change_id == change.id


def test_who_proposed_a_change_does_not_approve_it(propose, keeper, leader, now):
    change = propose(school())

    with pytest.raises(NotAllowed):
        approve(change, keeper, now)
    with pytest.raises(NotAllowed):
        approve(change, leader, now)


def test_a_head_who_proposed_leaves_the_approval_to_another(approver, content, now):
    with pytest.raises(NotAllowed):
        actions.draft_change(
            key="schools", lines=[], source="x", on=TODAY, actor=approver, at=now
        )


def test_the_database_knows_who_proposed_too(propose, keeper, now):
    change = propose(school())

    from_behind = {"state": "applied", "decider_id": keeper.id}
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeRow.objects.filter(pk=change.id).update(**from_behind)


def test_what_was_known_before_is_still_told(load, read, now):
    load(school(pupils=300), at=now - 10 * LATER)

    load(school(pupils=320), on=date(2026, 1, 1), at=now)

    assert read().values["pupils"] == 320
    assert read(on=date(2025, 12, 31)).values["pupils"] == 300
    assert read(known_at=now - LATER).values["pupils"] == 300
    with pytest.raises(RecordUnknown):
        read(known_at=now - 11 * LATER)


def test_a_correction_of_the_past_leaves_the_present(load, read):
    load(school(pupils=300), school(2, pupils=320, first=date(2026, 1, 1)))

    load(school(pupils=310, first=date(2025, 9, 1), until=date(2025, 12, 1)))

    days = [date(2025, 8, 1), date(2025, 10, 1), date(2025, 12, 15), TODAY]
    assert [read(on=day).values["pupils"] for day in days] == [300, 310, 300, 320]


def test_a_thing_that_ended_is_no_more_from_that_day(load, read):
    load(school())

    done = load(school(ends=True, first=date(2026, 3, 1)))

    assert done.count_ended == 1
    assert read(on=date(2026, 2, 28)).valid_to == date(2026, 3, 1)
    with pytest.raises(RecordUnknown):
        read()


def test_what_is_there_already_changes_nothing(load, propose):
    load(school())

    assert load(school()).count_same == 1
    with pytest.raises(ChangeEmpty):
        propose(school(first=date(2025, 7, 1)))
    assert VersionRow.objects.count() == 1


def test_on_one_day_a_register_says_one_thing(load):
    load(school())
    row = VersionRow.objects.get()

    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        VersionRow.objects.create(
            record=row.record,
            register=row.register,
            values=row.values,
            label=row.label,
            folded=row.folded,
            valid_from=TODAY,
            recorded_at=row.recorded_at,
            change=row.change,
        )


def test_wrong_lines_are_kept_with_their_reasons(load):
    done = load(
        school(1, code="T1"),
        school(2, code="T2", stage="university"),
        school(3, code="T3", pupils=-1),
        school(4, code="T1"),
    )

    assert (done.count_added, done.faults) == (1, 3)
    rows = LineRow.objects.order_by("number")
    assert [(row.number, row.faults[0][0]) for row in rows] == [
        (2, "stage"),
        (3, "pupils"),
        (4, "code"),
    ]
    assert rows[0].values["stage"] == "university"


def test_a_change_with_wrong_lines_waits_unless_they_stay_behind(
    propose, keeper, approver, read, now
):
    wrong = school(2, code="T002", stage="university")
    with pytest.raises(ChangeHasFaults):
        propose(school(), wrong)

    change = propose(school(), wrong, without_wrong=True)
    approve(change, approver, now)

    assert read().values == SCHOOL
    left = queries.lines(change_id=change.id, on=TODAY, actor=keeper)
    assert [line.identifier for line in left] == ["T002"]
    assert str(left[0].faults[0].reason) == (
        "Giá trị không có trong danh sách được chọn."
    )


def test_a_record_that_moved_on_stops_the_change_as_a_whole(
    load, propose, approver, read, now
):
    load(school(), at=now - LATER)
    change = propose(school(pupils=400), school(2, code="T002"))
    load(school(pupils=350), on=TODAY, at=now)

    with pytest.raises(RecordMovedOn):
        approve(change, approver, now + LATER)

    assert read().values["pupils"] == 350
    with pytest.raises(RecordUnknown):
        read("T002")


def test_a_rejection_says_why_and_writes_nothing(propose, approver, read, now):
    change = propose(school())
    with pytest.raises(ReasonMissing):
        actions.reject_change(change_id=change.id, reason=" ", actor=approver, at=now)

    done = actions.reject_change(
        change_id=change.id, reason="Sai mã trường", actor=approver, at=now
    )

    assert (done.state, done.reason) == (ChangeState.REJECTED, "Sai mã trường")
    with pytest.raises(ChangeMovedOn):
        approve(change, approver, now)


def test_a_change_can_be_taken_back(propose, keeper, approver, now):
    change = propose(school())

    actions.withdraw_change(change_id=change.id, actor=keeper, at=now)

    with pytest.raises(ChangeMovedOn):
        approve(change, approver, now)


def test_strangers_see_no_changes(propose, citizen, officer):
    change = propose(school())

    for stranger in (ANONYMOUS, citizen, officer):
        assert queries.changes(key="schools", on=TODAY, actor=stranger) == ()
        with pytest.raises(ChangeUnknown):
            queries.get_change(change_id=change.id, on=TODAY, actor=stranger)


def test_only_who_keeps_a_register_changes_it(content, officer, citizen, now):
    for stranger in (ANONYMOUS, citizen, officer):
        with pytest.raises(NotAllowed):
            actions.draft_change(
                key="schools",
                lines=[school()],
                source="x",
                on=TODAY,
                actor=stranger,
                at=now,
            )


def test_records_say_where_they_come_from(keeper, now):
    with pytest.raises(SourceMissing):
        actions.draft_change(
            key="schools",
            lines=[school()],
            source="  ",
            on=TODAY,
            actor=keeper,
            at=now,
        )


def test_what_was_done_stands_in_the_journal_and_is_told(load):
    change = load(school())

    entry = JournalEntry.objects.get(deed="registries.apply_change")
    event = OutboxEvent.objects.get(name="registries.RecordsChanged")
    assert entry.subject_id == event.subject_id == change.id
    assert event.body["added"] == 1


def test_what_made_up_people_change_is_flagged(propose, approver, read, now):
    approve(propose(school()), approver, now)

    assert read().is_synthetic


def test_approvers_find_what_waits_for_them(propose, keeper, approver):
    change = propose(school())

    assert [c.id for c in queries.to_decide(on=TODAY, actor=approver)] == [change.id]
    assert queries.to_decide(on=TODAY, actor=keeper) == ()


def test_who_proposed_and_holds_two_posts_may_not_decide(propose, approver, now):
    change = propose(school())
    ChangeRow.objects.filter(pk=change.id).update(proposer_id=approver.id)

    with pytest.raises(OwnChange):
        approve(change, approver, now)


MANY = 5_001  # more than are checked at once


def _then_another(first, **said):
    """Lines of many schools, and one of the first school in the second thousands."""
    lines = [school(number, f"T{number:05}") for number in range(1, MANY + 1)]
    return [*lines, school(MANY + 1, "T00001", first=first, **said)]


def test_a_school_that_comes_again_in_a_long_list_is_written_after_itself(load, read):
    done = load(*_then_another(date(2026, 1, 1), pupils=320))

    assert (done.count_added, done.count_changed, done.faults) == (MANY, 1, 0)
    assert read("T00001").values["pupils"] == 320
    assert "pupils" not in read("T00001", on=date(2025, 12, 31)).values
    assert read(f"T{MANY:05}").valid_to is None


def test_a_long_list_that_comes_again_to_a_school_can_be_approved(
    propose, approver, read, now
):
    later = TODAY + LATER
    change = propose(*_then_another(later, pupils=320))

    done = approve(change, approver, now + LATER)

    assert (done.state, done.faults) == (ChangeState.APPLIED, 0)
    assert "pupils" not in read("T00001").values
    assert read("T00001", on=later).values["pupils"] == 320


def test_what_cannot_be_written_leaves_nothing_of_a_long_list(content, now):
    lines = [school(number, f"T{number:05}") for number in range(1, MANY + 1)]

    def broken():
        yield from lines
        raise ValueError("the list ends in the middle")

    with pytest.raises(ValueError, match="in the middle"), transaction.atomic():
        actions.load_records(
            key="schools",
            lines=broken(),
            source="x",
            on=TODAY,
            actor=SYSTEM,
            at=now,
        )

    assert not VersionRow.objects.exists()
