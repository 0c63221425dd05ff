"""With what people and agencies sign is kept; their PINs are not."""

import django.db.models.deletion
from django.db import migrations, models

import tinhso.kernel.ids


class Migration(migrations.Migration):
    """Add the table of means, one at a time for each signer."""

    dependencies = [
        ("documents", "0002_replaced_drafts"),
        ("people", "0002_codes_levels_and_posts"),
    ]

    operations = [
        migrations.CreateModel(
            name="SigningMeansRow",
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
                ("kind", models.CharField(max_length=10)),
                ("is_own", models.BooleanField(default=False)),
                ("token_label", models.CharField(blank=True, max_length=32)),
                ("key_label", models.CharField(blank=True, max_length=100)),
                ("credential_id", models.CharField(blank=True, max_length=200)),
                ("certificate_sha256", models.CharField(blank=True, max_length=64)),
                ("declared_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.organizationrow",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.personrow",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organization__isnull", False), ("person", None)),
                            models.Q(("organization", None), ("person__isnull", False)),
                            _connector="OR",
                        ),
                        name="documents_means_of_one_signer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("credential_id", ""),
                                ("kind", "token"),
                                models.Q(("token_label", ""), _negated=True),
                                models.Q(("key_label", ""), _negated=True),
                            ),
                            models.Q(
                                ("key_label", ""),
                                ("kind", "remote"),
                                ("token_label", ""),
                                models.Q(("credential_id", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="documents_means_has_a_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("certificate_sha256__regex", "^[0-9a-f]{64}$"),
                                ("is_own", False),
                            ),
                            models.Q(
                                ("certificate_sha256", ""),
                                ("is_own", True),
                                ("kind", "remote"),
                                ("person__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="documents_means_has_a_certificate",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("person", "is_own"),
                        name="documents_one_means_a_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("organization",),
                        name="documents_one_means_an_organization",
                    ),
                ],
            },
        ),
    ]
