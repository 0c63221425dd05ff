"""Tables of notify."""

from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Record
from tinhso.notify.types import Channel, DeliveryState


class MessageTemplateRow(Record):
    """A wording as it was published; messages keep the version they were made by.

    PII: none
    """

    key = models.CharField(max_length=100)
    number = models.PositiveIntegerField()
    title = models.JSONField()
    channels = models.JSONField()
    subject = models.JSONField()
    body = models.JSONField()
    source = models.TextField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "number"], name="notify_one_wording_a_version"
            )
        ]


class MessageRow(Record):
    """A message to a person, as they read it.

    PII: subject and body may name the person and their dossier — kept as long as the
    dossier they speak of.
    """

    person = models.ForeignKey("people.PersonRow", on_delete=models.PROTECT)
    template = models.ForeignKey(MessageTemplateRow, on_delete=models.PROTECT)
    subject = models.JSONField()
    body = models.JSONField()
    subject_id = models.UUIDField(null=True, db_index=True)
    dedupe_key = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe_key"], name="notify_one_message_a_dedupe_key"
            )
        ]


class DeliveryRow(Record):
    """One way of one message, and the log of trying it.

    PII: none; the address is read from the person when it is needed.
    """

    message = models.ForeignKey(MessageRow, on_delete=models.PROTECT)
    channel = models.CharField(max_length=10)
    state = models.CharField(max_length=12)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    next_attempt_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "channel"], name="notify_one_delivery_a_channel"
            ),
            models.CheckConstraint(
                name="notify_known_channel",
                condition=Q(channel__in=[Channel.EMAIL, Channel.CONSOLE]),
            ),
            models.CheckConstraint(
                name="notify_delivered_has_time",
                condition=Q(state=DeliveryState.DELIVERED, delivered_at__isnull=False)
                | Q(
                    state__in=[
                        DeliveryState.QUEUED,
                        DeliveryState.FAILED,
                        DeliveryState.NO_ADDRESS,
                    ],
                    delivered_at=None,
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="notify_due",
                fields=["next_attempt_at"],
                condition=Q(state=DeliveryState.QUEUED),
            )
        ]
