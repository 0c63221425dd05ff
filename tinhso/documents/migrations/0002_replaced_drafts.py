"""A draft that another one replaced has a state of its own."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Let a document be `replaced`."""

    dependencies = [
        ("documents", "0001_first"),
        ("people", "0002_codes_levels_and_posts"),
    ]

    operations = [
        migrations.RemoveConstraint("documentrow", "documents_known_state"),
        migrations.AddConstraint(
            "documentrow",
            models.CheckConstraint(
                name="documents_known_state",
                condition=Q(state__in=["draft", "signed", "replaced"], issued_at=None)
                | Q(state="issued", issued_at__isnull=False)
                | Q(state="revoked", revoked_at__isnull=False),
            ),
        ),
    ]
