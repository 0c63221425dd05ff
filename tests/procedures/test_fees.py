"""Fees: counted by answers, capped, by channel, by day; papers by need."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tinhso.kernel.packs.reader import plain
from tinhso.procedures import actions, queries
from tinhso.procedures.catalogue import fees
from tinhso.procedures.catalogue.comparing import procedure_faults
from tinhso.procedures.types import (
    Band,
    Channel,
    ChannelNotOffered,
    Fee,
)

DAY = date(2026, 6, 16)
SOURCE = "TT 226/2016/TT-BTC"
PAGE = Fee(
    amount=2000,
    unit="page",
    channels=(),
    valid_from=date(2025, 7, 1),
    valid_to=None,
    source=SOURCE,
    quantity={"var": "answers.pages"},
    beyond=(Band(2, 1000),),
    ceiling=200_000,
    times={"var": "answers.copies"},
)
COPY = Fee(
    8000,
    "copy",
    (),
    date(2025, 7, 1),
    None,
    "TT 281/2016/TT-BTC",
    quantity={"var": "answers.copies"},
)


@pytest.fixture
def procedure(content):
    """Some procedure; the tests give it fees of their own."""
    return queries.get_procedure(code="2.000815", on=DAY)


@pytest.fixture
def pay(procedure):
    def total(*rows, channel=Channel.COUNTER, on=DAY, **answers):
        priced = replace(procedure, fees=rows)
        return fees.total(priced, answers=answers, on=on, channel=channel)

    return total


@pytest.mark.parametrize(
    ("pages", "price"),
    [
        (0, 0),
        (1, 2000),
        (2, 4000),
        (3, 5000),
        (10, 12_000),
        (197, 199_000),
        (198, 200_000),
        (199, 200_000),
        (2000, 200_000),
    ],
)
def test_pages_are_priced_by_band_up_to_the_ceiling(pages, price):
    assert PAGE.price(pages) == price


def test_one_more_page_never_costs_less_nor_more_than_a_page():
    prices = [PAGE.price(pages) for pages in range(400)]

    steps = {later - earlier for earlier, later in pairwise(prices)}

    assert steps == {0, 1000, 2000}
    assert prices == sorted(prices)
    assert max(prices) == PAGE.ceiling


def test_the_price_is_the_sum_of_its_pages_below_the_ceiling():
    open_ended = replace(PAGE, ceiling=None)

    for pages in range(300):
        one_by_one = sum(2000 if page <= 2 else 1000 for page in range(1, pages + 1))
        assert open_ended.price(pages) == one_by_one
        assert PAGE.price(pages) == min(one_by_one, 200_000)


def test_several_bands_follow_each_other():
    fee = replace(PAGE, beyond=(Band(2, 1000), Band(5, 500)), ceiling=None)

    assert [fee.price(n) for n in (2, 5, 7)] == [4000, 7000, 8000]


@pytest.mark.django_db
def test_every_copy_is_paid_and_capped_for_itself(pay):
    assert pay(PAGE, pages=5, copies=2) == 14_000
    assert pay(PAGE, pages=500, copies=3) == 600_000
    for copies in range(1, 6):
        assert pay(PAGE, pages=7, copies=copies) == copies * pay(
            PAGE, pages=7, copies=1
        )


@pytest.mark.django_db
def test_a_copy_costs_the_same_each_time(pay):
    assert [pay(COPY, copies=n) for n in (0, 1, 2, 10)] == [0, 8000, 16_000, 80_000]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [None, "", "zwei", True, -3, [], {}])
def test_what_is_no_number_costs_nothing_yet(pay, count):
    assert pay(COPY, copies=count) == 0


@pytest.mark.django_db
def test_channels_have_fees_of_their_own(pay):
    online = replace(COPY, amount=7000, quantity=1, channels=(Channel.ONLINE,))
    counter = replace(online, amount=15_000, channels=(Channel.COUNTER,))

    paid = {channel: pay(online, counter, channel=channel) for channel in Channel}
    assert paid == {"online": 7000, "counter": 15_000, "post": 0, "internal": 0}


@pytest.mark.django_db
def test_a_fee_changes_with_the_day_and_the_past_stays(pay):
    change = date(2027, 1, 1)
    old = replace(COPY, valid_to=change)
    new = replace(COPY, amount=9000, valid_from=change)

    assert pay(old, new, on=date(2026, 12, 31), copies=2) == 16_000
    assert pay(old, new, on=change, copies=2) == 18_000
    assert pay(old, new, on=date(2025, 6, 30), copies=2) == 0


@pytest.mark.django_db
def test_fees_of_a_case_are_paid_in_that_case(pay):
    late = replace(COPY, when={"==": [{"var": "answers.kind"}, "late"]})

    assert pay(late, kind="late", copies=1) == 8000
    assert pay(late, kind="early", copies=1) == 0
    assert pay(COPY, late, kind="late", copies=1) == 16_000


@pytest.mark.django_db
def test_the_sum_is_told_with_its_parts(procedure):
    priced = replace(procedure, fees=(PAGE,))

    [charge] = fees.charges(
        priced,
        answers={"pages": 5, "copies": 2},
        on=DAY,
        channel=Channel.COUNTER,
    )

    assert (charge.quantity, charge.times, charge.amount) == (5, 2, 14_000)


@pytest.mark.django_db
def test_what_is_handed_in_at_the_counter_is_not_begun_online(citizen, now):
    with pytest.raises(ChannelNotOffered):
        actions.start_draft(procedure_code="2.000815", actor=citizen, at=now)


@pytest.mark.django_db
def test_a_dossier_is_refused_on_a_channel_that_is_not_offered(citizen, ward, now):
    with pytest.raises(ChannelNotOffered):
        actions.submit_dossier(
            procedure_code="2.000815",
            organization_id=ward.id,
            channel=Channel.ONLINE,
            answers={},
            key="a",
            actor=citizen,
            at=now,
        )


COPIES = {
    "requester_name": "Nguyễn Thị Hoa",
    "requester_number": "022195999001",
    "requester_phone": "0900000001",
    "relation": "self",
    "record_kind": "birth",
    "subject_name": "Nguyễn Thị Hoa",
    "subject_birth_date": "1995-03-12",
    "copies": 3,
}


@pytest.fixture
def dossier(citizen, ward, now):
    return actions.submit_dossier(
        procedure_code="2.000635",
        organization_id=ward.id,
        channel=Channel.ONLINE,
        answers=COPIES,
        key="copies",
        actor=citizen,
        at=now,
    )


@pytest.mark.django_db
def test_a_dossier_keeps_its_fee_and_how_it_came_about(dossier):
    [charge] = queries.charges_of(dossier=dossier)

    assert dossier.fee == charge.amount == 24_000
    assert [paper.key for paper in queries.papers_of(dossier=dossier)] == ["identity"]


@pytest.mark.django_db
def test_a_supplement_that_changes_the_count_changes_the_fee(
    dossier, citizen, clerk, now
):
    asked = actions.take_action(
        dossier_id=dossier.id,
        action_key="ask_supplement",
        revision=dossier.revision,
        actor=clerk,
        at=now,
        reasons={"copies": "Hãy ghi rõ số bản."},
    )

    supplied = actions.take_action(
        dossier_id=dossier.id,
        action_key="supply",
        revision=asked.revision,
        actor=citizen,
        at=now,
        data={"copies": 5},
    )

    assert supplied.fee == 40_000


def body(kind, key):
    file = Path(f"packs/sectors/certification/{kind}/{key}.yaml")
    return plain(YAML(typ="safe").load(file.read_text("utf-8")))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quantity": {"var": "answers.sheets"}}, "fees.0.quantity"),
        ({"times": {"var": "answers.sheets"}}, "fees.0.times"),
        ({"when": {"var": "answers.brings_copies"}}, "fees.0.title"),
        ({"channels": ["online"]}, "fees.0.channels"),
        ({"beyond": [{"above": 2, "amount": 1}] * 2}, "fees.0.beyond"),
        ({}, None),
    ],
)
def test_a_fee_that_cannot_be_counted_is_a_fault_of_the_pack(change, field):
    procedure = body("procedures", "certified_copy")
    procedure["fees"][0] |= change

    faults = procedure_faults(
        procedure,
        form=body("forms", "certified_copy"),
        officer_form=body("forms", "certified_copy_entry"),
        workflow={},
        template=body("templates", "certified_copy"),
    )

    assert [at for at, _ in faults] == ([field] if field else [])


def test_a_fee_per_page_needs_the_number_of_pages():
    procedure = body("procedures", "certified_copy")
    del procedure["fees"][0]["quantity"]

    faults = procedure_faults(
        procedure,
        form=body("forms", "certified_copy"),
        officer_form=body("forms", "certified_copy_entry"),
        workflow={},
        template=body("templates", "certified_copy"),
    )

    assert list(faults) == [("fees.0.quantity", "a fee per page needs one")]
