"""The journal's tables. A trigger refuses every change but on the queue."""

from django.db import models

from tinhso.kernel.records import Record


class JournalEntry(Record):
    """One act, as it was written in the act's own transaction.

    PII: none — people stand here by identifier; `details` holds no names or numbers.
    """

    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=20)
    deed = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    subject_id = models.UUIDField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "id"], name="audit_by_subject"),
            models.Index(fields=["actor_id", "id"], name="audit_by_actor"),
        ]


class AwaitingSeal(models.Model):
    """An entry the sealer has not reached yet; the only rows here that ever go.

    PII: none
    """

    entry = models.OneToOneField(
        JournalEntry, on_delete=models.PROTECT, primary_key=True
    )


class Seal(models.Model):
    """An entry's number, its link to the entry before, and its leaf in the tree.

    PII: none
    """

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT)
    leaf = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)


class TreeNode(models.Model):
    """The hash of a complete subtree; leaves stand in `Seal`.

    PII: none
    """

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "index"], name="audit_one_hash_a_subtree"
            )
        ]


class SignedTreeHead(models.Model):
    """The root over the first `size` entries, signed.

    PII: none
    """

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField(db_index=True)
    signature = models.BinaryField(max_length=64)
