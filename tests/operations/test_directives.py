"""A directive goes out from a number, comes back with evidence, or is overdue."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.notify import queries as notify
from tinhso.operations import actions, queries
from tinhso.operations.types import (
    AgencyGone,
    DayPassed,
    DayTooFar,
    DirectiveUnknown,
    NotDirected,
    State,
    TextMissing,
)
from tinhso.people import queries as people
from tinhso.people.models import OrganizationRow
from tinhso.procedures import actions as dossiers
from tinhso.procedures import queries as dossier_queries
from tinhso.procedures.types import (
    ActionNotOffered,
    Channel,
    ChannelNotOffered,
    ReasonMissing,
    ResultFileMissing,
)


def seen(directive, actor):
    return queries.get_directive(directive_id=directive.id, actor=actor)


def test_it_is_due_on_the_day_its_leader_set(issue):
    found = issue(due_on=date(2026, 6, 19))

    assert found.due_at == datetime(2026, 6, 19, 10, 0, tzinfo=UTC)
    assert found.state is State.ISSUED and found.is_open


def test_a_day_off_ends_on_the_next_working_day(issue):
    saturday = date(2026, 6, 20)

    assert issue(due_on=saturday).due_at.date() == date(2026, 6, 22)


def test_it_keeps_what_the_number_was(issue, leader):
    found = seen(issue(), leader)

    assert (found.number.indicator, found.number.period) == ("dossiers_late", "2026-05")
    assert (found.number.subject_name, found.number.value) == ("Sở GD&ĐT", "12,5 %")
    assert found.text.startswith("Rà soát") and found.issuer_name.startswith("Ủy ban")


def test_it_goes_its_way_until_the_leader_accepts(
    issue, act, answer, answering, leader
):
    directive = issue()

    act(directive, "receive", answering)
    assert seen(directive, leader).state is State.WORKING
    answer(directive)
    assert seen(directive, leader).state is State.ANSWERED
    ended = act(directive, "accept", leader)

    assert seen(directive, leader).state is State.ACCEPTED
    assert [file.name for file in ended.result_files] == ["minh-chung.png"]
    assert [move.note for move in ended.moves if move.action == "answer"] == [
        "Đã xử lý xong."
    ]


def test_what_is_sent_back_is_answered_again(issue, act, answer, answering, leader):
    directive = issue()
    act(directive, "receive", answering)
    answer(directive)

    act(directive, "send_back", leader, note="Chưa nêu nguyên nhân.")
    assert seen(directive, leader).state is State.WORKING
    assert seen(directive, leader).answered_at is None
    answer(directive, note="Bổ sung nguyên nhân.")

    assert seen(directive, leader).state is State.ANSWERED


def test_an_answer_needs_words_and_evidence(issue, act, answering, picture):
    directive = issue()
    act(directive, "receive", answering)

    with pytest.raises(ReasonMissing):
        act(directive, "answer", answering, uploads=[("a.png", picture())])
    with pytest.raises(ResultFileMissing):
        act(directive, "answer", answering, note="Đã xong.")


def test_only_who_issued_it_takes_it_back(issue, leader, answering, now):
    directive = issue()

    with pytest.raises(ActionNotOffered):
        actions.withdraw_directive(
            directive_id=directive.id, reason="Nhầm.", actor=answering, at=now
        )
    found = actions.withdraw_directive(
        directive_id=directive.id, reason="Giao nhầm cơ quan.", actor=leader, at=now
    )

    assert found.state is State.WITHDRAWN and not found.is_open
    assert queries.overdue(on=date(2026, 7, 30), actor=leader) == ()


def test_the_same_key_makes_one_directive(issue, leader, now):
    first = issue(key="once")

    assert issue(key="once").id == first.id
    assert len(queries.directives(actor=leader, at=now)) == 1


def test_who_leads_nothing_issues_nothing(issue, answering, citizen):
    for somebody in (answering, citizen):
        with pytest.raises(NotAllowed):
            issue(actor=somebody)


def test_a_leader_directs_only_agencies_below(issue, sign_in, agency, now):
    chairman = sign_in("Phan Đức Long")
    own = people.organization_by_key(key="xa_06688", on=now.date())

    with pytest.raises(NotDirected):
        issue(actor=chairman)
    assert issue(actor=chairman, agency_id=own.id).issuer_id == own.id


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (DayPassed, {"due_on": date(2026, 6, 15)}),
        (DayPassed, {"due_on": date(2026, 6, 16)}),
        (DayTooFar, {"due_on": date(2028, 1, 3)}),
        (TextMissing, {"text": " \n "}),
    ],
)
def test_what_cannot_be_is_refused_by_name(issue, leader, now, refusal, changes):
    with pytest.raises(refusal) as told:
        issue(**changes)

    assert list(told.value.fields) == list(changes)
    assert queries.directives(actor=leader, at=now) == ()


def test_an_agency_that_is_no_more_is_refused(issue, agency, now):
    dissolved = OrganizationRow.objects.get(key="so_tttt")
    with pytest.raises(AgencyGone):
        issue(agency_id=dissolved.id)

    OrganizationRow.objects.filter(pk=agency.id).update(valid_to=now.date())
    with pytest.raises(AgencyGone):
        issue()


def test_overdue_ones_are_exceptions_of_a_day(issue, act, answer, answering, leader):
    late, answered = issue(), issue()
    act(answered, "receive", answering)
    answer(answered, at=datetime(2026, 6, 23, 3, 0, tzinfo=UTC))

    def told(day):
        return {one.id for one in queries.overdue(on=day, actor=leader)}

    assert told(date(2026, 6, 15)) == set()
    assert told(date(2026, 6, 19)) == set()
    assert told(date(2026, 6, 22)) == {late.id, answered.id}
    assert told(date(2026, 6, 23)) == {late.id}


def test_overdue_ones_stand_first(issue, leader, now):
    soon = issue(due_on=date(2026, 6, 18))
    later = issue(due_on=date(2026, 6, 26))
    day = datetime(2026, 6, 19, 3, 0, tzinfo=UTC)

    found = queries.directives(actor=leader, at=day)

    assert [one.id for one in found] == [soon.id, later.id]
    assert [one.is_overdue_at(day) for one in found] == [True, False]


def test_a_number_tells_which_directives_touched_it(issue, leader):
    mine = issue()

    def touched(indicator, **more):
        found = queries.directives_of(indicator=indicator, actor=leader, **more)
        return [one.id for one in found]

    assert touched("dossiers_late") == [mine.id]
    assert touched("dossiers_late", period="2026-05") == [mine.id]
    assert touched("dossiers_late", period="2026-04") == []
    assert touched("schools") == []


def test_others_do_not_see_it(issue, answering, clerk, citizen, now):
    directive = issue()

    assert seen(directive, answering).id == directive.id
    for somebody in (clerk, citizen):
        with pytest.raises(DirectiveUnknown):
            seen(directive, somebody)
        assert queries.directives(actor=somebody, at=now) == ()


def test_nobody_outside_is_told_of_it(issue, act, answer, answering, leader, now):
    directive = issue()
    act(directive, "receive", answering)
    answer(directive)

    told = OutboxEvent.objects.filter(name__startswith="procedures.")
    assert set(told.values_list("name", flat=True)) == {"procedures.InternalMoved"}
    found = dossier_queries.search_procedures(text="", on=now.date())
    assert "0.000002" not in {one.code for one in found}
    report = dossier_queries.report_06a(
        organization_id=None,
        first=now.date(),
        last=now.date(),
        actor=SYSTEM,
        at=now,
    )
    assert report.total.received == report.synthetic.received == 0


def test_a_citizen_cannot_hand_one_in(citizen, agency, now):
    with pytest.raises(ChannelNotOffered):
        dossiers.submit_dossier(
            procedure_code="0.000002",
            organization_id=agency.id,
            channel=Channel.ONLINE,
            answers={"text": "Làm ngay", "due_on": "2026-06-19"},
            key="mine",
            actor=citizen,
            at=now,
        )
    with pytest.raises(ChannelNotOffered):
        dossiers.start_draft(procedure_code="0.000002", actor=citizen, at=now)


def test_an_agency_does_not_put_its_own_day_off(issue, act, answering, now):
    directive = issue()
    act(directive, "receive", answering)

    with pytest.raises(ActionNotOffered):
        dossiers.extend_deadline(
            dossier_id=directive.dossier_id,
            reason="Chưa kịp",
            new_day=date(2026, 7, 1),
            actor=answering,
            at=now + timedelta(hours=1),
        )


def test_it_stands_in_the_journal(issue, leader):
    directive = issue()

    entries = JournalEntry.objects.filter(subject_id=directive.id)
    assert [one.deed for one in entries] == ["operations.issue_directive"]


def test_which_agencies_a_leader_directs(leader, answering, now):
    codes = {one.key for one in queries.directed_agencies(actor=leader, on=now.date())}

    assert {"so_gddt", "xa_06688"} <= codes and "so_tttt" not in codes
    assert queries.directed_agencies(actor=answering, on=now.date()) == ()


def test_both_sides_are_told_what_happens(issue, act, answer, answering, leader, now):
    directive = issue()
    act(directive, "receive", answering)
    answer(directive)
    act(directive, "send_back", leader, note="Thiếu số liệu.")
    for event in OutboxEvent.objects.all():
        events.deliver(event_id=event.id, at=now)

    agency = {
        one.template_key for one in notify.inbox(person_id=answering.person_id).items
    }
    issuer = {
        one.template_key for one in notify.inbox(person_id=leader.person_id).items
    }

    assert {"directive_issued", "directive_sent_back"} <= agency
    assert "directive_answered" in issuer and "directive_issued" not in issuer
