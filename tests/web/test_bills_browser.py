"""Bills and receipts in a real Chromium: readable by all, at each width."""

import pytest
from django.urls import reverse

from tests.web.test_bills import bill, collector, owing, unknown_money  # noqa: F401
from tests.web.test_counters_browser import look
from tinhso.kernel.actor import SYSTEM
from tinhso.payments import actions as payments

pytestmark = pytest.mark.usefixtures("desk_clock")


@pytest.mark.browser
def test_axe_finds_nothing_and_nothing_overflows(
    server,
    open_as,
    bill,  # noqa: F811
    unknown_money,  # noqa: F811
    citizen,
    clerk,
    leader,
    now,
):
    owed = reverse("bill", args=[bill.reference])
    look(open_as(citizen), server, [owed])
    desk = reverse("desk_bill", args=[bill.reference])
    look(open_as(clerk), server, [reverse("desk_bills"), desk])

    payments.record_payment(
        reference=bill.reference,
        amount=bill.amount,
        transaction_key="1",
        actor=SYSTEM,
        at=now,
    )
    payments.propose_refund(
        reference=bill.reference, amount=1, reason="Thu thừa.", actor=clerk, at=now
    )

    receipt = reverse("bill_receipt", args=[bill.reference])
    look(open_as(citizen), server, [owed, receipt])
    look(open_as(leader), server, [desk, reverse("desk_money")])
