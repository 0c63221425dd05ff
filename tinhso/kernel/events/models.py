"""The outbox and its deliveries."""

from django.db import models

from tinhso.kernel.ids import new_id


class OutboxEvent(models.Model):
    """An event, written with the change it tells of.

    PII: none — events carry identifiers, never names or numbers of people.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100)
    subject_id = models.UUIDField()
    body = models.JSONField()
    actor_id = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "id"], name="events_by_subject"),
            models.Index(
                fields=["id"],
                name="events_undelivered",
                condition=models.Q(delivered_at__isnull=True),
            ),
        ]


class Delivery(models.Model):
    """A handler's effects stand in the database; it need not run again.

    PII: none
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(OutboxEvent, on_delete=models.PROTECT)
    handler = models.CharField(max_length=200)
    delivered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "handler"], name="events_each_handler_once"
            )
        ]
