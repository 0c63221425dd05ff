"""What was erased, and by which decision."""

from django.db import models
from django.db.models import Q

from tinhso.kernel.records import Record
from tinhso.procedures.models.dossiers import DossierRow


class ErasureRow(Record):
    """The tombstone of a dossier whose personal data was erased.

    decision: the answer to the request, where a person asked for it. files: how many.

    PII: by_name of an officer in their office — kept as long as the dossier.
    """

    dossier = models.OneToOneField(
        DossierRow, on_delete=models.PROTECT, related_name="erasure"
    )
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=200)
    basis = models.CharField(max_length=300)
    decision = models.ForeignKey(
        "documents.DocumentRow", null=True, on_delete=models.PROTECT, related_name="+"
    )
    files = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="procedures_erased_with_a_basis", condition=~Q(basis="")
            )
        ]
