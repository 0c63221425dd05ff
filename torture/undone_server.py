"""What `torture.undone.serving` serves; loaded by its server alone."""

from tinhso.project import wsgi
from torture.undone import undone

application = undone(wsgi.application)
