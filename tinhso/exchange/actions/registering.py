"""Register members, subsystems, services and certificates; end and revoke them."""

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tinhso.exchange.actions.changing import changed, note
from tinhso.exchange.models import CertificateRow, MemberRow, ServiceRow, SubsystemRow
from tinhso.exchange.providers import keys
from tinhso.exchange.queries.directory import (
    find_member,
    member_of,
    service_of,
    subsystem_of,
)
from tinhso.exchange.rules import openapi
from tinhso.exchange.types import (
    CertificateWrong,
    Member,
    MemberName,
    MemberUnknown,
    MemberWrong,
    OpenApiWrong,
    Service,
    ServiceName,
    ServiceUnknown,
    Subsystem,
    SubsystemName,
    SubsystemUnknown,
    Use,
    read_member,
    read_service,
    read_subsystem,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import N_, NotFound, Phrase
from tinhso.kernel.text import clean
from tinhso.people import queries as people

GATEWAY_WRONG = N_("Cổng ghi dạng máy:cổng, ví dụ lgsp.example:5500.")
ADDRESS_WRONG = N_("Địa chỉ dịch vụ bắt đầu bằng http:// hoặc https://.")
TITLE_MISSING = N_("Hãy ghi tên gọi.")
ABOUT_WRONG = N_("Tham số chỉ người ghi dạng path:ten hoặc query:ten.")
LIMITS_WRONG = N_("Giới hạn phải lớn hơn 0.")
MEGABYTE = 2**20
_GATEWAY = re.compile(r"[A-Za-z0-9.-]{1,253}:\d{1,5}")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?")
_ABOUT = re.compile(r"((path|query):[A-Za-z][A-Za-z0-9_]*)?")


def register_member(
    *,
    name: MemberName,
    title: str,
    organization_id: UUID,
    gateway: str,
    actor: Actor,
    at: datetime,
) -> Member:
    """Let an organization take part; the same again changes its title and gateway.

    :raises NameWrong: if the name cannot be one.
    :raises MemberWrong: if something else cannot be; `fields` says what.
    """
    read_member(text=str(name))
    title = clean(title)
    _refuse({"title": (TITLE_MISSING, title), "gateway": (GATEWAY_WRONG, _is(gateway))})
    organization = people.get_organization(organization_id=organization_id)
    with transaction.atomic():
        row, _ = MemberRow.objects.update_or_create(
            instance=name.instance,
            member_class=name.member_class,
            code=name.code,
            defaults={"title": title, "gateway": gateway, "ended_at": None},
            create_defaults={
                "title": title,
                "gateway": gateway,
                "organization_id": organization_id,
                "is_synthetic": organization.is_synthetic,
                "registered_at": at,
            },
        )
        changed()
        _note("register_member", "Member", row.id, actor, at, name=str(name))
    return member_of(row)


def end_member(*, name: MemberName, actor: Actor, at: datetime) -> None:
    """End a member: nothing goes to it or comes from it.

    :raises MemberUnknown: if there is none.
    """
    with transaction.atomic():
        row = _member(name)
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        changed()
        _note("end_member", "Member", row.id, actor, at, name=str(name))


def register_subsystem(
    *, name: SubsystemName, title: str, actor: Actor, at: datetime
) -> tuple[Subsystem, str]:
    """Let an information system of a member take part; its key is shown this once.

    The same again gives it another key and ends the one before.

    :raises NameWrong: if the name cannot be one. :raises MemberUnknown: without member.
    :raises MemberWrong: if it has no title.
    """
    read_subsystem(text=str(name))
    title = clean(title)
    _refuse({"title": (TITLE_MISSING, title)})
    key = token_urlsafe(32)
    with transaction.atomic():
        member = _member(name.member)
        given = {"title": title, "key_digest": digest_of(key), "ended_at": None}
        row, _ = SubsystemRow.objects.update_or_create(
            member=member,
            code=name.code,
            defaults=given,
            create_defaults={**given, "registered_at": at},
        )
        changed()
        _note("register_subsystem", "Subsystem", row.id, actor, at, name=str(name))
    return subsystem_of(row), key


def register_service(
    *,
    name: ServiceName,
    title: str,
    address: str,
    document: Mapping[str, Any],
    about: str = "",
    most_bytes: int = MEGABYTE,
    seconds: float = 10.0,
    is_sandbox: bool = False,
    actor: Actor,
    at: datetime,
) -> Service:
    """Offer a service, or describe it anew; document: OpenAPI 3, as read from JSON.

    :raises NameWrong: if the name cannot be one.
    :raises SubsystemUnknown: if nobody offers it.
    :raises OpenApiWrong: if the document will not do; `fields` says why.
    :raises MemberWrong: if something else cannot be.
    """
    read_service(text=str(name))
    wrong = openapi.faults(document)
    if wrong:
        raise OpenApiWrong({"document": wrong})
    title = clean(title)
    _refuse(
        {
            "title": (TITLE_MISSING, title),
            "address": (ADDRESS_WRONG, _ADDRESS.fullmatch(address)),
            "about": (ABOUT_WRONG, _ABOUT.fullmatch(about)),
            "most_bytes": (LIMITS_WRONG, most_bytes > 0 and seconds > 0),
        }
    )
    given: dict[str, Any] = {
        "title": title,
        "address": address.rstrip("/"),
        "openapi": document,
        "about": about,
        "most_bytes": most_bytes,
        "seconds": seconds,
        "is_sandbox": is_sandbox,
        "ended_at": None,
    }
    with transaction.atomic():
        row, _ = ServiceRow.objects.update_or_create(
            subsystem=_subsystem(name.subsystem),
            code=name.code,
            defaults=given,
            create_defaults={**given, "registered_at": at},
        )
        changed()
        _note("register_service", "Service", row.id, actor, at, name=str(name))
    return service_of(row)


def end_service(*, name: ServiceName, actor: Actor, at: datetime) -> None:
    """End a service: nobody reaches it any more.

    :raises ServiceUnknown: if there is none.
    """
    with transaction.atomic():
        rows = ServiceRow.objects.select_for_update().filter(
            subsystem=_subsystem(name.subsystem), code=name.code, ended_at=None
        )
        row = rows.first()
        if row is None:
            raise ServiceUnknown
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        changed()
        _note("end_service", "Service", row.id, actor, at, name=str(name))


def register_certificate(
    *, name: MemberName, use: Use, pem: str, actor: Actor, at: datetime
) -> str:
    """Trust a certificate of a member from now on; answer its fingerprint.

    :raises MemberUnknown: if there is no such member.
    :raises CertificateWrong: if it is none, of another kind, or known already.
    """
    try:
        read = keys.read(pem, use)
    except ValueError:
        raise CertificateWrong({"pem": [Phrase(CertificateWrong.message)]}) from None
    with transaction.atomic():
        member = _member(name)
        if CertificateRow.objects.filter(fingerprint=read.fingerprint).exists():
            raise CertificateWrong({"pem": [Phrase(CertificateWrong.message)]})
        row = CertificateRow.objects.create(
            member=member,
            use=use,
            pem=pem,
            fingerprint=read.fingerprint,
            valid_from=read.valid_from,
            valid_to=read.valid_to,
            registered_at=at,
        )
        changed()
        told = {"use": use.value, "fingerprint": read.fingerprint}
        _note("register_certificate", "Certificate", row.id, actor, at, **told)
    return read.fingerprint


def revoke_certificate(
    *, fingerprint: str, reason: str, actor: Actor, at: datetime
) -> None:
    """Trust a certificate no more, from the next message on.

    :raises NotFound: if there is none, or it was revoked.
    """
    with transaction.atomic():
        rows = CertificateRow.objects.select_for_update()
        row = rows.filter(fingerprint=fingerprint, revoked_at=None).first()
        if row is None:
            raise NotFound
        row.revoked_at, row.reason = at, clean(reason)[:300]
        row.save(update_fields=["revoked_at", "reason"])
        changed()
        told = {"fingerprint": fingerprint, "reason": row.reason}
        _note("revoke_certificate", "Certificate", row.id, actor, at, **told)


def make_keys(*, name: MemberName, actor: Actor, at: datetime) -> tuple[str, str]:
    """Make the keys of a member's gateway on this machine, and trust them.

    Those before stay trusted until they are revoked. Answers both fingerprints. The
    certificate of TLS names the host of the gateway: another host needs other keys.

    :raises MemberUnknown: if there is no such member.
    """
    folder = keys.folder_of(settings.TINHSO_HOME, name)
    host = find_member(name=name).gateway.rpartition(":")[0]
    made = [
        register_certificate(
            name=name,
            use=use,
            pem=keys.make(folder, name, use, host=host, at=at),
            actor=actor,
            at=at,
        )
        for use in (Use.TLS, Use.SIGN)
    ]
    return made[0], made[1]


def ensure_keys(*, name: MemberName, actor: Actor, at: datetime) -> None:
    """Make the keys of a member's gateway unless there are some that are trusted.

    :raises MemberUnknown: if there is no such member.
    """
    there = keys.held(keys.folder_of(settings.TINHSO_HOME, name))
    trusted = CertificateRow.objects.filter(
        fingerprint__in=there, revoked_at=None, valid_to__gt=at
    )
    if not there or trusted.count() < len(there):
        make_keys(name=name, actor=actor, at=at)


def digest_of(key: str) -> str:
    """Hash a subsystem's key; it is random, so that one round is enough."""
    return sha256(key.encode()).hexdigest()


def _is(gateway: str) -> bool:
    return _GATEWAY.fullmatch(gateway) is not None


def _refuse(asked: Mapping[str, tuple[str, object]]) -> None:
    wrong = {
        name: [Phrase(text)] for name, (text, is_right) in asked.items() if not is_right
    }
    if wrong:
        raise MemberWrong(wrong)


def _member(name: MemberName) -> MemberRow:
    rows = MemberRow.objects.select_for_update()
    row = rows.filter(
        instance=name.instance,
        member_class=name.member_class,
        code=name.code,
        ended_at=None,
    ).first()
    if row is None:
        raise MemberUnknown
    return row


def _subsystem(name: SubsystemName) -> SubsystemRow:
    rows = SubsystemRow.objects.select_related("member")
    row = rows.filter(
        member=_member(name.member), code=name.code, ended_at=None
    ).first()
    if row is None:
        raise SubsystemUnknown
    return row


def _note(
    deed: str, subject: str, id_: UUID, actor: Actor, at: datetime, **details: object
) -> None:
    note(deed, subject=subject, subject_id=id_, actor=actor, at=at, details=details)
