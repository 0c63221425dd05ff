"""What every answer to a browser carries, and where refusals are caught."""

import sys
from collections.abc import Callable, Sequence

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views.defaults import server_error

from tinhso.documents import queries as documents
from tinhso.documents.types import StorageLevel, StorageReadOnly
from tinhso.kernel.errors import N_, Invalid, Refused, TooManyCalls, Unavailable
from tinhso.kernel.http import RETRY_AFTER, SAFE, problem, retry_after
from tinhso.web.policy import ACCOUNT, note_refusal
from tinhso.web.ui.phrases import ErrorLine, error_summary, say_refusal

Answer = Callable[[HttpRequest], HttpResponse]

HEADERS = {
    # Nothing inline, nothing from elsewhere; `data:` is for QR codes drawn here.
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; base-uri 'none';"
        " form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Permissions-Policy": (
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(),"
        " publickey-credentials-get=(self), publickey-credentials-create=(self)"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
}
AWAY = (OperationalError, InterfaceError)
# What is never written into a page.
UNSAID = {"csrfmiddlewaretoken", "signing_secret"}
PAGES = {403, 404, 409, 422, 429, 503}


# Browsers keep to TLS for a year, and on all hosts below; only said where there is TLS.
TRANSPORT = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def without_nul(get_response: Answer) -> Answer:
    """Drop what no text of the database can hold, and nobody types, from addresses."""

    def middleware(request: HttpRequest) -> HttpResponse:
        for name, nul in (("QUERY_STRING", "%00"), ("PATH_INFO", "\0")):
            request.META[name] = request.META.get(name, "").replace(nul, "")
        request.path_info = request.path_info.replace("\0", "")
        return get_response(request)

    return middleware


def security_headers(get_response: Answer) -> Answer:
    """Put the security headers on every answer that has none of its own."""
    is_secure = settings.TINHSO_ORIGIN.startswith("https://")
    headers = {**HEADERS, **(TRANSPORT if is_secure else {})}

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def keep_from_caches(get_response: Answer) -> Answer:
    """Let nothing be kept that was told to somebody known, unless a page says how.

    Every page names who reads it, and what machines are told is somebody's data.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or (
            "Authorization" in request.headers
        ):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def keep_to_space(get_response: Answer) -> Answer:
    """Take no writes while the disk is nearly full; reading goes on, with a banner.

    Signing in goes on, too, for without it nobody reads what is theirs.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        level = documents.storage_level()
        request.storage = level.value  # type: ignore[attr-defined]
        is_reading = request.method in SAFE or request.path.startswith(ACCOUNT)
        if level is StorageLevel.READ_ONLY and not is_reading:
            return unavailable(request, refusal=StorageReadOnly())
        return get_response(request)

    return middleware


class Refusals:
    """Show a refusal that a room raised as the page of its status."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Catch what a view let through: a refusal, or a database that is away."""
        if isinstance(exception, AWAY):
            return unavailable(request)
        if not isinstance(exception, Refused):
            return None
        note_refusal(request, exception)
        status = exception.status if exception.status in PAGES else 422
        message, errors = say_refusal(exception), _errors(exception)
        context: dict[str, object] = {"message": message, "errors": errors}
        if status == Unavailable.status:
            return unavailable(request, refusal=exception)
        if status == TooManyCalls.status:
            context |= _to_send_again(request)
        page = render(request, f"{status}.html", context, status=exception.status)
        if later := retry_after(exception):
            page["Retry-After"] = later
        return page


def unavailable(
    request: HttpRequest, *, refusal: Refused | None = None
) -> HttpResponse:
    """Say honestly that something is away, when to come back, and what was typed.

    refusal: what is; the platform as a whole without one. The page asks nobody who
    it is for, because the database may be what is away.
    """
    if request.path.startswith("/api/"):
        return _problem(refusal or Unavailable())
    message = say_refusal(refusal) if refusal else ""
    context = {"message": message, **_to_send_again(request)}
    page = render_to_string("503.html", context)
    headers = {"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"}
    return HttpResponse(page, status=503, headers=headers)


def _problem(refusal: Refused) -> HttpResponse:
    """Answer a machine, where its own door has not."""
    content = problem(refusal, translate=gettext)
    response = JsonResponse(content, status=refusal.status)
    response["Content-Type"] = "application/problem+json"
    response["Retry-After"] = RETRY_AFTER
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """Answer what no view caught: 503 while the database is away, else 500."""
    if isinstance(sys.exc_info()[1], AWAY):
        return unavailable(request)
    return server_error(request)


def _to_send_again(request: HttpRequest) -> dict[str, object]:
    """Give people what they typed, in a form that sends it once more.

    Without secrets, which are not written into pages, and without files, which no
    page can hold.
    """
    if request.method != "POST" or request.path.startswith(ACCOUNT):
        return {}
    try:
        typed = [(k, v) for k, vs in request.POST.lists() for v in vs]
        has_files = bool(request.FILES)
    except (UnreadablePostError, SuspiciousOperation, MultiPartParserError):
        return {}
    return {
        "typed": [(name, value) for name, value in typed if name not in UNSAID],
        "has_files": has_files,
        "again": request.get_full_path(),
        "csrf_token": get_token(request),
    }


class Unreadable(Refused):
    """The request is not built as HTTP and its forms are, or a name is endless."""

    status = 400
    message = N_(
        "Hệ thống không đọc được nội dung gửi lên."
        " Nếu tên tệp rất dài, hãy đặt tên ngắn hơn."
    )


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django could not read, people and machines alike."""
    refusal = Unreadable()
    if request.path.startswith("/api/"):
        return JsonResponse(
            problem(refusal, translate=gettext),
            status=refusal.status,
            content_type="application/problem+json",
        )
    # Who asks is unknown: the body that would tell cannot be read.
    page = render_to_string("400.html")
    return HttpResponse(page, status=refusal.status)


def _errors(refusal: Refused) -> Sequence[ErrorLine]:
    if not isinstance(refusal, Invalid):
        return ()
    # No field stands on the page of the refusal, so no line links to one.
    return [{**line, "field": ""} for line in error_summary(refusal)]
