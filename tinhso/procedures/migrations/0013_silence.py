"""The promise that no dossier is silent, as a view that must be empty."""

from django.db import migrations

VIEW = """
CREATE VIEW open_dossiers_without_owner_or_due AS
SELECT dossier.id, dossier.code, dossier.submitted_at,
    CASE WHEN task.id IS NULL THEN 'no task'
         WHEN task.role = '' THEN 'no role'
         ELSE 'nobody in post' END AS why
FROM procedures_dossierrow AS dossier
LEFT JOIN procedures_taskrow AS task
    ON task.dossier_id = dossier.id AND task.closed_at IS NULL
WHERE dossier.ended_at IS NULL AND (
    task.id IS NULL OR task.role = '' OR task.due_at IS NULL
    OR task.role NOT IN ('citizen', 'system') AND NOT EXISTS (
        SELECT FROM people_postrow AS post
        WHERE post.organization_id = task.organization_id AND post.role = task.role
        AND post.valid_from <= current_date
        AND (post.valid_to IS NULL OR post.valid_to > current_date)
    )
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0012_inbox_index"),
        ("people", "0002_codes_levels_and_posts"),
    ]

    operations = [
        migrations.RunSQL(VIEW, "DROP VIEW open_dossiers_without_owner_or_due")
    ]
