"""What is costly, or could be guessed by trying, is asked so often and no more."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest

from tinhso.kernel import clock
from tinhso.kernel.http import asked_from, limits
from tinhso.security import actions as security


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
    return asked_from(request.META, proxies=settings.ALLAUTH_TRUSTED_PROXY_COUNT)


def _count_address(what: str, request: HttpRequest, most: int, minutes: int) -> None:
    count(what, address_of(request), most=most, minutes=minutes)


# Lets one address call so often in some minutes; the next call is answered 429.
limited = limits(_count_address)
