"""Scenarios as they were frozen."""

from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Record


class FrozenScenarioRow(Record):
    """A scenario put before the Council; only added to.

    model, version, model_digest: of which model. told: run with the lineage of its
    inputs, ledger, target, chances. digest: SHA-256 of all columns but id, itself and
    paper: the PDF that was printed of it. A trigger refuses changes.

    PII: frozen_by — the officer who froze it, kept as long as the proposal.
    """

    model = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    model_digest = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    reason = models.CharField(max_length=4000)
    levers = models.JSONField()
    members = models.PositiveIntegerField()
    seed = models.BigIntegerField()
    told = models.JSONField()
    digest = models.CharField(max_length=64, unique=True)
    made_up = models.BooleanField()
    frozen_by = models.CharField(max_length=200)
    frozen_at = models.DateTimeField()
    paper = models.ForeignKey("documents.DocumentRow", models.PROTECT, null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["model", "-frozen_at"], name="foresight_frozen_of_model"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(reason=""), name="foresight_frozen_says_why"
            ),
            models.CheckConstraint(
                condition=Q(members__gte=1, members__lte=10_000),
                name="foresight_frozen_members",
            ),
        ]


class PutForwardRow(Record):
    """That a frozen scenario was put before the Council; only added to, by a trigger.

    PII: put_by — the officer who put it forward, kept as long as the proposal.
    """

    scenario = models.OneToOneField(
        FrozenScenarioRow, models.PROTECT, related_name="put_forward"
    )
    put_by = models.CharField(max_length=200)
    put_at = models.DateTimeField()
