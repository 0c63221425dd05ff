"""Tables of open data: what is declared, and what came out."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q

from tinhso.kernel.records import Record


class DatasetRow(Record):
    """A dataset of the catalogue, locked by whoever publishes or withdraws.

    newest: the version that is shown, 0 if none is. search: folded words. theme,
    frequency: as the EU's lists end, `GOVE`, `MONTHLY`.

    PII: none — a contact is an office.
    """

    slug = models.CharField(max_length=80, unique=True)
    publisher = models.CharField(max_length=40)
    theme = models.CharField(max_length=40)
    frequency = models.CharField(max_length=40)
    order = models.CharField(max_length=200)
    search = models.TextField()
    words = models.GeneratedField(
        expression=SearchVector("search", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    newest = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    has_map = models.BooleanField(default=False)
    is_synthetic = models.BooleanField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="opendata_by_word"),
            models.Index(
                fields=["order"], name="opendata_in_order", condition=Q(newest__gt=0)
            ),
            # All datasets are counted by these on the first page.
            models.Index(
                fields=["theme", "publisher", "frequency", "has_map"],
                name="opendata_facets",
                condition=Q(newest__gt=0),
            ),
        ]


class DeclaredRow(models.Model):
    """How a dataset is declared; apart, so that counting thousands reads none of it.

    PII: none — a contact is an office.
    """

    dataset = models.OneToOneField(
        DatasetRow, primary_key=True, on_delete=models.PROTECT, related_name="declared"
    )
    body = models.JSONField()


class VersionRow(Record):
    """A version of a dataset; it is written once, and withdrawn at most once.

    gate: what the privacy gate did.

    PII: none — who published it stands in the journal.
    """

    dataset = models.ForeignKey(DatasetRow, on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    rows = models.PositiveBigIntegerField()
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    columns = models.JSONField()
    table = models.CharField(max_length=100)
    table_uuid = models.CharField(max_length=36)
    snapshot_id = models.BigIntegerField()
    formula = models.CharField(max_length=64)
    is_synthetic = models.BooleanField()
    gate = models.JSONField()
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "number"], name="opendata_versions_have_an_order"
            ),
            models.CheckConstraint(
                name="opendata_withdrawn_with_a_reason",
                condition=Q(withdrawn_at__isnull=True, reason="")
                | Q(withdrawn_at__gte=F("published_at")) & ~Q(reason=""),
            ),
        ]
