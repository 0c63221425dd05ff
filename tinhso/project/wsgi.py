"""What the server serves."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tinhso.project.patience import WEB_SECONDS, PatientConnection
from tinhso.web.bodies import bounded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")

_django = get_wsgi_application()
application = bounded(_django, most=settings.TINHSO_MAX_UPLOAD_BYTES)
PatientConnection.patience = WEB_SECONDS

from tinhso.documents import actions as documents  # noqa: E402 - needs the apps

documents.prepare_inspection()

# What is loaded here stays for good: the collector need not look at it again, and with
# few circles left behind by a request it need not come a hundred times a second.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
