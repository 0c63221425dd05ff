"""Every address has its row in the table of who gets through, and says the same."""

from torture.access_addresses import addresses, operations, patterns
from torture.access_mutants import all_mutants
from torture.access_policy import rows
from torture.access_twice import reasons

UNDOCUMENTED = {"/scim/v2/": {"GET"}, "/": {"GET"}, "/openapi.json": {"GET"}}


def without_row(declared):
    return set(addresses()) - {one.address for one in declared}


def test_every_address_has_a_row_and_every_row_an_address():
    assert without_row(rows()) == set()
    assert {one.address for one in rows()} <= set(addresses())


def test_an_address_without_a_row_is_named():
    lost = [one for one in rows() if one.address != "desk_search"]

    assert without_row(lost) == {"desk_search"}


def test_every_view_declares_the_access_of_its_row():
    views = {pattern.name: pattern.callback for pattern, _ in patterns()}
    differ = [
        one.key
        for one in rows()
        if not one.is_machines
        and hasattr(views[one.address], "access")
        and views[one.address].access != one.who
    ]

    assert differ == []


def test_every_operation_of_the_interface_has_a_circle_and_no_other_method():
    declared = {}
    for one in rows():
        if one.is_machines:
            declared.setdefault(one.address, set()).update(one.circles)

    assert declared == {**operations(), **UNDOCUMENTED}


def test_every_refusal_that_may_be_lost_unnoticed_is_one_there_is():
    names = [one.name for one in all_mutants()]

    stale = [key for key in reasons() if not any(n.startswith(key) for n in names)]

    assert stale == []
