import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

import tinhso.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DatasetRow",
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
                ("slug", models.CharField(max_length=80, unique=True)),
                ("body", models.JSONField()),
                ("publisher", models.CharField(max_length=40)),
                ("theme", models.CharField(max_length=100)),
                ("frequency", models.CharField(max_length=100)),
                ("order", models.CharField(max_length=200)),
                ("search", models.TextField()),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.SearchVector(
                            "search", config="simple"
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                ("newest", models.PositiveIntegerField(default=0)),
                ("published_at", models.DateTimeField(null=True)),
                ("has_map", models.BooleanField(default=False)),
                ("is_synthetic", models.BooleanField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["words"], name="opendata_by_word"
                    ),
                    models.Index(
                        condition=models.Q(("newest__gt", 0)),
                        fields=["order"],
                        name="opendata_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VersionRow",
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
                ("number", models.PositiveIntegerField()),
                ("published_at", models.DateTimeField()),
                ("rows", models.PositiveBigIntegerField()),
                ("bytes", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("columns", models.JSONField()),
                ("table", models.CharField(max_length=100)),
                ("table_uuid", models.CharField(max_length=36)),
                ("snapshot_id", models.BigIntegerField()),
                ("formula", models.CharField(max_length=64)),
                ("is_synthetic", models.BooleanField()),
                ("gate", models.JSONField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "dataset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="opendata.datasetrow",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dataset", "number"),
                        name="opendata_versions_have_an_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("withdrawn_at__isnull", True)),
                            models.Q(
                                ("withdrawn_at__gte", models.F("published_at")),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="opendata_withdrawn_with_a_reason",
                    ),
                ],
            },
        ),
        # Facets are counted over all that was found: what they need not read, the
        # declaration and the texts, lies apart from the rows.
        migrations.RunSQL(
            "ALTER TABLE opendata_datasetrow SET (toast_tuple_target = 128)",
            migrations.RunSQL.noop,
        ),
    ]
