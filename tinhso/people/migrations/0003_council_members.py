from django.db import migrations, models

ROLES = [
    "clerk",
    "case_officer",
    "head_of_office",
    "leader",
    "registrar",
    "controller",
    "unit_admin",
    "system_admin",
    "council_member",
]


class Migration(migrations.Migration):
    """Let posts be of members of the People's Council."""

    harmless = {"people_known_role": "it allows one role more"}

    dependencies = [("people", "0002_codes_levels_and_posts")]

    operations = [
        migrations.RemoveConstraint("postrow", "people_known_role"),
        migrations.AddConstraint(
            "postrow",
            models.CheckConstraint(
                condition=models.Q(("role__in", ROLES)), name="people_known_role"
            ),
        ),
    ]
