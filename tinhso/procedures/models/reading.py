"""Which dossiers stood in lists that officers carried away."""

from django.db import models

from tinhso.procedures.models.dossiers import DossierRow


class ListedRow(models.Model):
    """A dossier in a list that was downloaded or printed; entry: in the journal.

    PII: none
    """

    id = models.BigAutoField(primary_key=True)
    entry_id = models.UUIDField()
    dossier = models.ForeignKey(DossierRow, on_delete=models.CASCADE)
