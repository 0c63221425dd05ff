"""Tables of payments. Ledger, receipts and callbacks are only added to, by triggers."""

from django.db import models
from django.db.models import F, Q

from tinhso.kernel.records import Record
from tinhso.payments.types import (
    AccountKind,
    BillState,
    Method,
    PaymentState,
    RefundState,
    Verdict,
    Why,
)


class FeeRulesVersion(Record):
    """Exemptions as a pack declares them; a new version leaves the ones before.

    PII: none
    """

    key = models.CharField(max_length=100)
    number = models.PositiveIntegerField()
    body = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "number"], name="payments_fee_rules_versions"
            )
        ]


class CollectorRow(Record):
    """How an agency collects: its tax code, its account, what heads its receipts.

    PII: none
    """

    organization = models.OneToOneField(
        "people.OrganizationRow", on_delete=models.PROTECT
    )
    name = models.CharField(max_length=300)
    tax_code = models.CharField(max_length=14)
    bank = models.CharField(max_length=6)
    account = models.CharField(max_length=19)
    form = models.CharField(max_length=20)
    symbol = models.CharField(max_length=20)
    chapter = models.CharField(max_length=3, db_default="")


class BillRow(Record):
    """What somebody owes; locked by whoever pays it, takes it back or gives back of it.

    key: against repetition, of whoever issues it. digest: of what was asked with it.

    PII: payer_name, payer_address — kept 10 years, Luật Kế toán 88/2015/QH13 Đ41 and
    NĐ 174/2016/NĐ-CP Đ13 (articles not read in the source here).
    """

    reference = models.CharField(max_length=15, unique=True)
    key = models.CharField(max_length=100, unique=True)
    digest = models.CharField(max_length=64)
    organization = models.ForeignKey("people.OrganizationRow", on_delete=models.PROTECT)
    owner = models.ForeignKey("people.PersonRow", null=True, on_delete=models.PROTECT)
    payer_name = models.CharField(max_length=200)
    payer_address = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    lines = models.JSONField()
    amount = models.BigIntegerField()
    state = models.CharField(max_length=10)
    issued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    is_synthetic = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payments_known_bill_state",
                condition=Q(state__in=list(BillState)),
            ),
            models.CheckConstraint(
                name="payments_only_nothing_is_waived",
                condition=Q(amount__gt=0) & ~Q(state=BillState.WAIVED)
                | Q(amount=0, state=BillState.WAIVED),
            ),
        ]
        indexes = [
            models.Index(fields=["subject_id"], name="payments_bills_of_a_thing"),
            models.Index(
                fields=["organization", "-issued_at"], name="payments_bills_of_a_unit"
            ),
        ]


class AccountRow(Record):
    """An account of the ledger; made-up money has accounts of its own.

    PII: none
    """

    kind = models.CharField(max_length=12)
    organization = models.ForeignKey(
        "people.OrganizationRow", null=True, on_delete=models.PROTECT
    )
    detail = models.CharField(max_length=60, blank=True)
    is_synthetic = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "organization", "detail", "is_synthetic"],
                name="payments_one_account_of_each",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="payments_known_account_kind",
                condition=Q(kind__in=list(AccountKind)),
            ),
        ]


class PostingRow(Record):
    """A deed in the ledger; a trigger asks at its end that debit and credit agree.

    key: `paid:…`, so that no deed is entered twice.

    PII: none
    """

    key = models.CharField(max_length=120, unique=True)
    bill = models.ForeignKey(BillRow, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()


class EntryRow(models.Model):
    """A side of a posting; amount: VND, debit above zero, credit below.

    PII: none
    """

    posting = models.ForeignKey(PostingRow, on_delete=models.PROTECT)
    account = models.ForeignKey(AccountRow, on_delete=models.PROTECT)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payments_entries_are_something", condition=~Q(amount=0)
            )
        ]


class PaymentRow(Record):
    """Money that came in; without a bill it waits for a person, or was sent back.

    told: the reference it came with. account: where the ledger put it.

    PII: none — told may be any letters of a payer, 34 at most.
    """

    method = models.CharField(max_length=10)
    transaction = models.CharField(max_length=60)
    amount = models.BigIntegerField()
    told = models.CharField(max_length=34, blank=True)
    account = models.ForeignKey(AccountRow, on_delete=models.PROTECT)
    bill = models.OneToOneField(
        BillRow, null=True, on_delete=models.PROTECT, related_name="payment"
    )
    state = models.CharField(max_length=10)
    why = models.CharField(max_length=20, blank=True)
    received_at = models.DateTimeField()
    is_synthetic = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["method", "transaction"], name="payments_once_a_transaction"
            ),
            models.CheckConstraint(
                name="payments_money_is_something", condition=Q(amount__gt=0)
            ),
            models.CheckConstraint(
                name="payments_known_payment",
                condition=Q(method__in=list(Method), why__in=["", *Why])
                & Q(state__in=list(PaymentState)),
            ),
            models.CheckConstraint(
                name="payments_settled_with_a_bill",
                condition=Q(state=PaymentState.SETTLED, bill__isnull=False)
                | ~Q(state=PaymentState.SETTLED) & Q(bill__isnull=True) & ~Q(why=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                name="payments_waiting",
                condition=Q(state=PaymentState.WAITING),
            )
        ]


class SeriesRow(Record):
    """Receipts of an agency in a year; last: the number given last, locked to go on.

    PII: none
    """

    collector = models.ForeignKey(CollectorRow, on_delete=models.PROTECT)
    form = models.CharField(max_length=20)
    symbol = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    is_synthetic = models.BooleanField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["collector", "form", "symbol", "year", "is_synthetic"],
                name="payments_one_series_a_year",
            )
        ]


class ReceiptRow(Record):
    """An e-receipt; body: all of it as it was issued, digest: over that.

    PII: body (name and address of the payer) — kept 10 years, as bills are.
    """

    series = models.ForeignKey(SeriesRow, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    bill = models.OneToOneField(
        BillRow, on_delete=models.PROTECT, related_name="receipt"
    )
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "number"], name="payments_one_receipt_a_number"
            ),
            models.CheckConstraint(
                name="payments_eight_digits",
                condition=Q(number__gte=1, number__lt=10**8),
            ),
        ]


class RefundRow(Record):
    """Money that goes back; the one proposes it, another makes it.

    method, parts: how it went, and VND by chapter of the budget, once made.

    PII: none — who proposed and made it are officers; reason is theirs.
    """

    bill = models.ForeignKey(BillRow, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=10)
    method = models.CharField(max_length=10, blank=True)
    parts = models.JSONField(default=dict)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payments_known_refund",
                condition=Q(amount__gt=0, state__in=list(RefundState)),
            ),
            models.CheckConstraint(
                name="payments_two_people_refund",
                condition=~Q(state=RefundState.MADE)
                | Q(made_by__isnull=False) & ~Q(made_by=F("proposed_by")),
            ),
        ]


class CallbackRow(Record):
    """That a gateway or bank called, or somebody who says so; kept whatever it was.

    digest: SHA-256 of what came. told: the reference, where the signature is right.

    PII: none
    """

    method = models.CharField(max_length=10, db_default=Method.GATEWAY.value)
    received_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    verdict = models.CharField(max_length=20)
    told = models.CharField(max_length=34, blank=True)
    transaction = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payments_known_verdict",
                condition=Q(verdict__in=list(Verdict)),
            )
        ]
        indexes = [models.Index(fields=["received_at"], name="payments_callbacks")]
