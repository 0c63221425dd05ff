"""What a client may be, and what it is told of a person."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from tinhso.kernel.errors import N_, Phrase
from tinhso.people.types import Person, Post
from tinhso.security.types import Scope

LONGEST_NAME, LONGEST_PURPOSE, MOST_ADDRESSES = 100, 300, 10
# A scheme of an app has a dot, so that no two apps take the same (RFC 8252, 7.1).
OWN_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
HERE = frozenset({"127.0.0.1", "::1", "localhost"})


def faults(
    *,
    name: str,
    purpose: str,
    scopes: Collection[str],
    redirects: Sequence[str],
    logouts: Sequence[str],
    has_device: bool,
) -> Mapping[str, list[str]]:
    """List what is wrong with a client that somebody wants to register, by field."""
    wrong: dict[str, list[str]] = {}
    for field, text, most in (
        ("name", name, LONGEST_NAME),
        ("purpose", purpose, LONGEST_PURPOSE),
    ):
        if not 0 < len(text) <= most:
            wrong[field] = [Phrase(N_("Hãy nhập từ 1 đến {most} ký tự."), most=most)]
    unknown = sorted(set(scopes) - set(Scope))
    if unknown or Scope.OPENID not in scopes:
        said = N_("Phạm vi dữ liệu gồm openid và: {known}.")
        wrong["scopes"] = [Phrase(said, known=", ".join(sorted(set(Scope))))]
    for field, addresses in (("redirects", redirects), ("logouts", logouts)):
        if len(addresses) > MOST_ADDRESSES or not all(map(is_safe, addresses)):
            said = N_(
                "Địa chỉ nhận kết quả phải là https, không có ký tự * hay #."
                " Tối đa {most} địa chỉ."
            )
            wrong[field] = [Phrase(said, most=MOST_ADDRESSES)]
    if not redirects and not has_device:
        wrong["redirects"] = [Phrase(N_("Hãy nêu ít nhất một địa chỉ nhận kết quả."))]
    return wrong


def is_safe(address: str) -> bool:
    """Tell whether people may be sent back to an address: nobody listens on the way.

    TLS, this machine, or a scheme that an app owns; no wildcard, no part behind `#`.
    """
    if "*" in address or "#" in address or any(map(str.isspace, address)):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None:
        return False
    if parts.scheme == "https":
        return bool(host)
    if parts.scheme == "http":
        return host in HERE
    return OWN_SCHEME.fullmatch(parts.scheme) is not None


def claims_of(
    person: Person, posts: Sequence[Post], scopes: Collection[str]
) -> dict[str, Any]:
    """Gather what a client is told of a person; what nobody knows is left out.

    The names are those of OpenID Connect Core 1.0, 5.1, where it has one.
    """
    known: dict[Scope, dict[str, Any]] = {
        Scope.PROFILE: {
            "name": person.full_name,
            "birthdate": person.birth_date and person.birth_date.isoformat(),
            "gender": person.gender and person.gender.value,
        },
        Scope.PERSONAL_NUMBER: {"personal_number": person.personal_number},
        Scope.PHONE: {"phone_number": person.phone},
        Scope.EMAIL: {"email": person.email},
        Scope.POSTS: {
            "posts": [
                {
                    "role": post.role.value,
                    "organization": post.organization.key,
                    "organization_name": post.organization.name,
                }
                for post in posts
            ]
        },
    }
    return {
        name: value
        for scope, values in known.items()
        if scope in scopes
        for name, value in values.items()
        if value
    }
