"""Issue bills in a database of one's own, and call back from several threads.

`python -m torture.call_back COUNT` prints what it counted as JSON. It is a process of
its own, for Django stays with one database.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from torture.callbacks import Owed, hostile, true_money

SIDES = 4
SEED = 20261127
# Of each bill so many callbacks.
A_BILL = 20


def main(count: int) -> None:
    """Do it all, and print what was counted."""
    import django  # noqa: PLC0415 - the environment names the database

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from tinhso.kernel import clock  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    now = clock.now()
    bills = _bills(count // A_BILL, now)
    calls = hostile(Random(SEED), bills, count)
    begun = time.monotonic()
    with ThreadPoolExecutor(SIDES) as sides:
        verdicts = Counter(sides.map(lambda raw: _call(raw, now), calls))
    seconds = time.monotonic() - begun
    judged = _judged(calls, bills, verdicts)
    print(json.dumps({**judged, "seconds": round(seconds, 1)}))


def _bills(count: int, now: datetime) -> list[Owed]:
    from django.conf import settings  # noqa: PLC0415

    from tinhso.kernel.actor import SYSTEM  # noqa: PLC0415
    from tinhso.kernel.packs import actions as packs  # noqa: PLC0415
    from tinhso.payments import actions  # noqa: PLC0415
    from tinhso.people import queries as people  # noqa: PLC0415

    packs.apply(settings.TINHSO_PACKS, actor=SYSTEM, at=now, with_demo=False)
    ward = people.organization_by_key(key="xa_06688", on=now.date())
    actions.set_up_collecting(
        organization_id=ward.id,
        tax_code="0100109106",
        bank="970418",
        account="1234567890",
        form="01BLP",
        symbol="QN26E",
        chapter="805",
        actor=SYSTEM,
        at=now,
    )
    return [_bill(ward.id, now, number) for number in range(count)]


def _bill(organization_id: UUID, now: datetime, number: int) -> Owed:
    from tinhso.kernel.actor import SYSTEM  # noqa: PLC0415
    from tinhso.payments import actions  # noqa: PLC0415
    from tinhso.payments.types import Fee, Payer  # noqa: PLC0415

    made = actions.issue_bill(
        key=f"ordeal:{number}",
        organization_id=organization_id,
        subject="procedures.Dossier",
        subject_id=uuid4(),
        payer=Payer(None, f"Người Thử {number}"),
        fees=[Fee("copy", "Lệ phí", "805", 1000 * (1 + number % 50))],
        grounds=(),
        due_at=now + timedelta(days=1),
        actor=SYSTEM,
        at=now,
    )
    return Owed(made.reference, made.amount)


def _call(raw: str, now: datetime) -> str:
    """Take one; each thread has a connection of its own, and keeps it."""
    from tinhso.kernel.actor import SYSTEM  # noqa: PLC0415
    from tinhso.kernel.errors import Refused  # noqa: PLC0415
    from tinhso.payments import actions  # noqa: PLC0415

    try:
        return actions.take_callback(raw=raw, actor=SYSTEM, at=now).verdict.value
    except Refused as refusal:
        return refusal.code


def _judged(
    calls: Sequence[str], bills: Sequence[Owed], verdicts: Counter[str]
) -> dict[str, Any]:
    from tinhso.payments import queries  # noqa: PLC0415
    from tinhso.payments.models import (  # noqa: PLC0415
        BillRow,
        CallbackRow,
        ReceiptRow,
    )
    from tinhso.payments.types import AccountKind, BillState  # noqa: PLC0415

    money = true_money(calls)
    held = sum(
        one.amount
        for one in queries.balances()
        if one.account.kind is AccountKind.GATEWAY
    )
    receipts = ReceiptRow.objects.order_by("number").values_list("number", flat=True)
    paid = BillRow.objects.filter(state=BillState.PAID).count()
    whole = queries.check_ledger()
    differing = [whole.total, *whole.differences.values()]
    return {
        "callbacks": len(calls),
        "bills": len(bills),
        **{f"{name}": verdicts[name] for name in sorted(verdicts)},
        "took_vnd": sum(money.values()),
        "difference_vnd": sum(money.values()) - held,
        "not_kept": len(calls) - CallbackRow.objects.count(),
        "paid_other_than_once": abs(paid - verdicts["paid"])
        + (list(receipts) != list(range(1, paid + 1))),
        "faults": whole.unbalanced + sum(map(bool, differing)),
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
