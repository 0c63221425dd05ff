"""What every answer to a browser carries, and where refusals are caught."""

from collections.abc import Callable, Sequence

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext

from tinhso.kernel.errors import N_, Invalid, Refused
from tinhso.kernel.http import problem
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
RETRY_SECONDS = "20"
PAGES = {403, 404, 409, 422, 503}


def security_headers(get_response: Answer) -> Answer:
    """Put the security headers on every answer that has none of its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

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
        if isinstance(exception, OperationalError | InterfaceError):
            return unavailable(request)
        if not isinstance(exception, Refused):
            return None
        status = exception.status if exception.status in PAGES else 422
        context = {"message": say_refusal(exception), "errors": _errors(exception)}
        return render(request, f"{status}.html", context, status=exception.status)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Say honestly that the platform is away, and when to come back."""
    page = render_to_string("503.html", {"message": "", "errors": ()})
    return HttpResponse(page, status=503, headers={"Retry-After": RETRY_SECONDS})


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
