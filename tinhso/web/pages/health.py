"""Whether the platform answers; asked by the start-up and by watchers."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tinhso.kernel.http import RETRY_AFTER
from tinhso.security.types import Access
from tinhso.web.policy import guarded


@guarded(Access.PUBLIC)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer `ok` if the database does, too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        headers = {"Retry-After": RETRY_AFTER}
        kind = "text/plain"
        return HttpResponse("database", content_type=kind, status=503, headers=headers)
    return HttpResponse("ok", content_type="text/plain")
