"""What makes the web an app: its manifest, its service worker, its offline page.

None of the three knows who asks; nothing personal is ever kept by the worker.
"""

import json
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tinhso.security.types import Access
from tinhso.web.policy import guarded
from tinhso.web.ui.phrases import language

# What the offline page shows itself with; all else is kept as it is met.
SHELL = ("css/tinhso.css", "js/citizen.js", "mark.svg")
SIZES = (192, 512)


@guarded(Access.PUBLIC)
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the app, so that people put it on their phone's first screen."""
    content = {
        "id": "/",
        "name": gettext("Tỉnh Số Quảng Ninh"),
        "short_name": gettext("Tỉnh Số"),
        "description": gettext("Nộp và theo dõi hồ sơ hành chính."),
        "lang": language(),
        "start_url": reverse("dossiers"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0a3550",
        "icons": [_icon(size) for size in SIZES],
    }
    headers = {"Cache-Control": "no-cache"}
    kind = "application/manifest+json"
    return JsonResponse(content, content_type=kind, headers=headers)


@guarded(Access.PUBLIC)
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Hand out the service worker; another name of a file makes another worker."""
    shell = [reverse("offline"), *map(static, SHELL)]
    # The language is that of who installs it; their offline page speaks it.
    version = sha256(json.dumps([language(), _page(), *shell]).encode()).hexdigest()
    context = {"version": version[:12], "shell": json.dumps(shell)}
    text = render_to_string("offline/worker.js", context)
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(text, content_type="text/javascript", headers=headers)


@guarded(Access.PUBLIC)
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Say that the line is dead, and that what was typed is still there."""
    return HttpResponse(_page(), headers={"Cache-Control": "no-cache"})


def _page() -> str:
    # Without the request: no name, no token, nothing of whoever is signed in.
    return render_to_string("offline/offline.html", {})


def _icon(size: int) -> dict[str, str]:
    return {
        "src": static(f"icons/app-{size}.png"),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": "any maskable",
    }
