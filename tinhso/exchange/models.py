"""Tables of the exchange; the log and its stamps are only added to, by triggers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tinhso.exchange.types import (
    AgreementState,
    Direction,
    DocumentKind,
    DocumentState,
    Kind,
    Side,
    StatusCode,
    Use,
)
from tinhso.kernel.records import Record


class VersionRow(models.Model):
    """Counts the changes of the directory; gateways read it with each batch.

    PII: none
    """

    number = models.BigIntegerField()


class MemberRow(Record):
    """An organization that takes part; gateway: where its gateway listens.

    PII: none
    """

    instance = models.CharField(max_length=64)
    member_class = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    organization = models.ForeignKey("people.OrganizationRow", on_delete=models.PROTECT)
    gateway = models.CharField(max_length=260)
    is_synthetic = models.BooleanField()
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instance", "member_class", "code"],
                name="exchange_one_member_a_name",
            )
        ]


class SubsystemRow(Record):
    """An information system of a member.

    key_digest: SHA-256 of the key it shows to its own gateway.

    PII: none
    """

    member = models.ForeignKey(MemberRow, on_delete=models.PROTECT)
    code = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    key_digest = models.CharField(max_length=64)
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "code"], name="exchange_one_subsystem_a_name"
            )
        ]


class ServiceRow(Record):
    """What a subsystem offers; about: the parameter that names a person.

    PII: none
    """

    subsystem = models.ForeignKey(SubsystemRow, on_delete=models.PROTECT)
    code = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    address = models.CharField(max_length=500)
    openapi = models.JSONField()
    about = models.CharField(max_length=80, blank=True)
    most_bytes = models.BigIntegerField()
    seconds = models.FloatField()
    is_sandbox = models.BooleanField()
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subsystem", "code"], name="exchange_one_service_a_name"
            ),
            models.CheckConstraint(
                name="exchange_services_have_limits",
                condition=Q(most_bytes__gt=0, seconds__gt=0),
            ),
        ]


class AgreementRow(Record):
    """That a subsystem may use a service; approved by somebody else than who asked.

    PII: none — who asked and decided are officers; purpose and reason are theirs.
    """

    consumer = models.ForeignKey(SubsystemRow, on_delete=models.PROTECT)
    service = models.ForeignKey(ServiceRow, on_delete=models.PROTECT)
    operations = ArrayField(models.CharField(max_length=64))
    fields = ArrayField(models.CharField(max_length=300))
    purpose = models.CharField(max_length=500)
    source = models.CharField(max_length=300)
    valid_from = models.DateField()
    valid_to = models.DateField()
    per_minute = models.PositiveIntegerField()
    per_day = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exchange_known_agreement",
                condition=Q(
                    state__in=list(AgreementState), per_minute__gt=0, per_day__gt=0
                ),
            ),
            models.CheckConstraint(
                name="exchange_agreement_ends_after_it_starts",
                condition=Q(valid_to__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="exchange_two_people_agree",
                condition=Q(asked_by__isnull=True)
                | Q(decided_by__isnull=True)
                | Q(state__in=[AgreementState.REFUSED, AgreementState.ENDED])
                | ~Q(decided_by=F("asked_by")),
            ),
        ]
        indexes = [
            models.Index(fields=["service", "state"], name="exchange_agreed_of_service")
        ]


class CertificateRow(Record):
    """A certificate of a member's gateway; fingerprint: SHA-256 of it, hex.

    PII: none
    """

    member = models.ForeignKey(MemberRow, on_delete=models.PROTECT)
    use = models.CharField(max_length=4)
    pem = models.TextField()
    fingerprint = models.CharField(max_length=64, unique=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    registered_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exchange_known_use", condition=Q(use__in=list(Use))
            )
        ]


class LogRow(models.Model):
    """An entry of a gateway's message log; text: as hashed, chain: with all before.

    once: of what may happen once. about, agreement, milliseconds: to look up and count
    by; what they say that matters stands in the text, too. Bodies are not kept: their
    digest is signed.

    PII: text (path and query may hold a personal number), about — the period is left
    to a decision of the province; NĐ 47/2020 Đ45 asks for the log.
    """

    gateway = models.ForeignKey(MemberRow, on_delete=models.PROTECT)
    position = models.BigIntegerField()
    at = models.DateTimeField()
    side = models.CharField(max_length=8)
    kind = models.CharField(max_length=8)
    message_id = models.CharField(max_length=255)
    agreement_id = models.UUIDField(null=True)
    refused = models.CharField(max_length=40, blank=True)
    milliseconds = models.IntegerField(null=True)
    once = models.UUIDField(null=True)
    text = models.TextField()
    chain = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "position"], name="exchange_log_has_no_gaps"
            ),
            models.UniqueConstraint(
                fields=["gateway", "once"], name="exchange_log_lets_through_once"
            ),
            models.CheckConstraint(
                name="exchange_known_entry",
                condition=Q(side__in=list(Side), kind__in=list(Kind)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["agreement_id", "at"], name="exchange_log_by_agreement"
            ),
            models.Index(fields=["message_id"], name="exchange_log_by_message"),
        ]


class StampRow(Record):
    """A time-stamp over entries first to last of a log, and all before them.

    root: of their Merkle tree; token: RFC 3161, DER.

    PII: none
    """

    gateway = models.ForeignKey(MemberRow, on_delete=models.PROTECT)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    root = models.BinaryField()
    before = models.BinaryField()
    chain = models.BinaryField()
    token = models.BinaryField()
    stamped_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "first"], name="exchange_stamps_do_not_overlap"
            ),
            models.CheckConstraint(
                name="exchange_stamps_hold_something", condition=Q(last__gte=F("first"))
            ),
        ]


class TopicMessageRow(models.Model):
    """What happened, as subscribers are told of it, numbered as it was published.

    PII: none — bodies name dossiers by code and persons not at all.
    """

    number = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=80)
    key = models.UUIDField()
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "key"], name="exchange_published_once"
            )
        ]
        indexes = [
            models.Index(fields=["topic", "number"], name="exchange_topic_in_order"),
            models.Index(fields=["topic", "at"], name="exchange_topic_by_time"),
        ]


class SubscriptionRow(Record):
    """That a system may be told of a topic; position: the last number it took.

    since: what happened from then on is told; made_at: when it was asked for.

    PII: none — who asked and decided are officers; purpose and reason are theirs.
    """

    consumer = models.ForeignKey(SubsystemRow, on_delete=models.PROTECT)
    topic = models.CharField(max_length=80)
    address = models.CharField(max_length=700)
    fields = ArrayField(models.CharField(max_length=80))
    purpose = models.CharField(max_length=500)
    source = models.CharField(max_length=300)
    position = models.BigIntegerField()
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    next_at = models.DateTimeField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, db_default=AgreementState.ASKED)
    since = models.DateTimeField(null=True)
    asked_by = models.UUIDField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exchange_subscription_state_and_dates_agree",
                condition=Q(
                    state=AgreementState.ASKED,
                    decided_at__isnull=True,
                    ended_at__isnull=True,
                )
                | Q(
                    state=AgreementState.APPROVED,
                    decided_at__isnull=False,
                    since__isnull=False,
                    ended_at__isnull=True,
                )
                | Q(
                    ~Q(reason=""),
                    state=AgreementState.REFUSED,
                    decided_at__isnull=False,
                    ended_at__isnull=True,
                )
                | Q(
                    state=AgreementState.ENDED,
                    decided_at__isnull=False,
                    ended_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="exchange_two_people_subscribe",
                condition=Q(asked_by__isnull=True)
                | Q(decided_by__isnull=True)
                | Q(state__in=[AgreementState.REFUSED, AgreementState.ENDED])
                | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="exchange_subscription_has_a_place",
                condition=Q(position__gte=0, attempts__gte=0),
            ),
            # A system may have several receivers, and each is told once.
            models.UniqueConstraint(
                fields=["consumer", "topic", "address"],
                condition=Q(state__in=[AgreementState.ASKED, AgreementState.APPROVED]),
                name="exchange_one_subscription_a_receiver",
            ),
        ]


class DeadLetterRow(Record):
    """A message that a subscriber never took; again_at: when it did after all.

    PII: none
    """

    subscription = models.ForeignKey(SubscriptionRow, on_delete=models.PROTECT)
    message = models.ForeignKey(TopicMessageRow, on_delete=models.PROTECT)
    error = models.CharField(max_length=200)
    put_at = models.DateTimeField()
    again_at = models.DateTimeField(null=True)


class DocumentCertificateRow(Record):
    """A certificate of an agency for its documents; code: its agency code.

    PII: none
    """

    code = models.CharField(max_length=35)
    pem = models.TextField()
    fingerprint = models.CharField(max_length=64, unique=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    registered_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)


class DocumentRow(Record):
    """A document sent or received, its whole XML kept; affected: the one it acts on.

    digest: SHA-256 of xml; said: SHA-256 of what it says, whoever carried it.

    PII: xml, subject (signers and staff are officers; what papers say may name anybody)
    — kept as long as the paper, Luật Lưu trữ 33/2024/QH15; the period is left to the
    agency's list of files.
    """

    direction = models.CharField(max_length=8)
    document_id = models.CharField(max_length=200)
    kind = models.PositiveSmallIntegerField()
    sender = models.CharField(max_length=35)
    receivers = ArrayField(models.CharField(max_length=35))
    code = models.CharField(max_length=200)
    issued_on = models.DateField()
    subject = models.TextField()
    state = models.CharField(max_length=8)
    reason = models.TextField(blank=True)
    affected = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    xml = models.BinaryField()
    digest = models.CharField(max_length=64)
    said = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    is_old = models.BooleanField()
    is_synthetic = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["direction", "sender", "document_id"],
                condition=Q(kind__in=[DocumentKind.NEW, DocumentKind.REPLACE]),
                name="exchange_one_document_an_id",
            ),
            models.UniqueConstraint(
                fields=["direction", "sender", "document_id", "kind", "said"],
                name="exchange_one_document_a_content",
            ),
            models.CheckConstraint(
                name="exchange_known_document",
                condition=Q(
                    direction__in=list(Direction),
                    kind__in=list(DocumentKind),
                    state__in=list(DocumentState),
                ),
            ),
            models.CheckConstraint(
                name="exchange_ended_documents_have_a_reason",
                condition=Q(state=DocumentState.VALID) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="exchange_new_documents_act_on_none",
                condition=Q(kind=DocumentKind.NEW, affected__isnull=True)
                | Q(~Q(kind=DocumentKind.NEW), affected__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["direction", "-at"], name="exchange_documents_by_time"
            ),
            models.Index(fields=["document_id"], name="exchange_documents_by_id"),
        ]


class DocumentStatusRow(Record):
    """What a receiver told of a document, its whole XML kept; by: the receiver's code.

    PII: xml, description (who worked on it is an officer) — kept with the document.
    """

    document = models.ForeignKey(DocumentRow, on_delete=models.PROTECT)
    by = models.CharField(max_length=35)
    code = models.CharField(max_length=2)
    description = models.TextField(blank=True)
    told_at = models.DateTimeField()
    xml = models.BinaryField()
    said = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "by", "said"], name="exchange_one_status_a_content"
            ),
            models.CheckConstraint(
                name="exchange_known_status", condition=Q(code__in=list(StatusCode))
            ),
        ]
