"""Every version of every content that was ever applied, and when packs were."""

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


class ContentDraftRow(Record):
    """A content that somebody edits in the browser, before it is a version.

    based_on: the version it started from, 0 for none; revision: one more each time it
    is saved. author_id: an account.

    PII: none
    """

    kind = models.CharField(max_length=50)
    key = models.CharField(max_length=100)
    body = models.JSONField()
    based_on = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)
    author_id = models.UUIDField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], name="packs_one_draft_a_content"
            )
        ]


class PacksAppliedRow(Record):
    """The packs below a folder, applied as they were then; the newest is in force.

    digest: of all their files, and of what they were checked against.

    PII: none
    """

    digest = models.CharField(max_length=64)
    applied_at = models.DateTimeField()
