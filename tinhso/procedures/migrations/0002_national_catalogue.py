"""The national catalogue has a table of its own."""

import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import Q

import tinhso.kernel.ids


class Migration(migrations.Migration):
    """Make room for the imported catalogue."""

    dependencies = [("procedures", "0001_first")]

    operations = [
        migrations.CreateModel(
            name="NationalVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tinhso.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("code", models.CharField(max_length=30)),
                ("number", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("body", models.JSONField()),
                ("folded", models.TextField()),
                ("imported_at", models.DateTimeField()),
                ("is_newest", models.BooleanField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        condition=Q(is_newest=True),
                        fields=["folded"],
                        name="procedures_national_by_words",
                        opclasses=["gin_trgm_ops"],
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["code", "number"],
                        name="procedures_one_national_a_number",
                    ),
                    models.UniqueConstraint(
                        condition=Q(is_newest=True),
                        fields=["code"],
                        name="procedures_one_newest_national",
                    ),
                ],
            },
        )
    ]
