"""Deny by default: every deed has a policy, and nobody does what none allows."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from tinhso.kernel.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Duty
from tinhso.people.types import Role
from tinhso.security import queries
from tinhso.security.rules import policies as rules
from tinhso.security.types import Access, Deed

WARD, OTHER_WARD, OWNER = uuid4(), uuid4(), uuid4()
THING = SimpleNamespace(owner_id=OWNER, organization_id=WARD)


def citizen(person_id):
    return Actor(kind=ActorKind.CITIZEN, id=uuid4(), person_id=person_id)


def officer(role, at=WARD):
    duties = (Duty(role, at),)
    return Actor(kind=ActorKind.OFFICER, id=uuid4(), person_id=uuid4(), duties=duties)


STRANGERS = {
    "nobody": ANONYMOUS,
    "another citizen": citizen(uuid4()),
    "an officer of another ward": officer(Role.CLERK, OTHER_WARD),
    "a controller of the ward": officer(Role.CONTROLLER),
}


@pytest.mark.parametrize("deed", Deed)
def test_every_deed_has_a_policy(deed):
    assert deed in rules.POLICIES


@pytest.mark.parametrize("name", STRANGERS)
@pytest.mark.parametrize(
    "deed",
    [
        Deed.READ_DOSSIER,
        Deed.WORK_ON_DOSSIER,
        Deed.EXTEND_DEADLINE,
        Deed.READ_DOCUMENT,
        Deed.READ_OWN,
        Deed.BOOK_SLOT,
        Deed.READ_BOOKING,
        Deed.WORK_AT_COUNTER,
        Deed.SET_UP_COUNTERS,
        Deed.READ_BILL,
        Deed.COLLECT_FEES,
        Deed.GIVE_FEES_BACK,
        Deed.SORT_MONEY,
        Deed.SET_UP_COLLECTING,
        Deed.SEE_JOURNAL,
        Deed.APPLY_PACKS,
    ],
)
def test_strangers_may_nothing(name, deed):
    assert not queries.may(actor=STRANGERS[name], deed=deed, thing=THING)


def test_owners_and_their_desk_may_read():
    for actor in (citizen(OWNER), officer(Role.CLERK), officer(Role.LEADER)):
        assert queries.may(actor=actor, deed=Deed.READ_DOSSIER, thing=THING)


def test_only_those_who_decide_may_extend():
    allowed = {
        role
        for role in Role
        if queries.may(actor=officer(role), deed=Deed.EXTEND_DEADLINE, thing=THING)
    }

    assert allowed == {Role.CASE_OFFICER, Role.HEAD_OF_OFFICE, Role.LEADER}
    owner = citizen(OWNER)
    assert not queries.may(actor=owner, deed=Deed.EXTEND_DEADLINE, thing=THING)


def test_the_lake_is_read_by_those_who_control_procedures():
    allowed = {
        role for role in Role if queries.may(actor=officer(role), deed=Deed.READ_LAKE)
    }

    assert allowed == {Role.CONTROLLER}


def test_letters_are_posted_and_outages_announced_for_the_whole_province():
    def allowed(deed):
        return {role for role in Role if queries.may(actor=officer(role), deed=deed)}

    assert allowed(Deed.POST_LETTERS) == {Role.CONTROLLER}
    assert allowed(Deed.RUN_MESSAGES) == {Role.CONTROLLER, Role.SYSTEM_ADMIN}


def test_counters_take_money_and_heads_give_it_back():
    def allowed(deed):
        may = queries.may
        return {r for r in Role if may(actor=officer(r), deed=deed, thing=THING)}

    heads = {Role.HEAD_OF_OFFICE, Role.LEADER}
    counters = {Role.CLERK, Role.CASE_OFFICER, Role.HEAD_OF_OFFICE}
    assert allowed(Deed.COLLECT_FEES) == counters
    for deed in (Deed.GIVE_FEES_BACK, Deed.SORT_MONEY, Deed.SET_UP_COLLECTING):
        assert allowed(deed) == heads
    owner = citizen(OWNER)
    assert queries.may(actor=owner, deed=Deed.READ_BILL, thing=THING)
    assert not queries.may(actor=owner, deed=Deed.COLLECT_FEES, thing=THING)


def test_clerks_and_heads_set_up_the_counters_and_case_officers_sit_there():
    def allowed(deed):
        may = queries.may
        return {r for r in Role if may(actor=officer(r), deed=deed, thing=THING)}

    assert allowed(Deed.SET_UP_COUNTERS) == {Role.CLERK, Role.HEAD_OF_OFFICE}
    at_work = {Role.CLERK, Role.CASE_OFFICER, Role.HEAD_OF_OFFICE}
    assert allowed(Deed.WORK_AT_COUNTER) == at_work
    assert queries.may(actor=citizen(OWNER), deed=Deed.READ_BOOKING, thing=THING)


def test_an_unknown_deed_is_refused(monkeypatch):
    monkeypatch.delitem(rules.POLICIES, Deed.READ_DOSSIER)

    assert not queries.may(actor=citizen(OWNER), deed=Deed.READ_DOSSIER, thing=THING)


def test_doors_admit_by_access():
    def admitted(actor):
        return {a.value for a in Access if queries.admits(actor=actor, access=a)}

    everybody = {"public"}
    assert admitted(ANONYMOUS) == everybody
    assert admitted(citizen(OWNER)) == everybody | {"signed_in", "citizen"}
    assert admitted(officer(Role.CLERK)) == set(Access)
    assert queries.may(actor=SYSTEM, deed=Deed.READ_DOSSIER, thing=THING)


def test_controllers_and_administrators_edit_content():
    deed = Deed.EDIT_CONTENT
    allowed = {role for role in Role if queries.may(actor=officer(role), deed=deed)}

    assert allowed == {Role.CONTROLLER, Role.SYSTEM_ADMIN}
    assert not queries.may(actor=citizen(OWNER), deed=deed)
