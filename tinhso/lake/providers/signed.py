"""Single calls to a store that speaks S3, signed (AWS Signature Version 4).

For what needs no engine: to read a description, to delete a file, to ask whether the
store is there. Arrow deletes, too, and leaves an empty object with the folder's name,
which stores that keep objects as files take for the folder itself.
"""

import hmac
import time
from contextlib import suppress
from hashlib import sha256
from urllib.parse import quote, urlsplit

import httpx
from django.conf import settings

from tinhso.lake.providers import place
from tinhso.lake.types import StoreAway, StoreRefused

SECONDS, TRIES = 10.0, 3
NOTHING = sha256(b"").hexdigest()
SIGNED = "host;x-amz-content-sha256;x-amz-date"


def read(location: str) -> bytes:
    """Read a file.

    :raises FileNotFoundError: if it is not there.
    :raises StoreAway: if the store does not answer.
    :raises StoreRefused: if it does not take the key.
    """
    return _called("GET", place.path_of(location)).content


def delete(location: str) -> None:
    """Delete a file; whether it was there is not told by all stores.

    :raises StoreAway: if the store does not answer.
    :raises StoreRefused: if it does not take the key.
    """
    _called("DELETE", place.path_of(location))


def require() -> None:
    """See that the store answers and has the bucket.

    :raises StoreAway: if it does not answer.
    :raises StoreRefused: if it does not take the key, or has no such bucket.
    :raises StoreNotSetUp: if there is no key.
    """
    try:
        _called("HEAD", place.path_of(place.warehouse()).partition("/")[0])
    except FileNotFoundError:
        raise StoreRefused(place=place.warehouse(), reason="NO_SUCH_BUCKET") from None


def _called(method: str, path: str) -> httpx.Response:
    where = settings.TINHSO_LAKE_PLACE
    answer = _answer(method, f"{settings.TINHSO_LAKE_ENDPOINT}/{quote(path)}")
    if answer is None:
        raise StoreAway(place=where, reason="NETWORK_CONNECTION")
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise FileNotFoundError(path)
    reason = f"HTTP {answer.status_code}"
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise StoreRefused(place=where, reason=reason)
    if not answer.is_success:
        raise StoreAway(place=where, reason=reason)
    return answer


def _answer(method: str, url: str) -> httpx.Response | None:
    """Call until the store answers something it stands by; None if it never does."""
    answer = None
    for _ in range(TRIES):
        with suppress(httpx.HTTPError):
            headers = _headers(method, url)
            answer = httpx.request(method, url, headers=headers, timeout=SECONDS)
            if not answer.is_server_error:
                break
    return answer


def _headers(method: str, url: str) -> dict[str, str]:
    # The store compares it with its own clock; no rule of ours depends on it.
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    region = settings.TINHSO_LAKE_REGION
    return {
        "host": urlsplit(url).netloc,
        "x-amz-content-sha256": NOTHING,
        "x-amz-date": moment,
        "authorization": authorization(method, url, moment, region, place.key()),
    }


def authorization(
    method: str, url: str, moment: str, region: str, key: place.Key
) -> str:
    """Sign a call without content. moment: as `20130524T000000Z`."""
    address = urlsplit(url)
    asked = [
        *(method, address.path, address.query),
        *(f"host:{address.netloc}", f"x-amz-content-sha256:{NOTHING}"),
        *(f"x-amz-date:{moment}", "", SIGNED, NOTHING),
    ]
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    digest = sha256("\n".join(asked).encode()).hexdigest()
    signing = f"AWS4{key.secret}".encode()
    for part in scope.split("/"):
        signing = _mac(signing, part)
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}"
    return (
        f"AWS4-HMAC-SHA256 Credential={key.name}/{scope},"
        f" SignedHeaders={SIGNED}, Signature={_mac(signing, text).hex()}"
    )


def _mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
