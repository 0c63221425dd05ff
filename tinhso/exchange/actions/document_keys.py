"""Make, register and revoke the keys agencies sign documents with."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from tinhso.exchange.actions.changing import note
from tinhso.exchange.models import DocumentCertificateRow
from tinhso.exchange.providers import document_keys
from tinhso.exchange.queries.documents import agencies_here
from tinhso.exchange.rules.agency_codes import read_code
from tinhso.exchange.types import (
    DocumentCertificateWrong,
    DocumentSenderUnknown,
    DocumentSignerUnknown,
    ReasonMissing,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.text import clean


def make_document_key(*, code: str, actor: Actor, at: datetime) -> str:
    """Make a key for an agency of the province; answer its certificate, PEM.

    The key before signs no more, its certificate holds until it is revoked.

    :raises AgencyCodeWrong: if the code is none.
    :raises DocumentSenderUnknown: if no agency here has it.
    """
    agency = read_code(code)
    if not agencies_here(codes=[agency], on=local(at).date()):
        raise DocumentSenderUnknown
    pem = document_keys.make(settings.TINHSO_HOME, agency, at=at)
    register_document_certificate(code=agency, pem=pem, actor=actor, at=at)
    return pem


def register_document_certificate(
    *, code: str, pem: str, actor: Actor, at: datetime
) -> str:
    """Trust a certificate for the documents of an agency; answer its fingerprint.

    :raises AgencyCodeWrong: if the code is none.
    :raises DocumentCertificateWrong: if it is no certificate documents are signed
        with, was registered for another agency, or was revoked.
    """
    agency = read_code(code)
    try:
        found = document_keys.read(pem)
    except ValueError:
        raise DocumentCertificateWrong from None
    with transaction.atomic():
        row, _ = DocumentCertificateRow.objects.get_or_create(
            fingerprint=found.fingerprint,
            defaults={
                "code": agency,
                "pem": pem,
                "valid_from": found.valid_from,
                "valid_to": found.valid_to,
                "registered_at": at,
            },
        )
        if row.code != agency or row.revoked_at is not None:
            raise DocumentCertificateWrong
        _note("trust_document_certificate", row, actor, at)
    return found.fingerprint


def revoke_document_certificate(
    *, fingerprint: str, reason: str, actor: Actor, at: datetime
) -> None:
    """Trust a certificate no more, from the next document on.

    :raises DocumentSignerUnknown: if none of this fingerprint holds.
    :raises ReasonMissing: if no reason is given.
    """
    why = clean(reason)[:300]
    if not why:
        raise ReasonMissing
    with transaction.atomic():
        rows = DocumentCertificateRow.objects.select_for_update()
        row = rows.filter(fingerprint=fingerprint, revoked_at=None).first()
        if row is None:
            raise DocumentSignerUnknown
        row.revoked_at, row.reason = at, why
        row.save(update_fields=["revoked_at", "reason"])
        _note("revoke_document_certificate", row, actor, at)


def _note(deed: str, row: DocumentCertificateRow, actor: Actor, at: datetime) -> None:
    told = {"code": row.code, "fingerprint": row.fingerprint}
    note(
        deed,
        subject="DocumentCertificate",
        subject_id=row.id,
        actor=actor,
        at=at,
        details=told,
    )
