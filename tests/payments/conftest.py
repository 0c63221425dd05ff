"""A ward that collects fees, and bills of its citizens."""

from datetime import timedelta

import pytest
from django.db import connection

from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.ids import new_id
from tinhso.payments import actions, queries
from tinhso.payments.types import Fee, Payer
from torture.callbacks import MERCHANT, SECRET

FEE = Fee("0.000001", "Lệ phí cấp bản sao", "805", 8000)
RESIDENCE = Fee("1.004222", "Lệ phí đăng ký thường trú", "805", 20_000)


@pytest.fixture
def collector(ward, now):
    return actions.set_up_collecting(
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


@pytest.fixture
def gateway(settings):
    settings.TINHSO_PAYMENT_GATEWAY_URL = "https://pay.example/pay"
    settings.TINHSO_PAYMENT_GATEWAY_CODE = MERCHANT
    settings.TINHSO_PAYMENT_GATEWAY_SECRET = SECRET


@pytest.fixture
def issue(collector, citizen, now):
    def do(*fees, grounds=(), key=None, at=now, days=30, **more):
        return actions.issue_bill(
            **{
                "key": key or str(new_id()),
                "organization_id": collector.organization_id,
                "subject": "procedures.Dossier",
                "subject_id": new_id(),
                "payer": Payer(citizen.person_id, "Nguyễn Thị Hoa", "Phường Hạ Long"),
                "fees": fees or (FEE,),
                "grounds": grounds,
                "due_at": at + timedelta(days=days),
                "actor": SYSTEM,
                "at": at,
                **more,
            }
        )

    return do


@pytest.fixture
def pay(clerk, now):
    def do(bill, amount=None, key=None, actor=clerk, at=now):
        return actions.record_payment(
            reference=bill.reference,
            amount=bill.amount if amount is None else amount,
            transaction_key=key or str(new_id()),
            actor=actor,
            at=at,
        )

    return do


def balance_of(kind, *, made_up=True):
    return sum(
        one.amount
        for one in queries.balances(made_up=made_up)
        if one.account.kind == kind
    )


def is_whole():
    """Ask the triggers now, and the check of the ledger."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return queries.check_ledger().is_whole
