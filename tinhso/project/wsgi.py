"""What the server serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from tinhso.project.patience import WEB_SECONDS, PatientConnection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")

application = get_wsgi_application()
PatientConnection.patience = WEB_SECONDS

# What is loaded here stays for good: the collector need not look at it again, and with
# few circles left behind by a request it need not come a hundred times a second.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
