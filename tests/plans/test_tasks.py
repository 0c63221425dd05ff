"""An agency reports on a task with evidence; its keeper accepts or sends back."""

from datetime import date, timedelta

import pytest

from tests.plans.conftest import PLAN
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotAllowed
from tinhso.people.models import OrganizationRow
from tinhso.plans import actions, queries
from tinhso.plans.models import StepRow, TaskRow
from tinhso.plans.types import (
    AgencyDissolved,
    AgencyUnknown,
    DayOutsidePlan,
    EvidenceMissing,
    EvidenceUnknown,
    Light,
    NothingChanged,
    NothingToAccept,
    ParentWrong,
    PlanClosed,
    PlanUnknown,
    ProgressBackwards,
    ProgressWrong,
    ReasonMissing,
    StepKind,
    TaskAccepted,
    TaskOfAnother,
    TaskState,
    TaskTextMissing,
    TaskUnknown,
)


def change(task, keeper, now, **changes):
    said = {
        "task_id": task.id,
        "due_on": task.due_on,
        "agency_id": task.agency_id,
        "reason": "Chờ kết nối cơ sở dữ liệu quốc gia.",
        "actor": keeper,
        "at": now,
    }
    return actions.change_task(**{**said, **changes})


def test_a_task_goes_from_report_to_acceptance(task, report, done, keeper, seen, now):
    report(40)
    assert seen().task.percent == 40 and seen().task.state is TaskState.DOING

    done()
    assert seen().task.awaits
    actions.accept_task(task_id=task.id, actor=keeper, at=now)

    found = seen()
    assert found.task.light is Light.DONE and not found.task.awaits
    assert [one.kind.value for one in found.steps] == ["accept", "report", "report"]
    assert [f.name for one in found.steps for f in one.files] == ["minh-chung.png"]


def test_what_is_sent_back_stands_where_it_stood(task, report, done, keeper, seen, now):
    report(60)
    done()

    actions.send_back_task(
        task_id=task.id, reason="Thiếu biên bản.", actor=keeper, at=now
    )

    assert (seen().task.state, seen().task.percent) == (TaskState.DOING, 60)
    assert seen().steps[0].note == "Thiếu biên bản."
    with pytest.raises(EvidenceMissing):
        done(files=False)
    done()
    assert seen().task.awaits


def test_done_needs_evidence_but_an_earlier_file_will_do(report, done):
    with pytest.raises(EvidenceMissing) as refused:
        done(files=False)
    assert list(refused.value.fields) == ["files"]

    report(80, files=True)
    assert done(files=False).awaits


@pytest.mark.parametrize(
    ("state", "percent"),
    [
        (TaskState.DONE, 90),
        (TaskState.DOING, 100),
        (TaskState.NOT_STARTED, 1),
        (TaskState.DOING, -1),
        (TaskState.DONE, 101),
    ],
)
def test_state_and_percent_may_not_contradict_each_other(report, state, percent):
    with pytest.raises(ProgressWrong):
        report(percent, state, files=True)


def test_progress_goes_backwards_with_a_reason_only(report):
    report(60)

    with pytest.raises(ProgressBackwards) as refused:
        report(40, note=" ")
    assert "60 %" in refused.value.fields["note"][0]
    assert report(40, note="Đếm lại theo trường đã sáp nhập.").percent == 40


def test_stopping_needs_a_reason(report):
    with pytest.raises(ReasonMissing):
        report(0, TaskState.STOPPED, note="")
    assert report(0, TaskState.STOPPED, note="Đã có ở Bộ.").light is Light.STOPPED


def test_another_agency_does_not_report(report, elsewhere, keeper, member):
    for somebody in (elsewhere, keeper, member):
        with pytest.raises(TaskOfAnother):
            report(actor=somebody)


def test_only_the_keeper_accepts_sends_back_and_changes(
    task, done, head, elsewhere, member, now
):
    done()
    about = {"task_id": task.id, "at": now}

    for somebody in (head, elsewhere, member):
        with pytest.raises(TaskOfAnother):
            actions.accept_task(**about, actor=somebody)
        with pytest.raises(TaskOfAnother):
            actions.send_back_task(**about, reason="Không.", actor=somebody)
        with pytest.raises(TaskOfAnother):
            change(task, somebody, now, due_on=date(2026, 12, 20))


def test_nothing_is_accepted_that_nobody_reported_done(task, report, keeper, now):
    report(40)
    about = {"task_id": task.id, "actor": keeper, "at": now}

    with pytest.raises(NothingToAccept):
        actions.accept_task(**about)
    with pytest.raises(NothingToAccept):
        actions.send_back_task(**about, reason="Không.")


def test_what_was_accepted_stays(task, report, done, keeper, now):
    done()
    about = {"task_id": task.id, "actor": keeper, "at": now}
    with pytest.raises(ReasonMissing):
        actions.send_back_task(**about, reason=" ")
    actions.accept_task(**about)

    with pytest.raises(TaskAccepted):
        report(40)
    with pytest.raises(NothingToAccept):
        actions.accept_task(**about)
    with pytest.raises(TaskAccepted):
        change(task, keeper, now, due_on=date(2026, 12, 20))


def test_an_agency_that_is_no_more_reports_nothing(report, agency, now):
    OrganizationRow.objects.filter(pk=agency.id).update(valid_to=now.date())

    with pytest.raises(AgencyDissolved):
        report()


def test_a_closed_plan_does_not_change(task, report, keeper, head, now):
    with pytest.raises(ReasonMissing):
        actions.close_plan(key=PLAN, reason="", actor=keeper, at=now)
    with pytest.raises(TaskOfAnother):
        actions.close_plan(key=PLAN, reason="Hết.", actor=head, at=now)
    actions.close_plan(key=PLAN, reason="Hết năm.", actor=keeper, at=now)

    with pytest.raises(PlanClosed):
        report()
    with pytest.raises(PlanClosed):
        change(task, keeper, now, due_on=date(2026, 12, 20))
    with pytest.raises(PlanClosed):
        actions.close_plan(key=PLAN, reason="Hết năm.", actor=keeper, at=now)


def test_unknown_plans_and_tasks_are_named(report, keeper, agency, now):
    with pytest.raises(TaskUnknown):
        report(task_id=agency.id)
    with pytest.raises(PlanUnknown):
        actions.close_plan(key="none", reason="Hết.", actor=keeper, at=now)
    with pytest.raises(PlanUnknown):
        queries.get_plan(key="none", actor=keeper)


def test_a_moved_day_keeps_the_old_one_on_record(task, keeper, seen, now):
    change(task, keeper, now, due_on=date(2026, 12, 20))

    step = seen().steps[0]
    assert seen().task.due_on == date(2026, 12, 20)
    assert (step.kind, step.before, step.after) == (
        StepKind.MOVE_DAY,
        "15/12/2026",
        "20/12/2026",
    )


def test_another_agency_gets_the_task_with_a_reason(
    task, report, elsewhere, keeper, seen, now
):
    [place] = elsewhere.organizations()
    change(task, keeper, now, agency_id=place)

    step = seen().steps[0]
    assert step.before.startswith("Sở Giáo dục") and step.after.startswith("Sở Y tế")
    with pytest.raises(TaskOfAnother):
        report()
    assert report(actor=elsewhere).percent == 40


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (ReasonMissing, {"due_on": date(2026, 12, 20), "reason": " "}),
        (DayOutsidePlan, {"due_on": date(2027, 1, 1)}),
        (DayOutsidePlan, {"due_on": date(2025, 12, 31)}),
        (NothingChanged, {}),
    ],
)
def test_changes_that_cannot_be_are_refused(task, keeper, now, refusal, changes):
    with pytest.raises(refusal):
        change(task, keeper, now, **changes)
    assert not StepRow.objects.exists()


def test_no_task_is_given_to_an_agency_that_is_no_more(task, keeper, now):
    gone = OrganizationRow.objects.get(key="so_tttt")

    with pytest.raises(AgencyUnknown):
        change(task, keeper, now, agency_id=gone.id)


def add(agency, reporter, task, now, **changes):
    said = {
        "plan_key": PLAN,
        "agency_id": agency.id,
        "parent_id": task.id,
        "text": "Đối chiếu tên trường với sổ đăng ký.",
        "product": "Bảng đối chiếu",
        "due_on": date(2026, 9, 30),
        "actor": reporter,
        "at": now,
    }
    return actions.add_task(**{**said, **changes})


def test_an_agency_adds_tasks_beneath_those_it_has(
    task, agency, reporter, head, report, done, now
):
    first = add(agency, reporter, task, now)
    helped = TaskRow.objects.get(plan__key=PLAN, number="2.1")
    second = add(agency, reporter, helped, now)

    assert (first.number, second.number) == ("1.1-1", "2.1-1")
    mine = queries.agency_tasks(on=now.date(), actor=reporter)
    assert {one.number for one in mine} == {"1.1", "1.1-1", "2.1-1"}
    done(task_id=first.id)
    assert actions.accept_task(task_id=first.id, actor=head, at=now).light is Light.DONE


def test_own_tasks_that_cannot_be_are_refused(
    task, agency, reporter, elsewhere, keeper, now
):
    foreign = TaskRow.objects.get(plan__key=PLAN, number="1.2")
    for refusal, changes in (
        (ParentWrong, {"parent_id": foreign.id}),
        (ParentWrong, {"parent_id": agency.id}),
        (TaskTextMissing, {"text": " "}),
        (DayOutsidePlan, {"due_on": date(2027, 1, 1)}),
        (TaskOfAnother, {"actor": elsewhere}),
        (PlanUnknown, {"plan_key": "none"}),
    ):
        with pytest.raises(refusal):
            add(agency, reporter, task, now, **changes)
    actions.close_plan(key=PLAN, reason="Hết năm.", actor=keeper, at=now)
    with pytest.raises(PlanClosed):
        add(agency, reporter, task, now)


def test_each_act_is_in_the_journal(task, report, done, keeper, now):
    report(40)
    done()
    actions.accept_task(task_id=task.id, actor=keeper, at=now)
    change(TaskRow.objects.get(number="1.2"), keeper, now, due_on=date(2026, 7, 1))

    deeds = JournalEntry.objects.filter(subject="plans.Task").order_by("id")
    assert list(deeds.values_list("deed", flat=True)) == [
        "plans.report_task",
        "plans.report_task",
        "plans.accept_task",
        "plans.move_day_task",
    ]


def test_the_longest_overdue_comes_first(report, keeper, now):
    late = queries.overdue(on=date(2026, 11, 27), actor=keeper, limit=3, plan=PLAN)

    assert [one.number for one in late] == ["1.2", "1.4", "3.1"]
    assert queries.overdue(on=date(2026, 6, 30), actor=keeper, plan=PLAN) == ()


def test_evidence_is_for_both_sides_and_the_council(
    task, report, seen, reporter, keeper, member, elsewhere
):
    report(40, files=True)
    [file] = seen().steps[0].files
    about = {"task_id": task.id, "evidence_id": file.id}

    for somebody in (reporter, keeper, member):
        assert queries.evidence_file(**about, actor=somebody)[0].name == file.name
    with pytest.raises(EvidenceUnknown):
        queries.evidence_file(**about, actor=elsewhere)


def test_citizens_see_no_plans(citizen, task, now):
    with pytest.raises(NotAllowed):
        queries.plans(actor=citizen)
    with pytest.raises(NotAllowed):
        queries.tasks(on=now.date(), actor=citizen)
    with pytest.raises(NotAllowed):
        queries.get_task(task_id=task.id, on=now.date(), actor=citizen)


def test_silence_and_lateness_show_in_the_list(report, keeper, now):
    report(40)
    day = now.date() + timedelta(31)

    lights = {
        one.number: one.light for one in queries.tasks(on=day, actor=keeper, plan=PLAN)
    }

    assert lights["1.1"] is Light.SILENT and lights["1.2"] is Light.OVERDUE
    silent = queries.tasks(on=day, actor=keeper, plan=PLAN, light=Light.OVERDUE)
    assert [one.number for one in silent] == ["1.2"]
