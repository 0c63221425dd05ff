from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What goes between agencies comes in by a channel of its own."""

    dependencies = [("procedures", "0017_made_up")]

    harmless = {"procedures_known_channel": "it allows one word more than before"}

    operations = [
        migrations.RemoveConstraint(
            model_name="dossierrow", name="procedures_known_channel"
        ),
        migrations.AddConstraint(
            model_name="dossierrow",
            constraint=models.CheckConstraint(
                condition=Q(channel__in=["online", "counter", "post", "internal"]),
                name="procedures_known_channel",
            ),
        ),
    ]
