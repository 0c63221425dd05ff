"""Applicants may sign their application; a draft tells its signature."""

import django.db.models.deletion
from django.db import migrations, models

import tinhso.kernel.ids


class Migration(migrations.Migration):
    """Add the table of applicants' signatures, and where a draft has its own."""

    dependencies = [
        ("documents", "0003_signing_means"),
        ("procedures", "0007_papers_reports_and_evaluations"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApplicationSignatureRow",
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
                ("content_digest", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=200)),
                ("signed_at", models.DateTimeField()),
                (
                    "dossier",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="application_signature",
                        to="procedures.dossierrow",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.filerow",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="draftrow",
            name="signature",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="procedures.applicationsignaturerow",
            ),
        ),
        migrations.AddConstraint(
            model_name="applicationsignaturerow",
            constraint=models.CheckConstraint(
                condition=models.Q(("content_digest__regex", "^[0-9a-f]{64}$")),
                name="procedures_signed_content_is_sha256",
            ),
        ),
    ]
