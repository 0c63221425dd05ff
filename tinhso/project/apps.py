"""The last app to be ready: wires the rooms together."""

from django.apps import AppConfig
from django.conf import settings

from tinhso.kernel import plugins


class ProjectConfig(AppConfig):
    """Import the wiring pages once every room stands."""

    name = "tinhso.project"

    def ready(self) -> None:
        """Join the rooms."""
        plugins.wire(settings.TINHSO_WIRING)
