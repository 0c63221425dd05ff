"""With what somebody signs: declare it, end it, and find the key when it is wanted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from tinhso.documents import queries
from tinhso.documents.models import SigningMeansRow
from tinhso.documents.providers import certificates, csc
from tinhso.documents.providers.base import Signer
from tinhso.documents.providers.remote import RemoteSigner
from tinhso.documents.providers.token import TokenSigner
from tinhso.documents.types import (
    NO_SECRET,
    Means,
    MeansAlreadyDeclared,
    MeansIncomplete,
    MeansKind,
    MeansNotFound,
    NoCertificate,
    Secret,
    Signatory,
    SignatureRole,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.people import queries as people


def declare_token(
    *,
    token_label: str,
    key_label: str,
    actor: Actor,
    at: datetime,
    person_id: UUID | None = None,
    organization_id: UUID | None = None,
) -> Means:
    """Declare that a person or an agency signs with a key of a token (PKCS#11).

    The token must be there, so that its certificate can be looked at; no PIN is asked.
    :raises MeansIncomplete: if it is nobody's, or two signers'.
    :raises MeansAlreadyDeclared: if the signer has one.
    :raises TokenAbsent, TokenKeyAbsent, TokenFailed: as named.
    :raises Refused: what is wrong with the certificate, as `sign_document` does.
    """
    row = SigningMeansRow(
        kind=MeansKind.TOKEN,
        token_label=token_label,
        key_label=key_label,
        person_id=person_id,
        organization_id=organization_id,
        declared_at=at,
    )
    return _declare(row, actor, at)


def declare_remote(
    *,
    credential_id: str,
    actor: Actor,
    at: datetime,
    person_id: UUID | None = None,
    organization_id: UUID | None = None,
) -> Means:
    """Declare that a person or an agency signs with a credential of the provider.

    :raises MeansIncomplete, MeansAlreadyDeclared: as `declare_token` does.
    :raises RemoteNotSetUp, RemoteDown, RemoteSlow, RemoteAnswerWrong, RemoteRefused:
        as named.
    :raises Refused: what is wrong with the certificate, as `sign_document` does.
    """
    row = SigningMeansRow(
        kind=MeansKind.REMOTE,
        credential_id=credential_id,
        person_id=person_id,
        organization_id=organization_id,
        declared_at=at,
    )
    return _declare(row, actor, at)


def end_means(*, means_id: UUID, actor: Actor, at: datetime) -> None:
    """End a means: it signs no more; what it signed stays valid.

    :raises MeansNotFound: if there is none, or it was ended.
    """
    with transaction.atomic():
        rows = SigningMeansRow.objects.select_for_update()
        row = rows.filter(pk=means_id, ended_at=None).first()
        if row is None:
            raise MeansNotFound()
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        _write_audit("documents.end_means", row, actor, at)


def send_code(
    *,
    actor: Actor,
    at: datetime,
    person_id: UUID | None = None,
    organization_id: UUID | None = None,
    own: bool = False,
) -> None:
    """Have the provider send a one-time code to whoever signs next.

    own: a person signs for themselves, with what the provider has for their personal
    number; else whoever signs in office has a means that was declared.
    :raises NoCertificate: if there is none.
    :raises RemoteNotSetUp, RemoteDown, RemoteSlow, RemoteAnswerWrong, RemoteRefused:
        as named.
    """
    service = queries.remote_service()
    means = queries.signing_means(
        person_id=person_id, organization_id=organization_id, own=own
    )
    if means is None and own and person_id is not None:
        means = _found(service, person_id, actor, at)
    if means is None or means.kind is not MeansKind.REMOTE:
        raise NoCertificate()
    csc.send_code(service=service, credential_id=means.credential_id)


def means_for(
    *, signatory: Signatory, role: SignatureRole, own: bool = False
) -> Means | None:
    """Find with what a signatory signs; None is the platform's own key.

    :raises NoCertificate: if they would sign for themselves, and have nothing.
    """
    if role == SignatureRole.SEAL:
        return queries.signing_means(organization_id=signatory.organization_id)
    means = queries.signing_means(person_id=signatory.person_id, own=own)
    if own and means is None:
        raise NoCertificate()
    return means


def signer_for(*, means: Means | None, secret: Secret) -> Signer:
    """Find who holds the key of a means: a token, a provider, or the platform."""
    return queries.signer() if means is None else _holder(means, secret)


def refuse_certificate(
    *,
    credential: Any,
    signatory: Signatory,
    role: SignatureRole,
    means: Means | None,
    at: datetime,
) -> None:
    """Refuse a certificate that may not sign for the signatory at this moment.

    :raises Refused: as `certificates.refuse_unusable` and `refuse_stranger` do.
    """
    certificates.refuse_unusable(
        certificate=credential.signing_cert,
        others=credential.cert_registry,
        authority=queries.signer(),
        at=at,
    )
    if role == SignatureRole.SEAL:
        name, person_id = signatory.organization_name, None
    else:
        name, person_id = signatory.name, signatory.person_id
    if means is not None:
        _refuse_stranger(credential.signing_cert, means, name, person_id)


def _refuse_stranger(
    certificate: Any, means: Means, name: str, person_id: UUID | None
) -> None:
    certificates.refuse_stranger(
        certificate=certificate,
        name=name,
        personal_number=_personal_number(person_id),
        declared=means.certificate_sha256,
    )


def _holder(means: Means, secret: Secret) -> TokenSigner | RemoteSigner:
    authority = queries.signer()
    if means.kind is MeansKind.REMOTE:
        return RemoteSigner(
            authority=authority,
            service=queries.remote_service(),
            credential_id=means.credential_id,
            code=secret,
        )
    known = settings.TINHSO_SEAL_PIN if means.organization_id else ""
    return TokenSigner(
        authority=authority,
        module=settings.TINHSO_PKCS11_MODULE,
        token_label=means.token_label,
        key_label=means.key_label,
        pin=Secret(known) if known else secret,
    )


def _declare(row: SigningMeansRow, actor: Actor, at: datetime) -> Means:
    _refuse_incomplete(row)
    certificate, *others = _holder(queries.means_of(row), NO_SECRET).chain()
    certificates.refuse_unusable(
        certificate=certificate, others=others, authority=queries.signer(), at=at
    )
    row.certificate_sha256 = certificates.fingerprint(certificate)
    means = queries.means_of(row)
    _refuse_stranger(certificate, means, _name(row), row.person_id)
    return _keep(row, actor, at)


def _refuse_incomplete(row: SigningMeansRow) -> None:
    has_key = row.credential_id or (row.token_label and row.key_label)
    if not has_key or (row.person_id is None) == (row.organization_id is None):
        raise MeansIncomplete()


def _keep(row: SigningMeansRow, actor: Actor, at: datetime) -> Means:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _write_audit("documents.declare_means", row, actor, at)
    except IntegrityError as error:
        raise MeansAlreadyDeclared() from error
    return queries.means_of(row)


def _found(
    service: csc.Service, person_id: UUID, actor: Actor, at: datetime
) -> Means | None:
    """Keep what the provider has for a person; their number tells whose it is."""
    credential_id = queries.remote_credential(service=service, person_id=person_id)
    if not credential_id:
        return None
    row = SigningMeansRow(
        kind=MeansKind.REMOTE,
        is_own=True,
        credential_id=credential_id,
        person_id=person_id,
        declared_at=at,
    )
    return _keep(row, actor, at)


def _personal_number(person_id: UUID | None) -> str:
    if person_id is None:
        return ""
    return people.get_person(person_id=person_id).personal_number or ""


def _name(row: SigningMeansRow) -> str:
    if row.person_id is not None:
        return people.get_person(person_id=row.person_id).full_name
    assert row.organization_id is not None  # noqa: S101 - one of both, as refused above
    return people.get_organization(organization_id=row.organization_id).name


def _write_audit(deed: str, row: SigningMeansRow, actor: Actor, at: datetime) -> None:
    audit.write(
        deed,
        subject="documents.SigningMeans",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={"kind": row.kind, "certificate": row.certificate_sha256},
    )
