"""Every version of every content that was ever applied."""

from django.db import models

from tinhso.kernel.records import Record


class ContentVersion(Record):
    """A content as it was applied; never changed, never deleted.

    PII: none
    """

    pack = models.CharField(max_length=100)
    kind = models.CharField(max_length=50)
    key = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    body = models.JSONField()
    attachments = models.JSONField(default=dict)
    applied_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "version"], name="packs_one_body_a_version"
            )
        ]
