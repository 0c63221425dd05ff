"""Tables of notify."""

from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Record
from tinhso.notify.types import Channel, DeliveryState, Obligation

# What is on its way: the next channel may have to be taken instead.
ON_THE_WAY = (DeliveryState.QUEUED, DeliveryState.SENT)
NOT_ARRIVED = tuple(one for one in DeliveryState if one != DeliveryState.DELIVERED)


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
    obligation = models.CharField(
        max_length=8, default=Obligation.SERVICE, db_default="service"
    )
    short = models.JSONField(null=True)
    zalo = models.CharField(max_length=64, blank=True, default="", db_default="")
    is_urgent = models.BooleanField(default=False, db_default=False)
    examples = models.JSONField(null=True)
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

    ways: the channels it may go by, in their order; none of before there was one.

    PII: subject, body, short and zalo may name the person and their dossier — kept as
    long as the dossier they speak of.
    """

    person = models.ForeignKey("people.PersonRow", on_delete=models.PROTECT)
    template = models.ForeignKey(MessageTemplateRow, on_delete=models.PROTECT)
    subject = models.JSONField()
    body = models.JSONField()
    short = models.JSONField(null=True)
    zalo = models.JSONField(null=True)
    ways = models.JSONField(null=True)
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

    reference: by what the service or the post knows it; since: from when on it is
    waited for, None once the next channel was taken; cost: VND.

    PII: none; the address is read from the person when it is needed.
    """

    message = models.ForeignKey(MessageRow, on_delete=models.PROTECT)
    channel = models.CharField(max_length=10)
    state = models.CharField(max_length=12)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    next_attempt_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    since = models.DateTimeField(null=True)
    reference = models.CharField(max_length=100, blank=True, default="", db_default="")
    segments = models.PositiveSmallIntegerField(default=0, db_default=0)
    cost = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "channel"], name="notify_one_delivery_a_channel"
            ),
            models.CheckConstraint(
                name="notify_known_channel",
                condition=Q(channel__in=[c for c in Channel if c != Channel.INBOX]),
            ),
            models.CheckConstraint(
                name="notify_delivered_has_time",
                condition=Q(state=DeliveryState.DELIVERED, delivered_at__isnull=False)
                | Q(state__in=NOT_ARRIVED, delivered_at=None),
            ),
            models.CheckConstraint(
                name="notify_sent_has_time",
                condition=Q(sent_at__isnull=False)
                | ~Q(state__in=[DeliveryState.SENT, DeliveryState.UNCONFIRMED]),
            ),
            models.CheckConstraint(
                name="notify_posted_has_number",
                condition=~Q(channel=Channel.LETTER, state=DeliveryState.SENT)
                | ~Q(reference=""),
            ),
        ]
        indexes = [
            models.Index(
                name="notify_due",
                fields=["next_attempt_at"],
                condition=Q(state=DeliveryState.QUEUED),
            ),
            models.Index(
                name="notify_waited_for",
                fields=["channel", "since"],
                condition=Q(state__in=ON_THE_WAY, since__isnull=False),
            ),
            models.Index(
                name="notify_by_reference",
                fields=["channel", "reference"],
                condition=~Q(reference=""),
            ),
        ]


class ChannelSettingsRow(models.Model):
    """How a person wants to be reached; nobody has one before they chose.

    PII: zalo_user_id, and when one wants to be left alone — kept as long as the person
    (NĐ 13/2023/NĐ-CP: by consent, changed by the person themselves).
    """

    person = models.OneToOneField(
        "people.PersonRow", on_delete=models.PROTECT, primary_key=True
    )
    order = models.JSONField()
    is_every = models.BooleanField()
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    takes_news = models.BooleanField()
    off = models.JSONField()
    zalo_user_id = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notify_quiet_has_both_ends",
                condition=Q(quiet_from=None, quiet_to=None)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
            )
        ]


class PushSubscriptionRow(Record):
    """A browser that a person lets show messages.

    PII: endpoint leads to one's browser — kept until it is taken away, or the browser's
    service says that it is gone.
    """

    person = models.ForeignKey("people.PersonRow", on_delete=models.PROTECT)
    endpoint = models.CharField(max_length=500)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint"], name="notify_one_person_a_browser"
            )
        ]


class ChannelRuleRow(Record):
    """How a channel is used and what it costs, as published.

    PII: none
    """

    channel = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "number"], name="notify_one_rule_a_version"
            )
        ]


class DeliveryReportRow(Record):
    """What a service told of a delivery, and what became of it.

    PII: none; of what was told only the references are kept.
    """

    received_at = models.DateTimeField()
    channel = models.CharField(max_length=10)
    reference = models.CharField(max_length=100, blank=True)
    told = models.CharField(max_length=20, blank=True)
    verdict = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    delivery = models.ForeignKey(DeliveryRow, null=True, on_delete=models.PROTECT)


class ServiceTokenRow(models.Model):
    """A token that a service hands out and changes; encrypted with the secret key.

    PII: none
    """

    service = models.CharField(max_length=20, primary_key=True)
    sealed = models.TextField()
    expires_at = models.DateTimeField()


class OutageRow(Record):
    """A time in which the platform rests, as announced.

    told_until: the last person who was told of it, None before the first; told_at:
    when everybody was.

    PII: none
    """

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    what = models.JSONField()
    is_planned = models.BooleanField()
    reason = models.TextField(blank=True)
    announced_at = models.DateTimeField()
    announced_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    told_until = models.UUIDField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notify_outage_ends_after_it_starts",
                condition=Q(ends_at__gt=models.F("starts_at")),
            ),
            models.CheckConstraint(
                name="notify_unplanned_says_why",
                condition=Q(is_planned=True) | ~Q(reason=""),
            ),
        ]
