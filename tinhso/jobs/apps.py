"""Makes the jobs known to procrastinate, which looks for `tasks` in every app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The door for the clock."""

    name = "tinhso.jobs"
