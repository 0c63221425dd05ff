"""A store that speaks S3, by Arrow: what is acknowledged is there, or nothing is.

It fails by our names. No key of ours is in any of them, nor in a setting, a table or
the database.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem

from tinhso.kernel.errors import Unavailable
from tinhso.lake.providers import place
from tinhso.lake.types import StoreAway, StoreRefused

TRIES, CONNECT_SECONDS, ANSWER_SECONDS = 3, 3.0, 10.0
SAID = re.compile(r"AWS Error (?P<code>\w+)(?: \(HTTP status (?P<status>\d+)\))?")
OF_THE_KEY = frozenset(
    {
        "ACCESS_DENIED",
        "INVALID_ACCESS_KEY_ID",
        "INVALID_CLIENT_TOKEN_ID",
        "INVALID_SIGNATURE",
        "NO_SUCH_BUCKET",
        "REQUEST_EXPIRED",
        "REQUEST_TIME_TOO_SKEWED",
        "SIGNATURE_DOES_NOT_MATCH",
        "UNRECOGNIZED_CLIENT",
    }
)


def filesystem() -> S3FileSystem:
    """Open the store that the settings name, by the key as it is now.

    :raises StoreNotSetUp: if there is no key.
    """
    where = settings.TINHSO_LAKE_ENDPOINT, settings.TINHSO_LAKE_REGION
    return _opened(*where, place.key())


@lru_cache(maxsize=4)
def _opened(endpoint: str, region: str, key: place.Key) -> S3FileSystem:
    # Else each upload ends with a checksum in a form that many stores do not know yet.
    os.environ.setdefault("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
    address = urlsplit(endpoint)
    return S3FileSystem(
        access_key=key.name,
        secret_key=key.secret,
        scheme=address.scheme,
        endpoint_override=address.netloc,
        region=region,
        connect_timeout=CONNECT_SECONDS,
        request_timeout=ANSWER_SECONDS,
        retry_strategy=AwsStandardS3RetryStrategy(max_attempts=TRIES),
        # A small file goes in one request instead of three.
        allow_delayed_open=True,
    )


@contextmanager
def by_name() -> Iterator[None]:
    """Refuse by our names what the store fails at; what a disk fails at passes."""
    try:
        yield
    except OSError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from None


def refusal_of(error: OSError) -> Unavailable | None:
    """Name what the store failed at; None if it was not the store."""
    said = SAID.search(f"{error} {error.__cause__}")
    if said is None:
        return None
    where = {"place": settings.TINHSO_LAKE_PLACE, "reason": said["code"]}
    is_refused = said["code"] in OF_THE_KEY or said["status"] in {"401", "403"}
    return StoreRefused(**where) if is_refused else StoreAway(**where)
