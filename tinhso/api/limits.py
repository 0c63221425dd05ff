"""What is costly, or could be guessed by trying, is asked so often and no more."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tinhso.kernel import clock
from tinhso.kernel.http import client_address
from tinhso.security import actions as security


def limited(*, most: int, minutes: int) -> Callable[..., Any]:
    """Let one address call so often in some minutes; the next call is answered 429."""

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **given: Any) -> Any:
            count(view.__qualname__, address_of(request), most=most, minutes=minutes)
            return view(request, *args, **given)

        return inner

    return declare


def count(what: str, who: str, *, most: int, minutes: int) -> None:
    """Count one call of somebody.

    :raises TooManyCalls: if it is one too many.
    """
    security.count_call(
        what=f"api.{what}",
        who=who,
        most=most,
        window=timedelta(minutes=minutes),
        at=clock.now(),
    )


def address_of(request: HttpRequest) -> str:
    """Tell from where somebody calls."""
    return client_address(
        peer=request.META.get("REMOTE_ADDR", ""),
        forwarded=request.META.get("HTTP_X_FORWARDED_FOR", ""),
        proxies=settings.ALLAUTH_TRUSTED_PROXY_COUNT,
    )
