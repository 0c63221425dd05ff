"""Everybody at every address: the table holds, nobody else's data leaves (G11, G12)."""

from dataclasses import replace

import pytest

from tinhso.cli import demo
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.people import queries as people
from tinhso.security import actions as security
from torture import access
from torture.access_addresses import addresses
from torture.access_mutants import InProcess, all_mutants, run
from torture.access_policy import VISITORS, Outcome, rows
from torture.access_prepare import PORTAL
from torture.access_twice import unexplained
from torture.access_walk import Answer, Seen, Walk, outcome_of
from torture.access_world import found
from torture.browser import PASSWORD
from torture.revocation import ENDS, Probe


def visitor(name):
    return next(one for one in VISITORS if one.name == name)


def row_of(key):
    return next(one for one in rows() if one.key == key)


def test_everybody_is_let_through_where_the_table_says_and_nowhere_else():
    figures = {one.goal: one for one in access.measure(short=True)}

    assert figures["G11"].reached, figures["G11"].note
    assert figures["G12"].reached, figures["G12"].note
    assert figures["G11"].counts["ended"] == len(ENDS)
    assert figures["G11"].n > 2000


def test_relations_are_told_apart():
    dossier = row_of("desk_dossier")

    def expected(name, of="A"):
        return dossier.expects("GET", visitor(name), of)

    assert expected("clerk") == {Outcome.THROUGH}
    assert expected("clerk", "B") == {Outcome.HIDDEN}
    assert expected("clerk_elsewhere") == {Outcome.HIDDEN}
    assert expected("clerk_elsewhere", "B") == {Outcome.THROUGH}
    assert expected("owner") == expected("post_over") == {Outcome.REFUSED}
    assert expected("no_factor") == {Outcome.FACTOR}
    assert expected("closed") == expected("nobody") == {Outcome.SIGN_IN}


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (200, {}, Outcome.THROUGH),
        (422, {}, Outcome.THROUGH),
        (302, {"location": "/ho-so"}, Outcome.THROUGH),
        (302, {"location": "/tai-khoan/dang-nhap?next=/ho-so"}, Outcome.SIGN_IN),
        (302, {"location": "/tai-khoan/bao-mat/"}, Outcome.FACTOR),
        (404, {}, Outcome.HIDDEN),
        (500, {}, Outcome.ERROR),
        (0, {}, Outcome.ERROR),
    ],
)
def test_an_answer_is_told_in_a_word(status, headers, outcome):
    assert outcome_of(Answer(status, headers, b"")) is outcome


def test_who_ended_and_still_gets_in_is_told():
    assert Probe("x", 200, 302).holds
    assert not Probe("x", 200, 200).holds
    assert not Probe("x", 302, 302).holds


@pytest.fixture
def world(content, settings):
    """The walk's people and things, in the database of this test."""
    settings.TINHSO_PORTAL_KEY = PORTAL
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = True
    # Everybody signs in through the page; to hash well would take half a minute.
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "tinhso.security.providers.passwords.RandomSecretHasher",
    ]
    for row in demo.read("people.yaml")["people"]:
        person = people.find_person(personal_number=row["personal_number"])
        security.open_account(
            username=row["account"],
            password=PASSWORD,
            person_id=person.id,
            is_officer="posts" in row,
            actor=SYSTEM,
            at=clock.now(),
        )
    return found(clock.now())


@pytest.fixture
def walk(world):
    return Walk(world, addresses())


def cells(walk, key, *names, method="GET"):
    found_cells = walk.cells(visitors=names, sets=("A",), methods=(method,))
    return [cell for cell in found_cells if cell.row.key == key]


def test_a_policy_that_is_gone_is_noticed_by_whom_it_let_through(walk):
    [mutant] = [one for one in all_mutants() if "read_dossier is for all" in one.name]
    [cell] = cells(walk, "desk_dossier", "clerk_elsewhere")
    ask, seen = InProcess(), Seen()
    request = walk.request(cell)

    walk.judge(cell, request, ask(request), seen)
    assert seen.told == {}
    with mutant.in_place():
        walk.judge(cell, request, ask(request), seen)

    assert seen.count("through") == 1
    assert seen.count("canaries")


def test_what_is_done_in_a_cell_is_taken_back(walk):
    [cell] = cells(walk, "desk_act", "clerk", method="POST")
    ask = InProcess()

    answers = [ask(walk.request(cell)).status for _ in range(2)]

    assert answers == [302, 302]


def test_a_page_with_a_canary_that_may_be_cached_is_told(walk):
    [cell] = cells(walk, "desk_dossier", "clerk")
    request = walk.request(cell)
    answer = InProcess()(request)
    seen = Seen()

    walk.judge(cell, request, replace(answer, headers={}), seen)

    assert seen.count("cacheable") == 1


SHARE = 0.1


def test_a_refusal_that_is_removed_is_noticed(walk):
    tried = run(walk, InProcess(), share=SHARE)

    assert tried.mutants > 20
    assert tried.noticed > tried.mutants / 2
    assert unexplained([*tried.survived, *tried.unreached]) == []
