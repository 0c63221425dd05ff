"""What machines are told before anything of their request is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext

from tinhso.documents.types import BodyTooLarge
from tinhso.kernel.http import problem

Answer = Callable[[HttpRequest], HttpResponse]

_ROOM = 2**20  # bytes for the parts of a form that are no files


def body_limit(get_response: Answer) -> Answer:
    """Refuse a body that is announced as too large, unread."""

    def middleware(request: HttpRequest) -> HttpResponse:
        most = settings.TINHSO_MAX_UPLOAD_BYTES
        sent = int(request.META.get("CONTENT_LENGTH") or 0)
        if not request.path.startswith("/api/") or sent <= most + _ROOM:
            return get_response(request)
        refusal = BodyTooLarge(limit_mb=most // 2**20)
        return JsonResponse(
            problem(refusal, translate=gettext),
            status=refusal.status,
            content_type="application/problem+json",
        )

    return middleware
