"""G7: callbacks of a gateway, repeated, out of order, forged, changed, strange.

What the gateway says it took and what the ledger says it holds must agree to the đồng,
each bill be paid once, and each callback be kept. Signatures are made here by other
lines than those that check them.
"""

import hmac
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import parse_qsl, urlencode

from torture.cluster import private_home
from torture.figures import Figure
from torture.prepare import ROOT, environment_of

COMMAND = "python -m torture G7"
GUESSED = "guess"
LONG, SHORT = 100_000, 2_000
GOAL_SECONDS = 600
MERCHANT, SECRET = "TINHSO01", "a secret of ordeals"
KINDS = ("true", "again", "again", "forged", "changed", "amount", "unknown", "failed")


@dataclass(frozen=True, slots=True)
class Owed:
    """A bill as a gateway knows it; amount: VND."""

    reference: str
    amount: int


def told(
    reference: str, amount: int, transaction: str, *, secret: str = SECRET, **more: str
) -> str:
    """Write a callback as a gateway sends it."""
    fields = {
        "vnp_Amount": str(amount * 100),
        "vnp_BankCode": "NCB",
        "vnp_OrderInfo": f"Le phi {reference}",
        "vnp_PayDate": "20260616090000",
        "vnp_ResponseCode": "00",
        "vnp_TmnCode": MERCHANT,
        "vnp_TransactionNo": transaction,
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": reference,
        **more,
    }
    return urlencode({**fields, "vnp_SecureHash": signed(fields, secret)})


def signed(fields: dict[str, str], secret: str = SECRET) -> str:
    """Sign the fields that say something, in the order of their names."""
    text = urlencode(sorted((k, v) for k, v in fields.items() if v))
    return hmac.new(secret.encode(), text.encode(), "sha512").hexdigest()


def hostile(dice: Random, bills: Sequence[Owed], count: int) -> list[str]:
    """Make so many callbacks in any order; most are repeated, wrong or strange."""
    sent: list[str] = []
    made = [_one(dice, dice.choice(bills), number, sent) for number in range(count)]
    dice.shuffle(made)
    return made


def _one(dice: Random, bill: Owed, number: int, sent: list[str]) -> str:
    kind, transaction = dice.choice(KINDS), f"GD{number}"
    if kind == "again" and sent:
        return dice.choice(sent)
    if kind == "forged":
        return told(bill.reference, bill.amount, transaction, secret=GUESSED)
    if kind == "changed":
        raw = told(bill.reference, bill.amount, transaction)
        place = dice.randrange(len(raw))
        return raw[:place] + chr(dice.randrange(33, 127)) + raw[place + 1 :]
    if kind == "failed":
        answers = {"vnp_ResponseCode": "24", "vnp_TransactionStatus": "02"}
        return told(bill.reference, bill.amount, transaction, **answers)
    amount = dice.randint(1, 10**6) if kind == "amount" else bill.amount
    reference = "KHONGCO" if kind == "unknown" else bill.reference
    sent.append(told(reference, amount, transaction))
    return sent[-1]


def true_money(calls: Iterable[str]) -> dict[str, int]:
    """List what a gateway took, by transaction: signed by it, and paid. VND."""
    found = {}
    for raw in calls:
        fields = dict(parse_qsl(raw, keep_blank_values=True))
        signature = fields.pop("vnp_SecureHash", "")
        if signature == signed(fields) and fields["vnp_ResponseCode"] == "00":
            found[fields["vnp_TransactionNo"]] = int(fields["vnp_Amount"]) // 100
    return found


def measure(*, short: bool) -> Iterator[Figure]:
    """Call back from many sides at once, and compare."""
    with private_home() as home:
        count = SHORT if short else LONG
        found = json.loads(
            subprocess.run(
                [sys.executable, "-m", "torture.call_back", str(count)],
                env=environment_of(
                    home,
                    TINHSO_PAYMENT_GATEWAY_CODE=MERCHANT,
                    TINHSO_PAYMENT_GATEWAY_SECRET=SECRET,
                ),
                cwd=ROOT,
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            ).stdout.splitlines()[-1]
        )
    wrong = ("difference_vnd", "not_kept", "paid_other_than_once", "faults")
    yield Figure(
        "G7",
        found,
        n=count,
        reached=not any(found[name] for name in wrong)
        and found["seconds"] <= GOAL_SECONDS,
        command=COMMAND,
        note="Asked of the room in one process by several threads, not by its"
        " address. The gateway is imitated, with signatures as VNPAY publishes them.",
    )
